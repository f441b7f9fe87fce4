package gta

import (
	"encoding/json"
	"math/big"
	"strings"
)

func decodeCall(arguments json.RawMessage) map[string]any {
	decoder := json.NewDecoder(strings.NewReader(string(arguments)))
	decoder.UseNumber()
	var value map[string]any
	if decoder.Decode(&value) != nil {
		return nil
	}
	return value
}

// pythonEqual compares two JSON values as Python compares them: 1, 1.0 and True
// are equal.
func pythonEqual(a, b any) bool {
	if x, ok := pythonNumber(a); ok {
		y, ok := pythonNumber(b)
		return ok && x.Cmp(y) == 0
	}
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for name, value := range a {
			other, ok := b[name]
			if !ok || !pythonEqual(value, other) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !pythonEqual(a[i], b[i]) {
				return false
			}
		}
		return true
	}
	return a == b
}

func pythonNumber(value any) (*big.Rat, bool) {
	switch value := value.(type) {
	case bool:
		if value {
			return big.NewRat(1, 1), true
		}
		return new(big.Rat), true
	case json.Number:
		text := value.String()
		if at := strings.IndexAny(text, "eE"); len(text) > 400 || at >= 0 && len(text)-at > 4 {
			return nil, false // absurd: compared by its text
		}
		return new(big.Rat).SetString(text)
	}
	return nil, false
}

// sameWithDefaults compares arguments after filling in declared defaults, with
// numbers by value and booleans only with booleans.
func sameWithDefaults(block *toolBlock, want, have map[string]any) bool {
	if block == nil {
		return false
	}
	wanted, given := fill(block, want), fill(block, have)
	if len(wanted) != len(given) {
		return false
	}
	for name, value := range wanted {
		other, ok := given[name]
		_, oneBool := value.(bool)
		_, otherBool := other.(bool)
		if !ok || oneBool != otherBool || !pythonEqual(value, other) {
			return false
		}
	}
	return true
}

func fill(block *toolBlock, arguments map[string]any) map[string]any {
	filled := make(map[string]any, len(block.Inputs))
	for name, value := range arguments {
		filled[name] = value
	}
	for _, input := range block.Inputs {
		if _, ok := filled[input.Name]; !ok && len(input.Default) > 0 && string(input.Default) != "null" {
			filled[input.Name] = decodeCall([]byte(`{"x":` + string(input.Default) + `}`))["x"]
		}
	}
	return filled
}
