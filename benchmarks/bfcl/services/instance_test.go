package services

import (
	"errors"
	"testing"
	"time"

	"github.com/buttonbench/button/internal/python"
)

// messageOf is what Python's str(e) shows.
func messageOf(err error) string {
	var exception *python.Exception
	if errors.As(err, &exception) {
		return exception.Message
	}
	return err.Error()
}

// failer is what tests, benchmarks and properties share.
type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// value reads a Python value written as JSON.
func value(t failer, text string) python.Value {
	t.Helper()
	v, err := python.ParseJSON(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// testConstants are small stand-ins for the long-context constants.
func testConstants(t failer) *Constants {
	constants := python.NewDict()
	for name, text := range map[string]string{
		"WATCH_LIST_EXTENSION":          `["WXY"]`,
		"TRANSACTION_HISTORY_EXTENSION": `[{"type": "deposit", "amount": 1.5, "timestamp": "unread"}]`,
		"MA_5_EXTENSION":                `[5.5, 5]`,
		"MA_20_EXTENSION":               `[20.25]`,
		"TECHNOLOGY_EXTENSION":          `["AAPL", "ZZZ"]`,
		"AUTOMOBILE_EXTENSION":          `["TSLA"]`,
		"ORDER_DETAIL_EXTENSION":        `{"about": "{symbol} makes {symbol}s", "count": 2}`,
		"CAR_STATUS_METADATA_EXTENSION": `"a car"`,
		"LONG_WEATHER_EXTENSION":        `{"-1_day": {"windSpeed": 15.0}}`,
		"PARKING_BRAKE_INSTRUCTION":     `"pull"`,
		"INTERMEDIARY_CITIES":           `["Here", "There"]`,
		"CREDIT_CARD_EXTENSION":         `{"c1": {"balance": 5000.0}, "card": {"balance": 7.0}}`,
		"BOOKING_RECORD_EXTENSION":      `{"b1": {"card_id": "c1", "travel_cost": 400.0}}`,
		"FILES_TAIL_USED":               `["log.txt"]`,
		"FILE_CONTENT_EXTENSION":        `"more"`,
		"POPULATE_FILE_EXTENSION":       `["image_1.jpg"]`,
	} {
		constants.SetText(name, value(t, text))
	}
	complete, err := NewConstants(constants)
	if err != nil {
		t.Fatal(err)
	}
	return complete
}

func testEnvironment(t failer, longContext bool) *Environment {
	return NewEnvironment(longContext, testConstants(t), time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC))
}

// step is a call, the arguments as a JSON list in positional order without
// defaults, and its result: a text as it is, a map as JSON, anything else as
// Python's str; an exception after "!".
type step struct{ method, arguments, want string }

func play(t *testing.T, class *Class, configuration string, longContext bool, steps []step) Service {
	t.Helper()
	service, err := class.New(value(t, configuration).(*python.Dict), testEnvironment(t, longContext))
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range steps {
		if have := resultOf(t, class, service, s); have != s.want {
			t.Errorf("step %d, %s(%s)\nhave %s\nwant %s", i, s.method, s.arguments, have, s.want)
		}
	}
	return service
}

func resultOf(t *testing.T, class *Class, service Service, s step) string {
	t.Helper()
	for _, method := range class.Methods {
		if method.Name != s.method {
			continue
		}
		arguments := value(t, "["+s.arguments+"]").(*python.List).Items
		for _, parameter := range method.Parameters[len(arguments):] {
			if parameter.Required {
				t.Fatalf("%s(%s): too few arguments", s.method, s.arguments)
			}
			arguments = append(arguments, parameter.Default)
		}
		result, err := method.Call(service, arguments)
		if err != nil {
			return "!" + messageOf(err)
		}
		if dict, isMap := result.(*python.Dict); isMap {
			text, err := python.DumpJSON(dict)
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
		text, err := python.Str(result)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	t.Fatalf("%s has no method %s", class.Name, s.method)
	return ""
}
