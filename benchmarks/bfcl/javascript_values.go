package bfcl

import (
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button/internal/python"
)

// javaScriptPatterns are the forms of collections that are read.
type javaScriptPatterns struct{ nested, inner, list, object pattern }

var javaScript = javaScriptPatterns{
	nested: newPattern(`^(?:\[\s*\[.*?\]\s*(,\s*\[.*?\]\s*)*\]|new\s+Array\(\s*\[.*?\]\s*(,\s*\[.*?\]\s*)*\))`),
	inner:  newPattern(`\[(.*?)\]`),
	list:   newPattern(`^(?:\[(.*?)\]|new\s+Array\((.*?)\))`),
	object: newPattern(`^\{(.*?)\}`),
}

// javaScriptValue converts the text of a JavaScript argument by the document's type
// word, that of the elements empty where there is none. What is not in the type's
// form stays the text.
func javaScriptValue(text, word, element string) python.Value {
	switch word {
	case "String":
		if quotedBy(text, `"`) || quotedBy(text, "'") {
			return inner(text)
		}
	case "integer":
		if isNumber(text, false, false) {
			return intOr(text)
		}
	case "float":
		if isNumber(text, true, false) {
			return floatOr(text)
		}
	case "Bigint":
		if number, ok := suffixedNumber(text, false, false, "n"); ok {
			return intOr(number)
		}
	case "Boolean":
		if text == "true" || text == "false" {
			return text == "true"
		}
	case "array":
		return javaScriptArray(text, element)
	case "dict":
		return javaScriptMap(text)
	}
	return text
}

// javaScriptFree converts a text whose type nobody names.
func javaScriptFree(text string) python.Value {
	text = strip(text)
	switch {
	case text == "true" || text == "false":
		return text == "true"
	case quotedBy(text, `"`) || quotedBy(text, "'"):
		return inner(text)
	}
	return numberOr(text)
}

func javaScriptArray(text, element string) python.Value {
	text = strip(text)
	list := &python.List{}
	if whole := javaScript.nested.search(text); whole != nil {
		for i, groups := range javaScript.inner.all(whole[0]) {
			content := strip(groups[1])
			if i == 0 {
				content = strings.TrimPrefix(content, "[")
			}
			row := &python.List{}
			for item := range strings.SplitSeq(content, ",") {
				row.Items = append(row.Items, javaScriptFree(item))
			}
			list.Items = append(list.Items, row)
		}
		return list
	}
	groups := javaScript.list.search(text)
	if groups == nil {
		return text
	}
	content := strip(groups[1] + groups[2])
	if content == "" {
		return list
	}
	for item := range strings.SplitSeq(content, ",") {
		if item = strip(item); element == "" {
			list.Items = append(list.Items, javaScriptFree(item))
		} else {
			list.Items = append(list.Items, javaScriptValue(item, element, ""))
		}
	}
	return list
}

// javaScriptMap reads a map up to its first closing brace. So a map inside never has
// one, and counts as a text.
func javaScriptMap(text string) python.Value {
	text = strip(text)
	object := python.NewDict()
	if text == "{}" {
		return object
	}
	groups := javaScript.object.search(text)
	if groups == nil {
		return text
	}
	for pairs := groups[1]; ; {
		key, value, rest, ok := nextPair(pairs)
		if !ok {
			return object
		}
		pairs = rest
		object.SetText(strings.Trim(strip(key), `'"`), javaScriptMember(strip(value)))
	}
}

func javaScriptMember(value string) python.Value {
	if strings.HasPrefix(value, "[") && strings.HasSuffix(value, "]") {
		return javaScriptArray(value, "")
	}
	return javaScriptFree(strings.Trim(value, `'"`))
}

// nextPair finds the next match of Python's
// ([^:]+):\s*(.*?)(?:,\s*(?=[^,]+:)|$) in a text without newlines, and returns its
// groups and the text after it.
func nextPair(text string) (key, value, rest string, ok bool) {
	text = strings.TrimLeft(text, ":")
	colon := strings.IndexByte(text, ':')
	if colon < 0 {
		return "", "", "", false
	}
	key, text = text[:colon], strings.TrimLeftFunc(text[colon+1:], python.IsSpace)
	for at := 0; at < len(text); at++ {
		if text[at] != ',' {
			continue
		}
		if after, found := beforeKey(text[at+1:]); found {
			return key, text[:at], after, true
		}
	}
	return key, text, "", true
}

// beforeKey matches \s*(?=[^,]+:) and returns the text from where the look-ahead
// begins: as many blanks are skipped as leave one character before the colon.
func beforeKey(text string) (after string, found bool) {
	piece, _, _ := strings.Cut(text, ",")
	colon := strings.LastIndexByte(piece, ':')
	if colon < 1 {
		return "", false
	}
	after = strings.TrimLeftFunc(text, python.IsSpace)
	if at := len(text) - len(after); at == colon {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		after = text[at-size:]
	}
	return after, true
}
