package quality

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strings"

	"github.com/buttonbench/button"
)

// copyOf returns a deep copy of plain data: structs, slices, arrays, maps and
// pointers of exported fields.
func copyOf[T any](value T) T {
	return deepCopy(reflect.ValueOf(&value).Elem()).Interface().(T)
}

func deepCopy(value reflect.Value) reflect.Value {
	out := reflect.New(value.Type()).Elem()
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			out.Set(reflect.New(value.Type().Elem()))
			out.Elem().Set(deepCopy(value.Elem()))
		}
	case reflect.Slice:
		if !value.IsNil() {
			out.Set(reflect.MakeSlice(value.Type(), value.Len(), value.Len()))
			for i := range value.Len() {
				out.Index(i).Set(deepCopy(value.Index(i)))
			}
		}
	case reflect.Map:
		if !value.IsNil() {
			out.Set(reflect.MakeMapWithSize(value.Type(), value.Len()))
			for _, key := range value.MapKeys() {
				out.SetMapIndex(key, deepCopy(value.MapIndex(key)))
			}
		}
	case reflect.Struct:
		for i := range value.NumField() {
			out.Field(i).Set(deepCopy(value.Field(i)))
		}
	default:
		out.Set(value)
	}
	return out
}

// place is a leaf of the record's plan, provenance or meta: the steps that lead
// to it from the root.
type place struct {
	steps []any // field index, slice index or map key
	kind  string
	path  string
	value reflect.Value
}

// part is what the walk goes through. Members that say how a record came about,
// and that nothing in the record could contradict, are left out.
type part struct {
	Plan       *button.Plan
	Provenance map[string]button.Source
	Meta       rebuilt
}

// rebuilt is the part of Meta that the record must agree with.
type rebuilt struct {
	World, WorldHash        string
	StateSeed               uint64
	StateBefore, StateAfter string
	Today, Skeleton         string
}

func partOf(r *button.Record) part {
	m := r.Meta
	return part{r.Plan, r.Provenance, rebuilt{m.World, m.WorldHash, m.StateSeed, m.StateBefore, m.StateAfter, m.Today, m.Skeleton}}
}

// walk changes every field of the plan, of the sources and of what rebuilds the
// record, leaves out every element of every list, and takes away every optional
// part.
func (m *mutator) walk() {
	whole := partOf(m.record)
	var places []place
	find(reflect.ValueOf(&whole).Elem(), nil, "", "", &places)
	rivals := map[string][]string{}
	for _, p := range places {
		if p.value.Kind() == reflect.String {
			rivals[p.kind] = append(rivals[p.kind], p.value.String())
		}
	}
	invented := m.record.Mode == button.ModeSimulated
	for _, p := range places {
		if invented && !m.provable(p) {
			continue
		}
		for _, change := range m.changes(p, rivals[p.kind]) {
			changedPart := copyOf(whole)
			root := reflect.ValueOf(&changedPart).Elem()
			apply(root, p.steps, change.value)
			changed := *m.record
			changed.Plan, changed.Provenance = changedPart.Plan, changedPart.Provenance
			meta, r := *m.record.Meta, changedPart.Meta
			meta.World, meta.WorldHash, meta.StateSeed, meta.StateBefore, meta.StateAfter, meta.Today, meta.Skeleton =
				r.World, r.WorldHash, r.StateSeed, r.StateBefore, r.StateAfter, r.Today, r.Skeleton
			changed.Meta = &meta
			m.add(p.kind+change.suffix, &changed, "%s: %s", p.path, change.text)
			if invented {
				m.out[len(m.out)-1].Equivalent = m.equivalentInvented(p, &changed)
			} else {
				m.out[len(m.out)-1].Equivalent = m.equivalent(p, &changed)
			}
		}
	}
}

// find lists the places below a value, in a stable order.
func find(value reflect.Value, steps []any, kind, path string, into *[]place) {
	here := func() {
		*into = append(*into, place{append([]any(nil), steps...), kind, path, value})
	}
	under := func(step any) []any { return append(append([]any(nil), steps...), step) }
	switch value.Kind() {
	case reflect.Pointer:
		if value.IsNil() {
			return
		}
		if len(steps) > 1 { // the plan itself is not optional
			here()
		}
		find(value.Elem(), steps, kind, path, into)
	case reflect.Struct:
		for i := range value.NumField() {
			name := strings.ToLower(value.Type().Field(i).Name)
			find(value.Field(i), under(i), strings.TrimPrefix(kind+"."+name, "."), strings.TrimPrefix(path+"."+name, "."), into)
		}
	case reflect.Map:
		here()
		keys := value.MapKeys()
		sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
		for _, key := range keys {
			find(value.MapIndex(key), under(key.String()), kind, path+"["+key.String()+"]", into)
		}
	case reflect.Slice:
		here()
		if value.Type() == reflect.TypeFor[json.RawMessage]() {
			return
		}
		for i := range value.Len() {
			find(value.Index(i), under(i), kind, fmt.Sprintf("%s[%d]", path, i), into)
		}
	case reflect.Array:
		for i := range value.Len() {
			find(value.Index(i), under(i), kind, fmt.Sprintf("%s[%d]", path, i), into)
		}
	default:
		here()
	}
}

// apply sets the value at a place. Steps go through pointers; a map's member is
// taken out, changed and put back.
func apply(root reflect.Value, steps []any, value reflect.Value) {
	if len(steps) == 0 {
		root.Set(value)
		return
	}
	for root.Kind() == reflect.Pointer && !(root.Type() == value.Type() && len(steps) == 0) {
		root = root.Elem()
	}
	switch step := steps[0].(type) {
	case string:
		key := reflect.ValueOf(step)
		member := deepCopy(root.MapIndex(key))
		apply(member, steps[1:], value)
		root.SetMapIndex(key, member)
	case int:
		if root.Kind() == reflect.Struct {
			apply(root.Field(step), steps[1:], value)
		} else {
			apply(root.Index(step), steps[1:], value)
		}
	}
}

type change struct {
	value  reflect.Value
	suffix string
	text   string
}

// changes lists what a place can be changed to.
func (m *mutator) changes(p place, rivals []string) []change {
	switch p.value.Kind() {
	case reflect.String:
		return m.textChanges(p, rivals)
	case reflect.Int, reflect.Uint64:
		return m.numberChanges(p)
	case reflect.Bool:
		return []change{{reflect.ValueOf(!p.value.Bool()), "", fmt.Sprint(!p.value.Bool())}}
	case reflect.Pointer:
		return []change{{reflect.Zero(p.value.Type()), " dropped", "dropped"}}
	case reflect.Slice:
		if raw, ok := p.value.Interface().(json.RawMessage); ok {
			var out []change
			for _, changed := range changedLeaves(raw, m.random) {
				out = append(out, change{reflect.ValueOf(json.RawMessage(changed)), "", string(raw) + " -> " + string(changed)})
			}
			return out
		}
		return without(p.value)
	case reflect.Map:
		var out []change
		for _, key := range p.value.MapKeys() {
			fewer := deepCopy(p.value)
			fewer.SetMapIndex(key, reflect.Value{})
			out = append(out, change{fewer, " dropped", key.String()})
		}
		sort.Slice(out, func(i, j int) bool { return out[i].text < out[j].text })
		return out
	}
	return nil
}

// without leaves out each element of a list once.
func without(list reflect.Value) []change {
	var out []change
	for i := range list.Len() {
		fewer := reflect.MakeSlice(list.Type(), 0, list.Len())
		for k := range list.Len() {
			if k != i {
				fewer = reflect.Append(fewer, list.Index(k))
			}
		}
		out = append(out, change{fewer, " dropped", fmt.Sprintf("element %d", i)})
	}
	return out
}

// words are the closed sets of the plan's language: a member is changed to
// another one of its set.
var words = map[string][]string{
	"op":     {"min", "max", "each", "winner_min", "winner_max", "sum", "date", "time", "is", "at_least", "at_most", "holds", "fails"},
	"effect": {"pure", "read", "write"},
	"from":   {"user", "result", "default", "call"},
	"kind":   {"data", "order", "condition", "literal", "pick", "filter", "bound", "field", "item", "list", "each", "compare", "total", "write"},
	"shape":  {"single", "item", "chain", "fan_out", "pair", "map", "diamond"},
}

func (m *mutator) textChanges(p place, rivals []string) []change {
	text := p.value.String()
	if text == "" {
		return []change{{reflect.ValueOf("x"), " added", "x"}}
	}
	name := p.kind[strings.LastIndexByte(p.kind, '.')+1:]
	candidates := rivals
	if set := words[name]; set != nil && !(name == "from" && strings.HasSuffix(p.kind, "edges.from")) {
		candidates = set
	}
	others := map[string]bool{}
	if changed, ok := otherCharacter(text, m.random); ok {
		others[changed] = true
	}
	for range 2 {
		if other := candidates[m.random.IntN(len(candidates))]; other != text {
			others[other] = true
		}
	}
	var out []change
	for other := range others {
		out = append(out, change{reflect.ValueOf(other), "", text + " -> " + other})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].text < out[j].text })
	return out
}

func (m *mutator) numberChanges(p place) []change {
	var out []change
	for _, by := range []int64{-1, 1} {
		changed := reflect.New(p.value.Type()).Elem()
		if p.value.CanInt() {
			changed.SetInt(p.value.Int() + by)
		} else {
			changed.SetUint(p.value.Uint() + uint64(by))
		}
		out = append(out, change{changed, "", fmt.Sprintf("%v -> %v", p.value, changed)})
	}
	return out
}
