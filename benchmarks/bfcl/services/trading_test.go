package services

import (
	"slices"
	"testing"
)

const tradingConfiguration = `{
	"orders": {"12345": {"symbol": "AAPL", "price": 210.65, "num_shares": 10, "status": "Completed"}, "order_type": "Buy"},
	"account_info": {"account_id": 7, "balance": 1000.0}, "authenticated": true, "market_status": "Open", "order_counter": 20,
	"stocks": {"AAPL": {"price": 227.16, "percent_change": -0.5, "MA(5)": 1.0, "MA(20)": 2.0}, "XY": {"price": 5, "percent_change": 0.1, "MA(5)": 1.0, "MA(20)": 2.0}},
	"watch_list": ["XY"], "transaction_history": [{"timestamp": "2024-03-01 10:00:00"}]}`

func TestTrading(t *testing.T) {
	for _, test := range []struct {
		name, configuration string
		longContext         bool
		steps               []step
	}{
		{"clock and words", tradingConfiguration, false, []step{
			{"get_current_time", ``, `{"current_time": "10:30 AM"}`},
			{"get_symbol_by_name", `"Zeta Corp"`, `{"symbol": "ZETA"}`},
			{"get_symbol_by_name", `"zeta"`, `{"symbol": "Stock not found"}`},
			{"get_symbol_by_name", `["Apple"]`, `!unhashable type: 'list'`},
			{"get_available_stocks", `"Automobile"`, `{"stock_list": ["TSLA", "F", "GM"]}`},
			{"get_available_stocks", `"Food"`, `{"stock_list": []}`},
			{"get_available_stocks", `{}`, `!unhashable type: 'dict'`},
			{"get_stock_info", `"XY"`, `{"price": 5, "percent_change": 0.1, "MA(5)": 1.0, "MA(20)": 2.0}`},
			{"get_stock_info", `5.0`, `{"error": "Stock with symbol '5.0' not found."}`},
		}},
		{"login", `{"authenticated": 0}`, false, []step{
			{"trading_get_login_status", ``, `{"status": false}`},
			{"trading_logout", ``, `{"status": "No user is currently logged in"}`},
			{"place_order", `1, [], null, ""`, `{"error": "User not authenticated. Please log in to place an order."}`},
			{"withdraw_funds", `"x"`, `{"error": "User not authenticated. Please log in to make a transaction."}`},
			{"fund_account", `"x"`, `{"error": "User not authenticated. Please log in to fund the account."}`},
			{"get_account_info", ``, `{"error": "User not authenticated. Please log in to view account information."}`},
			{"remove_stock_from_watchlist", `"NVDA"`, `{"error": "User not authenticated. Please log in to modify the watchlist."}`},
			{"get_watchlist", ``, `['Error: User not authenticated. Please log in to view the watchlist.']`},
			{"get_order_history", ``, `[{'error': 'User not authenticated. Please log in to view order history.'}]`},
			{"get_transaction_history", ``, `[{'error': 'User not authenticated. Please log in to view transaction history.'}]`},
			{"trading_login", `[], {}`, `{"status": "Logged in successfully"}`},
			{"trading_login", `"a", "b"`, `{"status": "Already logged in"}`},
			{"get_order_history", ``, `{"history": [12345, 12446]}`},
			{"place_order", `"Sell", "AAPL", 1, 1`, `{"order_id": 12446, "order_type": "Sell", "status": "Pending", "price": 1.0, "amount": 1}`},
			{"get_order_history", ``, `{"history": [12345, 12446]}`},
			{"withdraw_funds", `1`, `{"error": "Market is closed. Transactions are not allowed."}`},
			{"trading_logout", ``, `{"status": "Logged out successfully"}`},
		}},
		{"orders", tradingConfiguration, false, []step{
			{"get_order_details", `12345`, `{"symbol": "AAPL", "price": 210.65, "num_shares": 10, "status": "Completed"}`},
			{"get_order_details", `"order_type"`, `Buy`},
			{"get_order_details", `"12345"`, `{"error": "Order with ID 12345 not found.Here is the list of orders_id: [12345, 'order_type']"}`},
			{"get_order_details", `[1]`, `!unhashable type: 'list'`},
			{"cancel_order", `12345.0`, `{"error": "Can't cancel order 12345.0. Order is already completed."}`},
			{"cancel_order", `"order_type"`, `!string indices must be integers, not 'str'`},
			{"cancel_order", `1`, `{"error": "Order with ID 1 not found."}`},
			{"place_order", `"BUY", "XY", 12.345, 81.9`, `{"order_id": 20, "order_type": "BUY", "status": "Pending", "price": 12.345, "amount": 81.9}`},
			{"place_order", `"buy", "XY", 12.345, 82`, `{"error": "Insufficient funds: required $1012.29 but only $1000.00 available."}`},
			{"place_order", `"hold", "XY", true, 0.5`, `{"order_id": 21, "order_type": "hold", "status": "Pending", "price": 1.0, "amount": 0.5}`},
			{"place_order", `"buy", "Z", 1, 1`, `{"error": "Invalid stock symbol: Z"}`},
			{"place_order", `"buy", {}, 1, 1`, `!unhashable type: 'dict'`},
			{"place_order", `"buy", "XY", 0, "many"`, `{"error": "Price and amount must be positive values."}`},
			{"place_order", `"buy", "XY", 1, "many"`, `!'<=' not supported between instances of 'str' and 'int'`},
			{"place_order", `5, "XY", 1, 1`, `!'int' object has no attribute 'lower'`},
			{"place_order", `"buy", "XY", 1, Infinity`, `!cannot convert float infinity to integer`},
			{"cancel_order", `true`, `{"error": "Order with ID True not found."}`},
			{"cancel_order", `20`, `{"order_id": 20, "status": "Cancelled"}`},
			{"get_order_details", `20`, `{"id": 20, "order_type": "BUY", "symbol": "XY", "price": 12.345, "amount": 81.9, "status": "Cancelled"}`},
			{"get_order_history", ``, `{"history": [12345, "order_type", 20, 21]}`},
		}},
		{"money", tradingConfiguration, false, []step{
			{"withdraw_funds", `0.1`, `{"status": "Withdrawal successful", "new_balance": 999.9}`},
			{"fund_account", `50`, `{"status": "Account funded successfully", "new_balance": 1049.9}`},
			{"withdraw_funds", `2000`, `{"error": "Insufficient funds for withdrawal."}`},
			{"withdraw_funds", `0`, `{"error": "Transaction amount must be positive."}`},
			{"fund_account", `-1`, `{"error": "Funding amount must be positive."}`},
			{"fund_account", `"5"`, `!'<=' not supported between instances of 'str' and 'int'`},
			{"fund_account", `1e309`, `{"status": "Account funded successfully", "new_balance": Infinity}`},
			{"get_account_info", ``, `{"account_id": 7, "balance": Infinity}`},
			{"get_transaction_history", `"2024-09-01", "2024-09-02"`, `{"transaction_history": [{"type": "deposit", "amount": 50, "timestamp": "2024-09-01 12:26:34"}]}`},
			{"get_transaction_history", `"", 0`, `{"transaction_history": [{"timestamp": "2024-03-01 10:00:00"}, {"type": "withdrawal", "amount": 0.1, "timestamp": "2024-09-02 05:40:15"}, {"type": "deposit", "amount": 50, "timestamp": "2024-09-01 12:26:34"}, {"type": "deposit", "amount": Infinity, "timestamp": "2024-09-02 04:29:48"}]}`},
			{"get_transaction_history", `"soon"`, `!time data 'soon' does not match format '%Y-%m-%d'`},
			{"get_transaction_history", `5`, `!strptime() argument 1 must be str, not int`},
		}},
		{"stocks", tradingConfiguration, false, []step{
			{"filter_stocks_by_price", `["XY", "AAPL", "ZZ", "XY"], 0, 5.0`, `{"filtered_stocks": ["XY", "ZZ", "XY"]}`},
			{"filter_stocks_by_price", `[], "a", null`, `{"filtered_stocks": []}`},
			{"filter_stocks_by_price", `["XY"], 6, "high"`, `{"filtered_stocks": []}`},
			{"filter_stocks_by_price", `["XY"], 1, "high"`, `!'<=' not supported between instances of 'int' and 'str'`},
			{"filter_stocks_by_price", `["XY", []], 1, 9`, `!unhashable type: 'list'`},
			{"notify_price_change", `["AAPL", "XY", "ZZ", "AAPL"], 0.5`, `{"notification": "Stocks AAPL, AAPL have significant price changes."}`},
			{"notify_price_change", `["ZZ"], "much"`, `{"notification": "No significant price changes in the selected stocks."}`},
			{"notify_price_change", `["XY"], "much"`, `!'>=' not supported between instances of 'float' and 'str'`},
			{"notify_price_change", `3, 1`, `!'int' object is not iterable`},
			{"add_to_watchlist", `"AAPL"`, `{"watchlist": ["XY", "AAPL"]}`},
			{"add_to_watchlist", `"AAPL"`, `{"watchlist": ["XY", "AAPL"]}`},
			{"add_to_watchlist", `"ZZ"`, `{"watchlist": ["XY", "AAPL"]}`},
			{"add_to_watchlist", `[]`, `!unhashable type: 'list'`},
			{"remove_stock_from_watchlist", `[]`, `{"error": "Stock [] not found in watchlist."}`},
			{"remove_stock_from_watchlist", `"XY"`, `{"status": "Stock XY removed from watchlist successfully."}`},
			{"get_watchlist", ``, `{"watchlist": ["AAPL"]}`},
		}},
		{"long context", tradingConfiguration, true, []step{
			{"get_stock_info", `"AAPL"`, `{"price": 227.16, "percent_change": -0.5, "MA(5)": [5.5, 5], "MA(20)": [20.25]}`},
			{"get_order_details", `12345`, `{"symbol": "AAPL", "price": 210.65, "num_shares": 10, "status": "Completed", "metadata": {"about": "AAPL makes AAPLs", "count": 2}}`},
			{"get_order_details", `"order_type"`, `!'str' object has no attribute 'copy'`},
			{"get_watchlist", ``, `['XY', 'WXY']`},
			{"add_to_watchlist", `"AAPL"`, `{"watchlist": ["XY", "AAPL"]}`},
			{"get_available_stocks", `"Technology"`, `{"stock_list": ["AAPL", "GOOG", "MSFT", "NVDA", "AAPL", "ZZZ"]}`},
			{"get_transaction_history", `"2025-01-01"`, `{"transaction_history": [{"type": "deposit", "amount": 1.5, "timestamp": "unread"}]}`},
		}},
		{"odd histories", `{"authenticated": true, "transaction_history": [{"type": "old"}]}`, false, []step{
			{"get_transaction_history", ``, `!'timestamp'`},
		}},
	} {
		t.Run(test.name, func(t *testing.T) { play(t, &tradingClass, test.configuration, test.longContext, test.steps) })
	}
}

func TestTradingDifferences(t *testing.T) {
	model := play(t, &tradingClass, tradingConfiguration, false, []step{
		{"place_order", `"sell", "XY", 1, 1`, `{"order_id": 20, "order_type": "sell", "status": "Pending", "price": 1.0, "amount": 1}`},
		{"fund_account", `1`, `{"status": "Account funded successfully", "new_balance": 1001.0}`},
		{"add_to_watchlist", `"AAPL"`, `{"watchlist": ["XY", "AAPL"]}`},
		{"trading_logout", ``, `{"status": "Logged out successfully"}`},
	})
	answer := play(t, &tradingClass, tradingConfiguration, false, nil)
	have := model.Differences(answer)
	if want := []string{"orders", "account_info", "authenticated", "order_counter", "watch_list", "transaction_history"}; !slices.Equal(have, want) {
		t.Errorf("have %q, want %q", have, want)
	}
}
