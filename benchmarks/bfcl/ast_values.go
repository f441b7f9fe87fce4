package bfcl

import (
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button/internal/python"
)

// standardise makes a text comparable: without blanks and , . / - _ * ^, in lower
// case, with double quotes for single ones.
func standardise(text string) string {
	standard := appendStandard(nil, text)
	if string(standard) == text {
		return text
	}
	return string(standard)
}

// appendStandard appends the text standardised.
func appendStandard(kept []byte, text string) []byte {
	start := len(kept)
	ascii := true
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == ' ' || c == ',' || c == '.' || c == '/' || c == '-' || c == '_' || c == '*' || c == '^':
		case 'A' <= c && c <= 'Z':
			kept = append(kept, c+'a'-'A')
		case c == '\'':
			kept = append(kept, '"')
		default:
			ascii = ascii && c < utf8.RuneSelf
			kept = append(kept, c)
		}
	}
	if ascii {
		return kept
	}
	// Lower case of other scripts can look at what stands around a letter, quotes too.
	var plain strings.Builder
	for i := 0; i < len(text); i++ {
		if strings.IndexByte(" ,./-_*^", text[i]) < 0 {
			plain.WriteByte(text[i])
		}
	}
	return append(kept[:start], strings.ReplaceAll(python.Lower(plain.String()), "'", `"`)...)
}

// standardiseItems returns a list with its texts, not those deeper inside,
// standardised. A text counts as the list of its characters, as for Python's
// loops; any other value as an empty list.
func standardiseItems(v python.Value) *python.List {
	var items []python.Value
	switch v := v.(type) {
	case *python.List:
		items = v.Items
	case string:
		items, _ = python.Iterate(v)
	}
	list := &python.List{Items: make([]python.Value, len(items))}
	for i, item := range items {
		if text, ok := item.(string); ok {
			item = standardise(text)
		}
		list.Items[i] = item
	}
	return list
}

func contains(values []python.Value, v python.Value) bool {
	for _, candidate := range values {
		if python.Equal(v, candidate) {
			return true
		}
	}
	return false
}

// check tests the value of this parameter in a call. The failure lacks the name.
func (p *parameter) check(value python.Value) failure {
	if p.language != Python {
		text, ok := value.(string)
		if !ok {
			errorType := errorJava
			if p.language == JavaScript {
				errorType = errorJavaScript
			}
			return failure{errorType: errorType, value: value, wanted: "a text"}
		}
		value = p.convert(text)
	}
	switch v := value.(type) {
	case python.Tuple:
		if p.word == "tuple" && p.language == Python {
			value = &python.List{Items: v}
		}
	case python.Int:
		if p.word == "float" && p.language == Python {
			if x, finite := v.Float64(); finite {
				value = x
			}
		}
	}
	variable, errorType := p.typeTest(value)
	if errorType != "" {
		return failure{errorType: errorType, value: value, wanted: "a value of type " + p.expected.String()}
	}
	if !variable {
		switch {
		case p.expected == kindMap:
			return checkMap(value.(*python.Dict), p.maps)
		case p.expected == kindList && p.element == kindMap:
			return p.checkMaps(value.(*python.List))
		case p.expected == kindText:
			var room [128]byte
			if p.texts[string(appendStandard(room[:0], value.(string)))] {
				return failure{}
			}
			return failure{errorType: errorTextValue, value: value}
		case p.expected == kindList:
			return p.checkList(value.(*python.List))
		}
	}
	if !contains(p.allowed, value) {
		return failure{errorType: errorOtherValue, value: value}
	}
	return failure{}
}

func (p *parameter) convert(text string) python.Value {
	if p.language == Java {
		return javaValue(text, p.word, p.elementWord)
	}
	return javaScriptValue(text, p.word, p.elementWord)
}

func (p *parameter) checkList(value *python.List) failure {
	have := standardiseItems(value)
	for _, list := range p.lists {
		if python.Equal(have, list) {
			return failure{}
		}
	}
	return failure{errorType: errorListValue, value: value}
}

// checkMap tries the allowed maps in order; the failure is that of the last one.
func checkMap(value *python.Dict, allowed []*allowedMap) failure {
	last := failure{errorType: errorMapUnclear, value: value}
	for _, m := range allowed {
		if last = m.check(value); last.errorType == "" {
			break
		}
	}
	return last
}

// check tests a map against one allowed map. A missing key is reported rather than
// a wrong value.
func (m *allowedMap) check(value *python.Dict) failure {
	var found failure
	for i := range value.Len() {
		key, member := value.At(i)
		name, isText := key.(string)
		candidates, ok := m.members[name]
		if !isText || !ok {
			shown, _ := python.Repr(key)
			found = failure{errorType: errorMapKey, name: shown, wanted: "the map is not expected"}
			break
		}
		if text, ok := member.(string); ok {
			member = standardise(text)
		}
		if !contains(candidates, member) {
			found = failure{errorType: errorMapValue, value: member}
			break
		}
	}
	for _, name := range m.mandatory {
		if _, ok := value.GetText(name); !ok {
			return failure{errorType: errorMapKey, name: name, wanted: "the map is missing"}
		}
	}
	return found
}

// checkMaps tries the allowed lists of maps in order; the failure is that of the
// last one. "" counts as an empty list.
func (p *parameter) checkMaps(value *python.List) failure {
	last := failure{errorType: errorListUnclear, value: value}
	for _, allowed := range p.listMaps {
		if len(allowed) != len(value.Items) {
			last = failure{errorType: errorListCount, value: value}
			continue
		}
		last = failure{}
		for i, m := range allowed {
			// An element that is no map gets here where "" is among the allowed values;
			// upstream's evaluator breaks off there, here it is a wrong type.
			object, ok := value.Items[i].(*python.Dict)
			if !ok {
				last = failure{errorType: errorNestedType, value: value.Items[i], wanted: "a map"}
			} else {
				last = m.check(object)
			}
			if last.errorType != "" {
				break
			}
		}
		if last.errorType == "" {
			break
		}
	}
	return last
}
