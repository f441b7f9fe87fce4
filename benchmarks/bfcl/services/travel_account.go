package services

import (
	"strconv"
	"strings"
	"time"

	"github.com/buttonbench/button/internal/python"
)

func (t *travel) authenticate(arguments []python.Value) (python.Value, error) {
	t.tokenLife = python.NewInt(2)
	t.token = t.number(100000, 999999)
	t.tokenType = "Bearer"
	t.scope, t.firstName, t.lastName = arguments[3], arguments[4], arguments[5]
	return record("expires_in", t.tokenLife, "access_token", t.token, "token_type", t.tokenType, "scope", t.scope), nil
}

// number draws a number from low to high and writes it as text.
func (t *travel) number(low, high int64) string {
	return strconv.FormatInt(t.random.between(low, high), 10)
}

func (t *travel) loginStatus([]python.Value) (python.Value, error) {
	return record("status", t.tokenLife != nil && !python.Equal(t.tokenLife, python.NewInt(0))), nil
}

func (t *travel) fiscalYear([]python.Value) (python.Value, error) {
	return record("budget_fiscal_year", "2018"), nil
}

// tokenFault says what is wrong with an access token, "" if nothing is. With no
// token stored, None passes.
func (t *travel) tokenFault(token python.Value) string {
	switch {
	case python.Equal(t.tokenLife, python.NewInt(0)):
		return "Token expired"
	case !python.Equal(token, t.token):
		return "Invalid access token"
	}
	return ""
}

func (t *travel) registerCard(arguments []python.Value) (python.Value, error) {
	if t.tokenLife == nil {
		return failure("Token not initialized"), nil
	}
	if fault := t.tokenFault(arguments[0]); fault != "" {
		return failure(fault), nil
	}
	number := arguments[1]
	if _, known, err := t.cards.Get(number); err != nil {
		return nil, err
	} else if known {
		return failure("Card already registered"), nil
	}
	id := t.number(100000000000, 999999999999)
	t.cards.SetText(id, record(
		"card_number", number, "expiration_date", arguments[2], "cardholder_name", arguments[3],
		"card_verification_number", arguments[4], "balance", python.NewInt(t.random.between(10000, 99999)),
	))
	return record("card_id", id), nil
}

func (t *travel) cardBalance(arguments []python.Value) (python.Value, error) {
	if fault := t.tokenFault(arguments[0]); fault != "" {
		return failure(fault), nil
	}
	card, known, err := t.cards.Get(arguments[1])
	if err != nil {
		return nil, err
	}
	if !known {
		ids, err := python.Iterate(t.cards)
		if err != nil {
			return nil, err
		}
		return failuref("Card not registered. Here are a list of card_id's: %s", python.NewList(ids...))
	}
	balance, err := python.Subscript(card, "balance")
	if err != nil {
		return nil, err
	}
	return record("card_balance", balance), nil
}

func (t *travel) allCards([]python.Value) (python.Value, error) {
	return record("credit_card_list", t.cards), nil
}

func (t *travel) setBudget(arguments []python.Value) (python.Value, error) {
	if fault := t.tokenFault(arguments[0]); fault != "" {
		return failure(fault), nil
	}
	limit, err := python.ToFloat(arguments[1])
	if err != nil {
		return nil, err
	}
	t.budget = limit
	return record("budget_limit", limit), nil
}

// exchange converts an amount. A rate that is listed the other way round divides,
// and only then is the result rounded.
func (t *travel) exchange(arguments []python.Value) (python.Value, error) {
	base, target, amount := arguments[0], arguments[1], arguments[2]
	for _, row := range travelRates.Items {
		cells := row.(*python.List).Items
		switch {
		case base == cells[0] && target == cells[1]:
			converted, err := python.Mul(amount, cells[2])
			if err != nil {
				return nil, err
			}
			exact, err := python.ToFloat(converted)
			return record("exchanged_value", exact), err
		case base == cells[1] && target == cells[0]:
			converted, err := python.TrueDivide(amount, cells[2])
			if err != nil {
				return nil, err
			}
			exact, err := python.ToFloat(converted)
			return record("exchanged_value", python.Round(exact, 2)), err
		}
	}
	return nil, python.Raise("ValueError", "No available exchange rate for the given currencies.")
}

func (t *travel) verifyTraveler(arguments []python.Value) (python.Value, error) {
	first, last, birth, passport := arguments[0], arguments[1], arguments[2], arguments[3]
	refuse := func(reason string) (python.Value, error) {
		return record("verification_status", false, "verification_failure", reason), nil
	}
	if !python.Equal(t.firstName, first) || !python.Equal(t.lastName, last) {
		reason, err := textf("Cannot book flight information for another user.Expected %s %s, got %s %s", t.firstName, t.lastName, first, last)
		if err != nil {
			return nil, err
		}
		return refuse(reason)
	}
	born, err := parseTime(birth, dateFormat)
	if isValueError(err) {
		return refuse("Invalid date of birth format. Please use YYYY-MM-DD.")
	} else if err != nil {
		return nil, err
	}
	if ageAt(born, t.environment.Today) < 18 {
		return refuse("Traveler must be at least 18 years old.")
	}
	number, isText := passport.(string)
	if !isText {
		return nil, noAttribute(passport, "startswith")
	}
	if !strings.HasPrefix(number, "US") {
		return refuse("Passport must be issued by the United States.")
	}
	return record("verification_status", true), nil
}

// ageAt is the number of birthdays up to a day.
func ageAt(born, today time.Time) int {
	age := today.Year() - born.Year()
	if today.Month() < born.Month() || today.Month() == born.Month() && today.Day() < born.Day() {
		age--
	}
	return age
}
