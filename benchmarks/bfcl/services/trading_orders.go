package services

import (
	"strings"

	"github.com/buttonbench/button/internal/python"
)

func (t *trading) orderDetails(arguments []python.Value) (python.Value, error) {
	order, found, err := t.orders.Get(arguments[0])
	if err != nil {
		return nil, err
	}
	if !found {
		return failuref("Order with ID %s not found.Here is the list of orders_id: %s", arguments[0], t.orderKeys())
	}
	if !t.environment.LongContext {
		return order, nil
	}
	details, isMap := order.(*python.Dict)
	if !isMap {
		return nil, noAttribute(order, "copy")
	}
	symbol, err := python.Subscript(details, "symbol")
	if err != nil {
		return nil, err
	}
	about, err := t.aboutCompany(symbol)
	if err != nil {
		return nil, err
	}
	details = shallow(details)
	details.SetText("metadata", about)
	return details, nil
}

func (t *trading) orderKeys() *python.List {
	keys := python.NewList()
	for i := range t.orders.Len() {
		key, _ := t.orders.At(i)
		keys.Items = append(keys.Items, key)
	}
	return keys
}

// aboutCompany is the long-context text about a company, with its symbol put in.
func (t *trading) aboutCompany(symbol python.Value) (python.Value, error) {
	name, err := python.Str(symbol)
	if err != nil {
		return nil, err
	}
	texts, isMap := t.environment.Constants.value("ORDER_DETAIL_EXTENSION").(*python.Dict)
	if !isMap {
		return nil, missingConstant("ORDER_DETAIL_EXTENSION")
	}
	about := python.NewDict()
	for i := range texts.Len() {
		key, value := texts.At(i)
		if text, isText := value.(string); isText {
			value = strings.ReplaceAll(text, "{symbol}", name)
		}
		if err := about.Set(key, value); err != nil {
			return nil, err
		}
	}
	return about, nil
}

func (t *trading) cancelOrder(arguments []python.Value) (python.Value, error) {
	order, found, err := t.orders.Get(arguments[0])
	if err != nil {
		return nil, err
	}
	if !found {
		return failuref("Order with ID %s not found.", arguments[0])
	}
	status, err := python.Subscript(order, "status")
	if err != nil {
		return nil, err
	}
	if status == "Completed" {
		return failuref("Can't cancel order %s. Order is already completed.", arguments[0])
	}
	order.(*python.Dict).SetText("status", "Cancelled") // only a map has a status
	return record("order_id", arguments[0], "status", "Cancelled"), nil
}

func (t *trading) placeOrder(arguments []python.Value) (python.Value, error) {
	orderType, symbol, price, amount := arguments[0], arguments[1], arguments[2], arguments[3]
	if !python.Truth(t.loggedIn) {
		return failure("User not authenticated. Please log in to place an order."), nil
	}
	if _, known, err := t.stocks.Get(symbol); err != nil {
		return nil, err
	} else if !known {
		return failuref("Invalid stock symbol: %s", symbol)
	}
	for _, number := range []python.Value{price, amount} {
		if more, err := positive(number); err != nil {
			return nil, err
		} else if !more {
			return failure("Price and amount must be positive values."), nil
		}
	}
	word, err := lowered(orderType)
	if err != nil {
		return nil, err
	}
	if word == "buy" {
		if refusal, err := t.tooDear(price, amount); refusal != nil || err != nil {
			return refusal, err
		}
	}
	exactPrice, err := python.ToFloat(price)
	if err != nil {
		return nil, err
	}
	next, err := increased(t.counter)
	if err != nil {
		return nil, err
	}
	id := t.counter
	if err := t.orders.Set(id, record("id", id, "order_type", orderType, "symbol", symbol, "price", exactPrice, "amount", amount, "status", "Open")); err != nil {
		return nil, err
	}
	t.counter = next
	return record("order_id", id, "order_type", orderType, "status", "Pending", "price", exactPrice, "amount", amount), nil
}

// tooDear refuses an order that the balance does not cover; whole pieces count.
func (t *trading) tooDear(price, amount python.Value) (refusal python.Value, err error) {
	exactPrice, err := python.ToFloat(price)
	if err != nil {
		return nil, err
	}
	pieces, err := python.ToInt(amount)
	if err != nil {
		return nil, err
	}
	cost, err := python.Mul(exactPrice, pieces)
	if err != nil {
		return nil, err
	}
	balance, found := t.account.GetText("balance")
	if !found {
		balance = python.NewInt(0)
	}
	if over, err := python.Compare(">", cost, balance); err != nil || !over {
		return nil, err
	}
	available, err := python.ToFloat(balance)
	if err != nil {
		return nil, err
	}
	return failure("Insufficient funds: required $" + python.FormatFixed(cost.(float64), 2) +
		" but only $" + python.FormatFixed(available, 2) + " available."), nil
}

func (t *trading) orderHistory([]python.Value) (python.Value, error) {
	if !python.Truth(t.loggedIn) {
		return python.NewList(failure("User not authenticated. Please log in to view order history.")), nil
	}
	return record("history", t.orderKeys()), nil
}
