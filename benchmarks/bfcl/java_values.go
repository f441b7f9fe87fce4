package bfcl

import (
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// javaPatterns are the forms of collections that are read.
type javaPatterns struct {
	listOf, listAdds, add, emptyList, array, mapPuts, put, emptyMap pattern
}

var java = javaPatterns{
	listOf:    newPattern(`new\s+ArrayList<\w*>\(Arrays\.asList\((.+?)\)\)`),
	listAdds:  newPattern(`(?s)new\s+ArrayList<\w*>\(\)\s*\{\{\s*(.+?)\s*\}\}`),
	add:       newPattern(`add\((.+?)\)`),
	emptyList: newPattern(`new\s+ArrayList<\w*>\(\)`),
	array:     newPattern(`new\s+\w+\[\]\s*\{(.*?)\}`),
	mapPuts:   newPattern(`(?s)new\s+HashMap<.*?>\s*\(\)\s*\{\s*\{?\s*(.*?)\s*\}?\s*\}`),
	put:       newPattern(`put\("(.*?)",\s*(.*?)\)`),
	emptyMap:  newPattern(`new\s+HashMap<.*?>\s*\(\)`),
}

// javaValue converts the text of a Java argument by the document's type word, that
// of the elements empty where there is none. What is not in the type's form stays
// the text.
func javaValue(text, word, element string) python.Value {
	switch word {
	case "byte", "short", "integer":
		if isNumber(text, false, false) {
			return intOr(text)
		}
	case "long":
		if number, ok := suffixedNumber(text, false, false, "lL"); ok {
			return intOr(number)
		}
	case "float":
		if number, ok := suffixedNumber(text, true, true, "fF"); ok {
			return floatOr(number)
		}
	case "double":
		if isNumber(text, true, true) {
			return floatOr(text)
		}
	case "boolean":
		if text == "true" || text == "false" {
			return text == "true"
		}
	case "ArrayList":
		return javaList(text, element)
	case "Array":
		return javaArray(text, element)
	case "HashMap":
		return javaMap(text)
	}
	return text
}

// javaFree converts a text whose type nobody names.
func javaFree(text string) python.Value {
	if text == "true" || text == "false" {
		return text == "true"
	}
	if quotedBy(text, `"`) {
		return inner(text)
	}
	if number, ok := suffixedNumber(text, false, false, "lL"); ok {
		return intOr(number)
	}
	if number, ok := suffixedNumber(text, true, true, "fF"); ok {
		return floatOr(number)
	}
	return numberOr(text)
}

// javaElement converts one element of an ArrayList: texts lose their first and last
// character, whatever those are.
func javaElement(text, element string) python.Value {
	switch element {
	case "char", "String":
		return inner(text)
	case "":
		return javaFree(text)
	}
	return javaValue(text, element, "")
}

func javaList(text, element string) python.Value {
	list := &python.List{}
	if !strings.Contains(text, "ArrayList<") {
		return text
	}
	if groups := java.listOf.search(text); groups != nil {
		for item := range strings.SplitSeq(groups[1], ",") {
			list.Items = append(list.Items, javaElement(strip(item), element))
		}
		return list
	}
	if groups := java.listAdds.search(text); groups != nil {
		for _, add := range java.add.all(groups[1]) {
			list.Items = append(list.Items, javaElement(strip(add[1]), element))
		}
		return list
	}
	if java.emptyList.search(text) != nil {
		return list
	}
	return text
}

// javaArray keeps the quotes of texts with the element type String, so that these
// equal no allowed value: so does upstream.
func javaArray(text, element string) python.Value {
	groups := java.array.search(text)
	if groups == nil {
		return text
	}
	list := &python.List{}
	for item := range strings.SplitSeq(groups[1], ",") {
		if item = strip(item); item == "" {
			continue
		}
		if element == "" {
			list.Items = append(list.Items, javaFree(item))
		} else {
			list.Items = append(list.Items, javaValue(item, element, ""))
		}
	}
	return list
}

func javaMap(text string) python.Value {
	if !strings.Contains(text, "HashMap<") {
		return text
	}
	object := python.NewDict()
	if groups := java.mapPuts.search(text); groups != nil {
		for _, put := range java.put.all(groups[1]) {
			object.SetText(put[1], javaFree(strip(put[2])))
		}
		return object
	}
	if java.emptyMap.search(text) != nil {
		return object
	}
	return text
}
