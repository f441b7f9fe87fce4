package services

import (
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
	if _, isSet := class.(*python.Set); !isSet { // a set may be looked for in a set
		if err := python.Hashable(class); err != nil {
			return 0, nil, err
		}
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
