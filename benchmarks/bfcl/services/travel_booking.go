package services

import (
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// classFactor is how many times the economy price a class costs, 0 for what is no
// class.
func classFactor(class python.Value) float64 {
	switch class {
	case "economy":
		return 1
	case "business":
		return 2
	case "first":
		return 5
	}
	return 0
}

// dateFactor doubles the price when the sum of the numbers in a date is even: of
// the digits of a text, or of the elements of a list that are all digits.
func dateFactor(date python.Value) (float64, error) {
	pieces, err := python.Iterate(date)
	if err != nil {
		return 0, err
	}
	odd := false
	for _, piece := range pieces {
		text, isText := piece.(string)
		if !isText {
			return 0, noAttribute(piece, "isdigit")
		}
		if !isDigits(text) {
			continue
		}
		number, err := python.ToInt(text)
		if err != nil {
			return 0, err
		}
		rest, err := python.Modulo(number, python.NewInt(2))
		if err != nil {
			return 0, err
		}
		odd = odd != python.Truth(rest)
	}
	if odd {
		return 1, nil
	}
	return 2, nil
}

// baseCost finds a route; keys that have no hash are an error.
func baseCost(from, to python.Value) (cost float64, found bool, err error) {
	if err := python.Hashable(python.Tuple{from, to}); err != nil {
		return 0, false, err
	}
	for _, r := range travelRoutes {
		if from == r.from && to == r.to {
			return r.cost, true, nil
		}
	}
	return 0, false, nil
}

// costsByFactor are the costs of all routes, in the table's order, for every factor
// that class and date together make.
func costsByFactor(routes []route) map[float64][]python.Value {
	lists := map[float64][]python.Value{}
	for _, factor := range []float64{1, 2, 5, 4, 10} {
		for _, r := range routes {
			lists[factor] = append(lists[factor], r.cost*factor)
		}
	}
	return lists
}

// flightCost gives the cost of the route; in long-context entries every route's,
// by the same factors.
func (t *travel) flightCost(arguments []python.Value) (python.Value, error) {
	base, found, err := baseCost(arguments[0], arguments[1])
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, python.Raise("ValueError", "No available route for the given airports.")
	}
	factor := classFactor(arguments[3])
	if factor == 0 {
		return nil, python.Raise("ValueError", "Invalid travel class. Options are: economy, business, first.")
	}
	byDate, err := dateFactor(arguments[2])
	if err != nil {
		return nil, err
	}
	if t.environment.LongContext {
		all := routeCosts[factor*byDate]
		return record("travel_cost_list", &python.List{Items: all[:len(all):len(all)]}), nil
	}
	return record("travel_cost_list", python.NewList(base*factor*byDate)), nil
}

func (t *travel) bookFlight(arguments []python.Value) (python.Value, error) {
	token, cardID, date, from, to, class := arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]
	if fault := t.tokenFault(token); fault != "" {
		return notBooked(fault), nil
	}
	card, balance, fault, err := t.payingCard(cardID)
	if fault != "" || err != nil {
		return notBooked(fault), err
	}
	cost, refusal, err := t.fare(date, from, to, class)
	if refusal != nil || err != nil {
		return refusal, err
	}
	if short, err := python.Compare("<", balance, cost); err != nil {
		return nil, err
	} else if short {
		return notBooked("Insufficient funds"), nil
	}
	if t.budget != nil {
		if below, err := python.Compare("<", balance, t.budget); err != nil {
			return nil, err
		} else if below {
			return notBooked("Balance is less than budget limit"), nil
		}
	}
	if balance, err = subtract(balance, cost); err != nil {
		return nil, err
	}
	card.SetText("balance", balance)
	booking := t.number(1000000, 9999999)
	transaction := t.number(10000000, 99999999)
	t.bookings.SetText(booking, record(
		"card_id", cardID, "travel_date", date, "travel_from", from, "travel_to", to,
		"travel_class", class, "travel_cost", cost, "transaction_id", transaction,
	))
	history := python.NewDict()
	if t.environment.LongContext {
		history = t.bookings
	}
	return record("booking_id", booking, "transaction_id", transaction, "booking_status", true, "booking_history", history), nil
}

func notBooked(reason string) *python.Dict {
	return record("booking_status", false, "error", reason)
}

// payingCard finds a card and its balance.
func (t *travel) payingCard(id python.Value) (card *python.Dict, balance python.Value, fault string, err error) {
	value, known, err := t.cards.Get(id)
	if err != nil {
		return nil, nil, "", err
	}
	if !known {
		return nil, nil, "Card not registered", nil
	}
	found, err := python.Contains(value, "balance")
	if err != nil {
		return nil, nil, "", err
	}
	if !found {
		return nil, nil, "Balance not found", nil
	}
	balance, err = python.Subscript(value, "balance")
	card, _ = value.(*python.Dict)
	return card, balance, "", err
}

// fare checks a journey and gives its cost.
func (t *travel) fare(date, from, to, class python.Value) (cost float64, refusal python.Value, err error) {
	for _, end := range []struct {
		name    string
		airport python.Value
	}{{"departure", from}, {"destination", to}} {
		if !holds(airports, end.airport) {
			text, err := textf("Invalid "+end.name+" airport code: %s", end.airport)
			return 0, notBooked(text), err
		}
	}
	if _, err := parseTime(date, dateFormat); isValueError(err) {
		return 0, notBooked("Invalid date format. Use YYYY-MM-DD."), nil
	} else if err != nil {
		return 0, nil, err
	}
	if err := python.Hashable(class); err != nil {
		return 0, nil, err
	}
	factor := classFactor(class)
	if factor == 0 { // the words are a set there, whose order varies by process
		return 0, notBooked("Invalid travel class. Must be one of {'business', 'first', 'economy'}"), nil
	}
	base, found, err := baseCost(from, to)
	if err != nil {
		return 0, nil, err
	}
	if !found {
		return 0, notBooked("No available route for the given airports."), nil
	}
	byDate, err := dateFactor(date)
	return base * factor * byDate, nil, err
}

func (t *travel) cancelBooking(arguments []python.Value) (python.Value, error) {
	refuse := func(reason string) (python.Value, error) {
		return record("cancel_status", false, "error", reason), nil
	}
	if fault := t.tokenFault(arguments[0]); fault != "" {
		return refuse(fault)
	}
	booking, known, err := t.bookings.Get(arguments[1])
	if err != nil {
		return nil, err
	}
	if !known {
		return refuse("Booking not found")
	}
	cardID, err := python.Subscript(booking, "card_id")
	if err != nil {
		return nil, err
	}
	cost, err := python.Subscript(booking, "travel_cost")
	if err != nil {
		return nil, err
	}
	card, err := python.Subscript(t.cards, cardID)
	if err != nil {
		return nil, err
	}
	balance, err := python.Subscript(card, "balance")
	if err != nil {
		return nil, err
	}
	if balance, err = add(balance, cost); err != nil {
		return nil, err
	}
	card.(*python.Dict).SetText("balance", balance) // only a map has a balance
	if _, err := t.bookings.Delete(arguments[1]); err != nil {
		return nil, err
	}
	return record("cancel_status", true), nil
}

func (t *travel) invoice(arguments []python.Value) (python.Value, error) {
	if fault := t.tokenFault(arguments[0]); fault != "" {
		return failure(fault), nil
	}
	booking, known, err := t.bookings.Get(arguments[1])
	if err != nil {
		return nil, err
	}
	if !known {
		return failure("Booking not found"), nil
	}
	invoice := record("booking_id", arguments[1])
	for _, field := range strings.Fields("travel_date travel_from travel_to travel_class travel_cost transaction_id") {
		value, err := python.Subscript(booking, field)
		if err != nil {
			return nil, err
		}
		invoice.SetText(field, value)
	}
	return record("invoice", invoice), nil
}

func (t *travel) bookingHistory(arguments []python.Value) (python.Value, error) {
	if fault := t.tokenFault(arguments[0]); fault != "" {
		return failure(fault), nil
	}
	return record("booking_history", t.bookings), nil
}

func (t *travel) listAirports([]python.Value) (python.Value, error) {
	return python.NewList(airports.Items[:len(airports.Items):len(airports.Items)]...), nil
}

func (t *travel) nearestAirport(arguments []python.Value) (python.Value, error) {
	airport, known, err := airportByCity.Get(arguments[0])
	if err != nil {
		return nil, err
	}
	if !known {
		airport = "Unknown"
	}
	return record("nearest_airport", airport), nil
}

func (t *travel) purchaseInsurance(arguments []python.Value) (python.Value, error) {
	token, bookingID, cost, cardID := arguments[0], arguments[2], arguments[3], arguments[4]
	refuse := func(reason string) (python.Value, error) {
		return record("insurance_status", false, "error", reason), nil
	}
	if fault := t.tokenFault(token); fault != "" {
		return refuse(fault)
	}
	if t.budget != nil {
		if over, err := python.Compare("<", t.budget, cost); err != nil {
			return nil, err
		} else if over {
			return refuse("Exceeded budget limit")
		}
	}
	if _, known, err := t.bookings.Get(bookingID); err != nil {
		return nil, err
	} else if !known {
		return refuse("Booking not found")
	}
	card, known, err := t.cards.Get(cardID)
	if err != nil {
		return nil, err
	}
	if !known {
		return refuse("Credit card not registered")
	}
	balance, err := python.Subscript(card, "balance")
	if err != nil {
		return nil, err
	}
	if balance, err = subtract(balance, cost); err != nil {
		return nil, err
	}
	card.(*python.Dict).SetText("balance", balance) // only a map has a balance
	return record("insurance_id", t.number(100000000, 999999999), "insurance_status", true), nil
}

func (t *travel) customerSupport(arguments []python.Value) (python.Value, error) {
	if _, known, err := t.bookings.Get(arguments[0]); err != nil {
		return nil, err
	} else if !known {
		return failure("Booking not found"), nil
	}
	return record("customer_support_message", "Thank you for contacting customer support. Your message has been received and we will get back to you shortly."), nil
}
