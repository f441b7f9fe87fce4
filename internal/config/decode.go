package config

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Unmarshaler is a type that reads itself from a node, for instance one that
// may stand as a text or as a list. It reports faults with Node.Errorf.
type Unmarshaler interface {
	UnmarshalNode(node *Node) error
}

var (
	unmarshalerType = reflect.TypeFor[Unmarshaler]()
	nodeType        = reflect.TypeFor[*Node]()
	durationType    = reflect.TypeFor[time.Duration]()
)

// Decode fills what into points to. Mappings fill structs (a field's key is its
// yaml tag, or its name in lower case; "-" hides it), maps with text keys and,
// with their order kept, Ordered; lists fill slices and arrays of that length;
// texts fill strings and time.Duration; numbers fill numeric types that hold
// them exactly; null fills pointers, slices, maps and interfaces. A *Node field
// keeps the tree, an any gets map[string]any, []any, string, int64, float64,
// bool or nil. Nothing is converted: a number is not a text, a text is not a
// number. Keys that no field takes are errors. Fields without a key in the file
// keep the value they had. The first fault in the order of the file is returned.
func (n *Node) Decode(into any) error {
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("decode %s: want a pointer to fill, have %T", n.File, into)
	}
	return n.fill(target.Elem())
}

func (n *Node) fill(target reflect.Value) error {
	kind := target.Type()
	if kind == nodeType {
		target.Set(reflect.ValueOf(n))
		return nil
	}
	if target.CanAddr() && reflect.PointerTo(kind).Implements(unmarshalerType) {
		return target.Addr().Interface().(Unmarshaler).UnmarshalNode(n)
	}
	if kind == durationType {
		return n.fillDuration(target)
	}
	switch kind.Kind() {
	case reflect.Pointer:
		if n.Kind == Null {
			target.SetZero()
			return nil
		}
		if target.IsNil() {
			target.Set(reflect.New(kind.Elem()))
		}
		return n.fill(target.Elem())
	case reflect.Interface:
		if kind.NumMethod() > 0 {
			return n.Errorf("a value of type %s cannot be read from a file", kind)
		}
		value, err := n.natural()
		if err == nil && value != nil {
			target.Set(reflect.ValueOf(value))
		}
		return err
	case reflect.Struct:
		return n.fillStruct(target)
	case reflect.Map:
		return n.fillMap(target)
	case reflect.Slice, reflect.Array:
		return n.fillList(target)
	default:
		return n.fillScalar(target)
	}
}

func (n *Node) want(kind Kind) error {
	if n.Kind == kind {
		return nil
	}
	hint := ""
	switch {
	case kind == Text && (n.Kind == Integer || n.Kind == Float || n.Kind == Bool):
		hint = fmt.Sprintf(": quote it, as in \"%s\"", n.Text)
	case kind == Text && (n.Kind == Map || n.Kind == List):
		hint = ": quote it if it is a text"
	case n.Kind == Text:
		hint = fmt.Sprintf(" (%q)", shorten(n.Text))
	}
	return n.Errorf("want %s, have %s%s", kind, n.Kind, hint)
}

func (n *Node) fillScalar(target reflect.Value) error {
	switch target.Kind() {
	case reflect.String:
		if err := n.want(Text); err != nil {
			return err
		}
		target.SetString(n.Text)
	case reflect.Bool:
		if err := n.want(Bool); err != nil {
			return err
		}
		target.SetBool(n.Text == "true")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if err := n.want(Integer); err != nil {
			return err
		}
		value, err := strconv.ParseInt(n.Text, 10, target.Type().Bits())
		if err != nil {
			return n.Errorf("%s does not fit into %d bits", shorten(n.Text), target.Type().Bits())
		}
		target.SetInt(value)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if err := n.want(Integer); err != nil {
			return err
		}
		value, err := strconv.ParseUint(n.Text, 10, target.Type().Bits())
		if err != nil {
			return n.Errorf("%s is negative or does not fit into %d bits", shorten(n.Text), target.Type().Bits())
		}
		target.SetUint(value)
	case reflect.Float32, reflect.Float64:
		if n.Kind != Integer {
			if err := n.want(Float); err != nil {
				return err
			}
		}
		value, err := strconv.ParseFloat(n.Text, target.Type().Bits())
		if err != nil {
			return n.Errorf("%s is out of range", shorten(n.Text))
		}
		target.SetFloat(value)
	default:
		return n.Errorf("a value of type %s cannot be read from a file", target.Type())
	}
	return nil
}

func (n *Node) fillDuration(target reflect.Value) error {
	if n.Kind != Text {
		return n.Errorf("want a duration such as 30s or 5m, have %s", n.Kind)
	}
	value, err := time.ParseDuration(n.Text)
	if err != nil {
		return n.Errorf("want a duration such as 30s or 5m, have %q", shorten(n.Text))
	}
	target.SetInt(int64(value))
	return nil
}

func (n *Node) fillList(target reflect.Value) error {
	if n.Kind == Null && target.Kind() == reflect.Slice {
		target.SetZero()
		return nil
	}
	if err := n.want(List); err != nil {
		return err
	}
	if target.Kind() == reflect.Array {
		if len(n.Items) != target.Len() {
			return n.Errorf("want a list of %d, have %d", target.Len(), len(n.Items))
		}
	} else {
		target.Set(reflect.MakeSlice(target.Type(), len(n.Items), len(n.Items)))
	}
	for i, item := range n.Items {
		if err := item.fill(target.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (n *Node) fillMap(target reflect.Value) error {
	kind := target.Type()
	if kind.Key().Kind() != reflect.String {
		return n.Errorf("a value of type %s cannot be read from a file", kind)
	}
	if n.Kind == Null {
		target.SetZero()
		return nil
	}
	if err := n.want(Map); err != nil {
		return err
	}
	target.Set(reflect.MakeMapWithSize(kind, len(n.Members)))
	for _, member := range n.Members {
		value := reflect.New(kind.Elem()).Elem()
		if err := member.Value.fill(value); err != nil {
			return err
		}
		target.SetMapIndex(reflect.ValueOf(member.Name).Convert(kind.Key()), value)
	}
	return nil
}

func (n *Node) fillStruct(target reflect.Value) error {
	if err := n.want(Map); err != nil {
		return err
	}
	kind := target.Type()
	fields := map[string]int{}
	var names []string
	for i := range kind.NumField() {
		if name := fieldName(kind.Field(i)); name != "" {
			fields[name] = i
			names = append(names, name)
		}
	}
	for _, member := range n.Members {
		index, known := fields[member.Name]
		if !known {
			return &Error{n.File, member.Line, member.Column, unknownKey(member.Name, names)}
		}
		if err := member.Value.fill(target.Field(index)); err != nil {
			return err
		}
	}
	return nil
}

// fieldName is the key of a struct field, "" for one that takes none.
func fieldName(field reflect.StructField) string {
	if !field.IsExported() {
		return ""
	}
	tag, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
	switch tag {
	case "-":
		return ""
	case "":
		return strings.ToLower(field.Name)
	}
	return tag
}

// natural returns the node as the Go value that an any holds.
func (n *Node) natural() (any, error) {
	switch n.Kind {
	case Null:
		return nil, nil
	case Bool:
		return n.Text == "true", nil
	case Text:
		return n.Text, nil
	case Integer:
		value, err := strconv.ParseInt(n.Text, 10, 64)
		if err != nil {
			return nil, n.Errorf("%s does not fit into 64 bits", shorten(n.Text))
		}
		return value, nil
	case Float:
		value, err := strconv.ParseFloat(n.Text, 64)
		if err != nil || math.IsInf(value, 0) {
			return nil, n.Errorf("%s is out of range", shorten(n.Text))
		}
		return value, nil
	case List:
		list := make([]any, len(n.Items))
		for i, item := range n.Items {
			value, err := item.natural()
			if err != nil {
				return nil, err
			}
			list[i] = value
		}
		return list, nil
	default:
		object := make(map[string]any, len(n.Members))
		for _, member := range n.Members {
			value, err := member.Value.natural()
			if err != nil {
				return nil, err
			}
			object[member.Name] = value
		}
		return object, nil
	}
}
