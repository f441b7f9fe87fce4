package services

import (
	"strings"

	"github.com/buttonbench/button/internal/python"
)

func (t *trading) symbolByName(arguments []python.Value) (python.Value, error) {
	symbol, found, err := stockSymbols.Get(arguments[0])
	if err != nil {
		return nil, err
	}
	if !found {
		symbol = "Stock not found"
	}
	return record("symbol", symbol), nil
}

func (t *trading) stockInfo(arguments []python.Value) (python.Value, error) {
	stock, found, err := t.stocks.Get(arguments[0])
	if err != nil {
		return nil, err
	}
	if !found {
		return failuref("Stock with symbol '%s' not found.", arguments[0])
	}
	stock = python.Copy(stock)
	if !t.environment.LongContext {
		return stock, nil
	}
	info, isMap := stock.(*python.Dict)
	if !isMap {
		return nil, noAttribute(stock, "copy")
	}
	for _, mean := range []struct{ name, constant string }{{"MA(5)", "MA_5_EXTENSION"}, {"MA(20)", "MA_20_EXTENSION"}} {
		prices, err := t.environment.list(mean.constant)
		if err != nil {
			return nil, err
		}
		info.SetText(mean.name, prices)
	}
	return info, nil
}

func (t *trading) availableStocks(arguments []python.Value) (python.Value, error) {
	known, found, err := stockSectors.Get(arguments[0])
	if err != nil {
		return nil, err
	}
	stocks := python.NewList()
	if found {
		stocks.Items = append(stocks.Items, known.(*python.List).Items...)
	}
	switch arguments[0] {
	case "Technology":
		err = t.environment.extend(stocks, "TECHNOLOGY_EXTENSION")
	case "Automobile":
		err = t.environment.extend(stocks, "AUTOMOBILE_EXTENSION")
	}
	return record("stock_list", stocks), err
}

func (t *trading) filterByPrice(arguments []python.Value) (python.Value, error) {
	stocks, err := python.Iterate(arguments[0])
	if err != nil {
		return nil, err
	}
	kept := python.NewList()
	for _, symbol := range stocks {
		price, err := t.priceOf(symbol)
		if err != nil {
			return nil, err
		}
		inside, err := python.Compare(">=", price, arguments[1])
		if err == nil && inside {
			inside, err = python.Compare("<=", price, arguments[2])
		}
		if err != nil {
			return nil, err
		}
		if inside {
			kept.Items = append(kept.Items, symbol)
		}
	}
	return record("filtered_stocks", kept), nil
}

// priceOf is 0 for what is no stock.
func (t *trading) priceOf(symbol python.Value) (python.Value, error) {
	stock, found, err := t.stocks.Get(symbol)
	if err != nil || !found {
		return python.NewInt(0), err
	}
	info, isMap := stock.(*python.Dict)
	if !isMap {
		return nil, noAttribute(stock, "get")
	}
	if price, found := info.GetText("price"); found {
		return price, nil
	}
	return python.NewInt(0), nil
}

func (t *trading) notifyPriceChange(arguments []python.Value) (python.Value, error) {
	stocks, err := python.Iterate(arguments[0])
	if err != nil {
		return nil, err
	}
	var changed []string
	for _, symbol := range stocks {
		stock, found, err := t.stocks.Get(symbol)
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		change, err := python.Subscript(stock, "percent_change")
		if err != nil {
			return nil, err
		}
		if negative, err := python.Compare("<", change, python.NewInt(0)); err != nil {
			return nil, err
		} else if negative {
			if change, err = python.Negate(change); err != nil {
				return nil, err
			}
		}
		if much, err := python.Compare(">=", change, arguments[1]); err != nil {
			return nil, err
		} else if much {
			changed = append(changed, symbol.(string)) // only texts are symbols of stocks
		}
	}
	if changed == nil {
		return record("notification", "No significant price changes in the selected stocks."), nil
	}
	return record("notification", "Stocks "+strings.Join(changed, ", ")+" have significant price changes."), nil
}

func (t *trading) addToWatchlist(arguments []python.Value) (python.Value, error) {
	if !holds(t.watched, arguments[0]) {
		if _, known, err := t.stocks.Get(arguments[0]); err != nil {
			return nil, err
		} else if known {
			t.watched.Items = append(t.watched.Items, arguments[0])
		}
	}
	return record("watchlist", t.watched), nil
}

func (t *trading) removeFromWatchlist(arguments []python.Value) (python.Value, error) {
	if !python.Truth(t.loggedIn) {
		return failure("User not authenticated. Please log in to modify the watchlist."), nil
	}
	if !holds(t.watched, arguments[0]) {
		return failuref("Stock %s not found in watchlist.", arguments[0])
	}
	removeFirst(t.watched, arguments[0])
	text, err := textf("Stock %s removed from watchlist successfully.", arguments[0])
	return record("status", text), err
}

func (t *trading) watchlist([]python.Value) (python.Value, error) {
	if !python.Truth(t.loggedIn) {
		return python.NewList("Error: User not authenticated. Please log in to view the watchlist."), nil
	}
	if !t.environment.LongContext {
		return record("watchlist", t.watched), nil
	}
	all := python.NewList(t.watched.Items...)
	all.Items = all.Items[:len(all.Items):len(all.Items)]
	return all, t.environment.extend(all, "WATCH_LIST_EXTENSION")
}
