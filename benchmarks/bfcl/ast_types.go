package bfcl

import "github.com/buttonbench/button/internal/python"

// kind is the exact Python type of a value.
type kind uint8

const (
	kindUndefined kind = iota
	kindNone
	kindBool
	kindInt
	kindFloat
	kindText
	kindList
	kindMap
	kindTuple
	kindOther
)

func kindOf(v python.Value) kind {
	switch v.(type) {
	case nil:
		return kindNone
	case bool:
		return kindBool
	case python.Int:
		return kindInt
	case float64:
		return kindFloat
	case string:
		return kindText
	case *python.List:
		return kindList
	case *python.Dict:
		return kindMap
	case python.Tuple:
		return kindTuple
	}
	return kindOther
}

func (k kind) String() string {
	switch k {
	case kindNone:
		return "None"
	case kindBool:
		return "bool"
	case kindInt:
		return "int"
	case kindFloat:
		return "float"
	case kindText:
		return "str"
	case kindList:
		return "list"
	case kindMap:
		return "dict"
	case kindTuple:
		return "tuple"
	}
	return "another type"
}

// expectedKind is the kind that a document's type word stands for in a language;
// kindUndefined for an unknown word.
func expectedKind(language Language, word string) kind {
	switch language {
	case Java:
		return javaKind(word)
	case JavaScript:
		return javaScriptKind(word)
	}
	switch word {
	case "string", "any":
		return kindText
	case "integer":
		return kindInt
	case "float":
		return kindFloat
	case "boolean":
		return kindBool
	case "array", "tuple":
		return kindList
	case "dict":
		return kindMap
	}
	return kindUndefined
}

func javaKind(word string) kind {
	switch word {
	case "byte", "short", "integer", "long":
		return kindInt
	case "float", "double":
		return kindFloat
	case "boolean":
		return kindBool
	case "char", "String", "any":
		return kindText
	case "Array", "ArrayList", "Queue", "Stack":
		return kindList
	case "HashMap", "Hashtable":
		return kindMap
	case "Set":
		return kindOther
	}
	return kindUndefined
}

func javaScriptKind(word string) kind {
	switch word {
	case "String", "any":
		return kindText
	case "integer", "Bigint":
		return kindInt
	case "float":
		return kindFloat
	case "Boolean":
		return kindBool
	case "dict":
		return kindMap
	case "array":
		return kindList
	}
	return kindUndefined
}

// hasElements reports whether a type word comes with the type of its elements.
func hasElements(language Language, word string) bool {
	switch language {
	case Java:
		return word == "Array" || word == "ArrayList"
	case JavaScript:
		return word == "array"
	}
	return word == "array" || word == "tuple"
}

// answerKind is the kind of the first allowed value that is not "".
func answerKind(allowed []python.Value) kind {
	for _, v := range allowed {
		if v != "" {
			return kindOf(v)
		}
	}
	return kindUndefined
}

// typeTest tests a value's type. variable tells that the value counts as the name
// of a variable, or as what the answer has instead of the expected type, and is
// compared as it is.
func (p *parameter) typeTest(value python.Value) (variable bool, errorType string) {
	have := kindOf(value)
	nested := false
	if have == p.expected {
		if p.element == kindUndefined || p.elementsPass(value.(*python.List)) {
			return p.answer != kindUndefined && p.answer != p.expected, ""
		}
		nested = true
	}
	switch {
	case p.answer == kindUndefined || p.answer != have:
		return false, errorSimpleType
	case nested:
		return false, errorNestedType
	}
	return true, ""
}

// elementsPass reports whether, for one allowed value, every element has the
// element's type or that of the allowed list's first item. An allowed value that is
// no list lets any elements pass.
func (p *parameter) elementsPass(value *python.List) bool {
	for i, allowed := range p.allowed {
		if kindOf(allowed) != kindList {
			return true
		}
		pass := true
		for _, item := range value.Items {
			if k := kindOf(item); k != p.element && (p.listAnswers[i] == kindUndefined || k != p.listAnswers[i]) {
				pass = false
				break
			}
		}
		if pass {
			return true
		}
	}
	return false
}
