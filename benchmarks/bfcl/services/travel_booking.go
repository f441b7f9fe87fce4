package services

import (
	"strings"

	"github.com/buttonbench/button/internal/python"
)

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
	if fault, err := t.unaffordable(balance, cost); fault != "" || err != nil {
		return notBooked(fault), err
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

// unaffordable says why a balance does not do for a cost, "" if it does.
func (t *travel) unaffordable(balance, cost python.Value) (fault string, err error) {
	if short, err := python.Compare("<", balance, cost); err != nil || short {
		return "Insufficient funds", err
	}
	if t.budget != nil {
		if below, err := python.Compare("<", balance, t.budget); err != nil || below {
			return "Balance is less than budget limit", err
		}
	}
	return "", nil
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
