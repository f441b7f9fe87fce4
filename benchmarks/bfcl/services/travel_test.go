package services

import (
	"slices"
	"testing"

	"github.com/buttonbench/button/internal/python"
)

const travelConfiguration = `{
	"credit_card_list": {"card": {"balance": 5000}, "bare": {"card_type": "Visa"}}, "booking_record": {"odd": {"travel_cost": 1}},
	"access_token": "tok", "token_type": "Bearer", "token_expires_in": 10, "token_scope": "all",
	"user_first_name": "Ada", "user_last_name": "Byron", "budget_limit": 1000.0}`

func TestTravel(t *testing.T) {
	for _, test := range []struct {
		name, configuration string
		longContext         bool
		steps               []step
	}{
		{"defaults", `{}`, false, []step{
			{"travel_get_login_status", ``, `{"status": false}`},
			{"get_booking_history", `null`, `{"booking_history": {}}`},
			{"register_credit_card", `null, 1, 2, 3, 4`, `{"error": "Token not initialized"}`},
			{"authenticate_travel", `1, 2, 3, "read", "Ada", "Byron"`, `{"expires_in": 2, "access_token": "251675", "token_type": "Bearer", "scope": "read"}`},
			{"travel_get_login_status", ``, `{"status": true}`},
			{"register_credit_card", `"251675", "1234", "12/30", "Ada", 1`, `{"card_id": "391310425148"}`},
			{"get_all_credit_cards", ``, `{"credit_card_list": {"391310425148": {"card_number": "1234", "expiration_date": "12/30", "cardholder_name": "Ada", "card_verification_number": 1, "balance": 58617}}}`},
			{"register_credit_card", `"251675", "391310425148", "12/30", "Ada", 1`, `{"error": "Card already registered"}`},
			{"get_budget_fiscal_year", ``, `{"budget_fiscal_year": "2018"}`},
		}},
		{"token", travelConfiguration, false, []step{
			{"get_booking_history", `"bad"`, `{"error": "Invalid access token"}`},
			{"set_budget_limit", `["tok"], 1`, `{"error": "Invalid access token"}`},
			{"cancel_booking", `"bad", "x"`, `{"cancel_status": false, "error": "Invalid access token"}`},
			{"purchase_insurance", `"bad", 1, 2, 3, 4`, `{"insurance_status": false, "error": "Invalid access token"}`},
			{"book_flight", `"bad", 1, 2, 3, 4, 5`, `{"booking_status": false, "error": "Invalid access token"}`},
		}},
		{"expired", `{"token_expires_in": 0}`, false, []step{
			{"get_credit_card_balance", `null, 1`, `{"error": "Token expired"}`},
			{"travel_get_login_status", ``, `{"status": false}`},
		}},
		{"costs", travelConfiguration, false, []step{
			{"get_flight_cost", `"SFO", "LAX", "2024-11-16", "first"`, `{"travel_cost_list": [1000.0]}`},
			{"get_flight_cost", `"SFO", "LAX", "2024-11-15", "first"`, `{"travel_cost_list": [2000.0]}`},
			{"get_flight_cost", `"SFO", "LAX", "", "economy"`, `{"travel_cost_list": [400.0]}`},
			{"get_flight_cost", `"SFO", "LAX", ["2024", "11"], "economy"`, `{"travel_cost_list": [200.0]}`},
			{"get_flight_cost", `"SFO", "LAX", [5], "economy"`, `!'int' object has no attribute 'isdigit'`},
			{"get_flight_cost", `"SFO", "LAX", 5, "economy"`, `!'int' object is not iterable`},
			{"get_flight_cost", `"LAX", "RMS", 5, "luxury"`, `!Invalid travel class. Options are: economy, business, first.`},
			{"get_flight_cost", `"CDG", "LHR", "", "economy"`, `!No available route for the given airports.`},
			{"get_flight_cost", `["CDG"], "LHR", "", "economy"`, `!unhashable type: 'list'`},
			{"get_flight_cost", `1, "LHR", "", "economy"`, `!No available route for the given airports.`},
		}},
		{"booking", travelConfiguration, false, []step{
			{"book_flight", `"tok", "none", 1, 2, 3, 4`, `{"booking_status": false, "error": "Card not registered"}`},
			{"book_flight", `"tok", "bare", 1, 2, 3, 4`, `{"booking_status": false, "error": "Balance not found"}`},
			{"book_flight", `"tok", "card", 1, 2, 3, 4`, `{"booking_status": false, "error": "Invalid departure airport code: 2"}`},
			{"book_flight", `"tok", "card", 1, "SFO", ["x"], 4`, `{"booking_status": false, "error": "Invalid destination airport code: ['x']"}`},
			{"book_flight", `"tok", "card", 1, "SFO", "LAX", 4`, `!strptime() argument 1 must be str, not int`},
			{"book_flight", `"tok", "card", "today", "SFO", "LAX", 4`, `{"booking_status": false, "error": "Invalid date format. Use YYYY-MM-DD."}`},
			{"book_flight", `"tok", "card", "2024-11-16", "SFO", "LAX", []`, `!unhashable type: 'list'`},
			{"book_flight", `"tok", "card", "2024-11-16", "SFO", "LAX", 4`, `{"booking_status": false, "error": "Invalid travel class. Must be one of {'business', 'first', 'economy'}"}`},
			{"book_flight", `"tok", "card", "2024-11-16", "CDG", "LHR", "first"`, `{"booking_status": false, "error": "No available route for the given airports."}`},
			{"book_flight", `"tok", "card", "2024-11-16", "JFK", "PEK", "first"`, `{"booking_id": "3426812", "transaction_id": "45451592", "booking_status": true, "booking_history": {}}`},
			{"get_credit_card_balance", `"tok", "card"`, `{"card_balance": 0.0}`},
			{"book_flight", `"tok", "card", "2024-11-16", "JFK", "PEK", "first"`, `{"booking_status": false, "error": "Insufficient funds"}`},
			{"retrieve_invoice", `"tok", "3426812"`, `{"invoice": {"booking_id": "3426812", "travel_date": "2024-11-16", "travel_from": "JFK", "travel_to": "PEK", "travel_class": "first", "travel_cost": 5000.0, "transaction_id": "45451592"}}`},
			{"retrieve_invoice", `"tok", null, "ins"`, `{"error": "Booking not found"}`},
			{"retrieve_invoice", `"tok", "odd"`, `!'travel_date'`},
			{"purchase_insurance", `"tok", "all", "3426812", 100, "card"`, `{"insurance_id": "498276044", "insurance_status": true}`},
			{"get_credit_card_balance", `"tok", "card"`, `{"card_balance": -100.0}`},
			{"purchase_insurance", `"tok", "all", "3426812", 1000.5, "card"`, `{"insurance_status": false, "error": "Exceeded budget limit"}`},
			{"purchase_insurance", `"tok", "all", "3426812", "1", "card"`, `!'<' not supported between instances of 'float' and 'str'`},
			{"purchase_insurance", `"tok", "all", "x", 1, "card"`, `{"insurance_status": false, "error": "Booking not found"}`},
			{"purchase_insurance", `"tok", "all", "odd", 1, "x"`, `{"insurance_status": false, "error": "Credit card not registered"}`},
			{"purchase_insurance", `"tok", "all", "odd", 1, "bare"`, `!'balance'`},
			{"cancel_booking", `"tok", "odd"`, `!'card_id'`},
			{"cancel_booking", `"tok", "3426812"`, `{"cancel_status": true}`},
			{"cancel_booking", `"tok", "3426812"`, `{"cancel_status": false, "error": "Booking not found"}`},
			{"cancel_booking", `"tok", {}`, `!unhashable type: 'dict'`},
			{"get_credit_card_balance", `"tok", "card"`, `{"card_balance": 4900.0}`},
			{"get_credit_card_balance", `"tok", "none"`, `{"error": "Card not registered. Here are a list of card_id's: ['card', 'bare']"}`},
			{"get_credit_card_balance", `"tok", "bare"`, `!'balance'`},
			{"set_budget_limit", `"tok", "5000"`, `{"budget_limit": 5000.0}`},
			{"set_budget_limit", `"tok", "lots"`, `!could not convert string to float: 'lots'`},
			{"book_flight", `"tok", "card", "2024-11-16", "SFO", "LAX", "economy"`, `{"booking_status": false, "error": "Balance is less than budget limit"}`},
			{"get_booking_history", `"tok"`, `{"booking_history": {"odd": {"travel_cost": 1}}}`},
		}},
		{"no budget", `{"credit_card_list": {"card": {"balance": 10.0}}, "booking_record": {"b": {}}}`, false, []step{
			{"purchase_insurance", `null, "all", "b", "1", "card"`, `!unsupported operand type(s) for -=: 'float' and 'str'`},
			{"purchase_insurance", `null, "all", "b", 1000, "card"`, `{"insurance_id": "255316027", "insurance_status": true}`},
			{"get_all_credit_cards", ``, `{"credit_card_list": {"card": {"balance": -990.0}}}`},
		}},
		{"exchange", travelConfiguration, false, []step{
			{"compute_exchange_rate", `"USD", "RMB", 3`, `{"exchanged_value": 21.0}`},
			{"compute_exchange_rate", `"USD", "EUR", 0.1`, `{"exchanged_value": 0.08000000000000002}`},
			{"compute_exchange_rate", `"RMB", "USD", 10`, `{"exchanged_value": 1.43}`},
			{"compute_exchange_rate", `"USD", "RMB", "100"`, `{"exchanged_value": 1.001001001001001e+20}`},
			{"compute_exchange_rate", `"USD", "RMB", "x"`, `!could not convert string to float: 'xxxxxxx'`},
			{"compute_exchange_rate", `"USD", "GBP", "1"`, `!can't multiply sequence by non-int of type 'float'`},
			{"compute_exchange_rate", `"USD", "RMB", [1]`, `!float() argument must be a string or a real number, not 'list'`},
			{"compute_exchange_rate", `"GBP", "USD", "1"`, `!unsupported operand type(s) for /: 'str' and 'float'`},
			{"compute_exchange_rate", `"USD", "USD", 1`, `!No available exchange rate for the given currencies.`},
			{"compute_exchange_rate", `["USD"], {}, 1`, `!No available exchange rate for the given currencies.`},
		}},
		{"travellers", travelConfiguration, false, []step{
			{"verify_traveler_information", `"Ada", "Byron", "2008-03-01", "US1"`, `{"verification_status": true}`},
			{"verify_traveler_information", `"Ada", "Byron", "2008-03-02", "US1"`, `{"verification_status": false, "verification_failure": "Traveler must be at least 18 years old."}`},
			{"verify_traveler_information", `"Ada", "Byron", "1990-12-31", "UK1"`, `{"verification_status": false, "verification_failure": "Passport must be issued by the United States."}`},
			{"verify_traveler_information", `"Ada", "Byron", "1990-12-31", 12`, `!'int' object has no attribute 'startswith'`},
			{"verify_traveler_information", `"Ada", "Byron", "31.12.1990", 12`, `{"verification_status": false, "verification_failure": "Invalid date of birth format. Please use YYYY-MM-DD."}`},
			{"verify_traveler_information", `"Ada", "Byron", 1990, 12`, `!strptime() argument 1 must be str, not int`},
			{"verify_traveler_information", `"Bob", null, 1990, 12`, `{"verification_status": false, "verification_failure": "Cannot book flight information for another user.Expected Ada Byron, got Bob None"}`},
			{"get_nearest_airport_by_city", `"Rome"`, `{"nearest_airport": "CIA"}`},
			{"get_nearest_airport_by_city", `"rome"`, `{"nearest_airport": "Unknown"}`},
			{"get_nearest_airport_by_city", `[]`, `!unhashable type: 'list'`},
			{"list_all_airports", ``, `['RMS', 'SBK', 'MPC', 'SVP', 'SHD', 'CDG', 'LHR', 'SSV', 'OKD', 'WLB', 'PEK', 'HND', 'HKG', 'CIA', 'CRH', 'ATV', 'PHV', 'GFD', 'SFO', 'LAX', 'JFK', 'ORD', 'BOS']`},
			{"contact_customer_support", `"odd", 5`, `{"customer_support_message": "Thank you for contacting customer support. Your message has been received and we will get back to you shortly."}`},
			{"contact_customer_support", `"x", 5`, `{"error": "Booking not found"}`},
		}},
		{"long context", travelConfiguration, true, []step{
			{"get_all_credit_cards", ``, `{"credit_card_list": {"card": {"balance": 5000}, "bare": {"card_type": "Visa"}, "c1": {"balance": 5000.0}}}`},
			{"get_booking_history", `"tok"`, `{"booking_history": {"odd": {"travel_cost": 1}, "b1": {"card_id": "c1", "travel_cost": 400.0}}}`},
			{"cancel_booking", `"tok", "b1"`, `{"cancel_status": true}`},
			{"book_flight", `"tok", "c1", "2024-11-16", "SFO", "LAX", "economy"`, `{"booking_id": "3426812", "transaction_id": "45451592", "booking_status": true, "booking_history": {"odd": {"travel_cost": 1}, "3426812": {"card_id": "c1", "travel_date": "2024-11-16", "travel_from": "SFO", "travel_to": "LAX", "travel_class": "economy", "travel_cost": 200.0, "transaction_id": "45451592"}}}`},
			{"get_credit_card_balance", `"tok", "c1"`, `{"card_balance": 5200.0}`},
		}},
	} {
		t.Run(test.name, func(t *testing.T) { play(t, &travelClass, test.configuration, test.longContext, test.steps) })
	}
}

// In a long-context entry every route is priced.
func TestTravelAllRoutes(t *testing.T) {
	service := play(t, &travelClass, travelConfiguration, true, nil)
	result, err := travelClass.Methods[4].Call(service, []python.Value{"SFO", "LAX", "1", "economy"})
	if err != nil {
		t.Fatal(err)
	}
	list, _ := result.(*python.Dict).GetText("travel_cost_list")
	costs := list.(*python.List).Items
	if len(costs) != len(travelRoutes) || costs[0] != 200.0 || costs[len(costs)-1] != 220.0 {
		t.Errorf("%d costs for %d routes, from %v to %v", len(costs), len(travelRoutes), costs[0], costs[len(costs)-1])
	}
}

// The cards and bookings of long-context entries are one object for the model's
// and the answer's instance; which of them an instance has is its own.
func TestTravelSharedCards(t *testing.T) {
	environment := testEnvironment(t, true)
	instance := func() Service {
		service, err := travelClass.New(value(t, travelConfiguration).(*python.Dict), environment)
		if err != nil {
			t.Fatal(err)
		}
		return service
	}
	model, answer := instance(), instance()
	if have := resultOf(t, &travelClass, model, step{"cancel_booking", `"tok", "b1"`, ``}); have != `{"cancel_status": true}` {
		t.Fatal(have)
	}
	if have := resultOf(t, &travelClass, answer, step{"get_credit_card_balance", `"tok", "c1"`, ``}); have != `{"card_balance": 5400.0}` {
		t.Errorf("the model's refund does not show: %s", have)
	}
	if have := model.Differences(answer); !slices.Equal(have, []string{"booking_record"}) {
		t.Errorf("have %q", have)
	}
}
