package services

import (
	"github.com/buttonbench/button/internal/python"
)

// trading is an instance of TradingBot.
type trading struct {
	environment *Environment
	random      randomStream

	orders       *python.Dict
	account      *python.Dict
	loggedIn     python.Value
	market       python.Value
	counter      python.Value
	stocks       *python.Dict // the configuration's own, which no method changes
	watched      *python.List
	transactions *python.List
}

var (
	tradingTable    = mustTable("trading.json")
	tradingDefaults = member[*python.Dict](tradingTable, "defaults")
	stockSymbols    = member[*python.Dict](tradingTable, "symbols")
	stockSectors    = member[*python.Dict](tradingTable, "sectors")
	tradingStart    = newStreamStart(1053520)
)

func newTrading(configuration *python.Dict, environment *Environment) (Service, error) {
	from := configured{settings{class: "TradingBot", configuration: configuration}, tradingDefaults}
	t := &trading{
		environment: environment, random: randomStream{state: tradingStart},
		account:  from.mapOf("account_info", from.get("account_info")),
		loggedIn: from.get("authenticated"), market: from.get("market_status"), counter: from.get("order_counter"),
		stocks:       from.mapOf("stocks", from.template("stocks")),
		watched:      from.listOf("watch_list", from.get("watch_list")),
		transactions: from.listOf("transaction_history", from.get("transaction_history")),
	}
	var err error
	if t.orders, err = orderBook(from.mapOf("orders", from.get("orders"))); err != nil {
		return nil, err
	}
	return t, from.err
}

// orderBook is the orders under their numbers: keys of digits become whole numbers.
func orderBook(orders *python.Dict) (*python.Dict, error) {
	book := python.NewDict()
	for i := range orders.Len() {
		key, order := orders.At(i)
		if text, isText := key.(string); isText && isDigits(text) {
			number, err := python.ToInt(text)
			if err != nil {
				return nil, err
			}
			key = number
		}
		if err := book.Set(key, order); err != nil {
			return nil, err
		}
	}
	return book, nil
}

// Differences implements Service.
func (t *trading) Differences(answer Service) []string {
	u, same := answer.(*trading)
	if !same {
		return []string{"class"}
	}
	var d differences
	d.compare("orders", t.orders, u.orders)
	d.compare("account_info", t.account, u.account)
	d.compare("authenticated", t.loggedIn, u.loggedIn)
	d.compare("market_status", t.market, u.market)
	d.compare("order_counter", t.counter, u.counter)
	d.compare("stocks", t.stocks, u.stocks)
	d.compare("watch_list", t.watched, u.watched)
	d.compare("transaction_history", t.transactions, u.transactions)
	return d
}

var tradingClass = Class{Name: "TradingBot", New: newTrading, Methods: []Method{
	{"get_current_time", nil, on((*trading).currentTime)},
	{"get_symbol_by_name", required("name"), on((*trading).symbolByName)},
	{"get_stock_info", required("symbol"), on((*trading).stockInfo)},
	{"get_order_details", required("order_id"), on((*trading).orderDetails)},
	{"cancel_order", required("order_id"), on((*trading).cancelOrder)},
	{"place_order", required("order_type", "symbol", "price", "amount"), on((*trading).placeOrder)},
	{"withdraw_funds", required("amount"), on((*trading).withdrawFunds)},
	{"fund_account", required("amount"), on((*trading).fundAccount)},
	{"get_account_info", nil, on((*trading).accountInfo)},
	{"trading_login", required("username", "password"), on((*trading).login)},
	{"trading_get_login_status", nil, on((*trading).loginStatus)},
	{"trading_logout", nil, on((*trading).logout)},
	{"remove_stock_from_watchlist", required("symbol"), on((*trading).removeFromWatchlist)},
	{"get_watchlist", nil, on((*trading).watchlist)},
	{"get_order_history", nil, on((*trading).orderHistory)},
	{"get_transaction_history", []Parameter{optional("start_date", nil), optional("end_date", nil)}, on((*trading).transactionHistory)},
	{"get_available_stocks", required("sector"), on((*trading).availableStocks)},
	{"filter_stocks_by_price", required("stocks", "min_price", "max_price"), on((*trading).filterByPrice)},
	{"add_to_watchlist", required("stock"), on((*trading).addToWatchlist)},
	{"notify_price_change", required("stocks", "threshold"), on((*trading).notifyPriceChange)},
}}
