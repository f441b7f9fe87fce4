package button

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// strict decodes into a plain struct or map. Unknown members, names in another
// case and members that stand twice are refused by name: encoding/json would
// take or drop them without a word.
func strict(data json.RawMessage, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(into); err != nil {
		return jsonError(err)
	}
	// What comes out as it went in has lost nothing; only the rest is looked through.
	if again, err := encode(into); err == nil && bytes.Equal(again, data) {
		return nil
	}
	return checkNames("", data, reflect.TypeOf(into))
}

// checkNames walks a JSON value beside the type that it was decoded into and
// refuses every name that is not a member of its struct, or stands twice.
func checkNames(path string, data json.RawMessage, t reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == reflect.TypeFor[json.RawMessage]() || string(data) == "null" {
		return nil
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		members, err := parseMembers(data)
		if err != nil {
			return fmt.Errorf("%s%w", path, err)
		}
		for _, member := range members {
			inner := memberType(t, member.Name)
			if inner == nil {
				return fmt.Errorf("%sunknown member %q", path, member.Name)
			}
			if err := checkNames(path+member.Name+": ", member.Value, inner); err != nil {
				return err
			}
		}
	case reflect.Slice:
		var values []json.RawMessage
		if err := json.Unmarshal(data, &values); err != nil {
			return fmt.Errorf("%s%w", path, err)
		}
		for i, value := range values {
			if err := checkNames(fmt.Sprintf("%s[%d]: ", strings.TrimSuffix(path, ": "), i), value, t.Elem()); err != nil {
				return err
			}
		}
	}
	return nil
}

// memberType is the type of a struct's member by its exact JSON name, or of a
// map's values; nil if there is no such member.
func memberType(t reflect.Type, name string) reflect.Type {
	if t.Kind() == reflect.Map {
		return t.Elem()
	}
	for i := range t.NumField() {
		if tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); tag == name {
			return t.Field(i).Type
		}
	}
	return nil
}

// encode is the JSON of a plain value with <, > and & as they are.
func encode(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimRight(buffer.Bytes(), "\n"), err
}
