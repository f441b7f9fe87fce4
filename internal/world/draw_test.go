package world

import (
	"strings"
	"testing"

	"github.com/buttonbench/button"
)

func TestDrawKeepsToTheLimits(t *testing.T) {
	w := wordsWorld("EUR")
	start := wordsStart(t, w, "2026-12-28")
	start.tables["none"] = &table{}
	custom := func(of Type) *Type {
		of.World, of.Forms = w, []string{"{x}"}
		return &of
	}
	for name, c := range map[string]struct {
		kind *Type
		want func(v Value) bool
		some int // at least so many different values in 400
	}{
		"days":  {custom(Type{Name: "D", Base: Date, Days: [2]int{3, 7}}), func(v Value) bool { return "2026-12-31" <= v.(string) && v.(string) <= "2027-01-04" }, 5},
		"date":  {w.Types[Date], func(v Value) bool { return "2026-12-29" <= v.(string) && v.(string) <= "2027-01-11" }, 14},
		"time":  {custom(Type{Name: "T", Base: Time, Range: [2]int{540, 630}, Step: 45}), func(v Value) bool { return v == "09:00" || v == "09:45" || v == "10:30" }, 3},
		"money": {custom(Type{Name: "M", Base: Money, Range: [2]int{500, 2000}, Step: 500}), func(v Value) bool { n := v.(int64); return n >= 500 && n <= 2000 && n%500 == 0 }, 4},
		"count": {w.Types["Party"], func(v Value) bool { n := v.(int64); return n >= 1 && n <= 12 }, 12},
		"shed":  {w.Types["Shed"], func(v Value) bool { return v != "" }, 8},
		"kind":  {w.Types["Kind"], func(v Value) bool { return v != "" }, 4},
		"class": {w.Types["Class"], func(v Value) bool { return v == "standard" || v == "first" }, 2},
		"loan":  {w.Types["LoanNo"], func(v Value) bool { return v == "L12345" || v == "L20007" || v == "L99120" }, 3},
		"card":  {w.Types["Card"], func(v Value) bool { return strings.HasPrefix(v.(string), "G-") && len(v.(string)) == 6 }, 300},
		"name":  {w.Types[Person], func(v Value) bool { return fullName(v.(string)) && readPersonKnown(v.(string), 0) == len(v.(string)) }, 300},
		"mail":  {w.Types[Email], func(v Value) bool { return readEmail(v.(string), 0) == len(v.(string)) }, 300},
		"phone": {w.Types[Phone], func(v Value) bool { return readPhone(v.(string), 0) == len(v.(string)) }, 300},
	} {
		random := button.NewRandom(1)
		seen := map[Value]bool{}
		for range 400 {
			v, ok := c.kind.Draw(random, start)
			if !ok || !c.want(v) {
				t.Fatalf("%s: drew %v, %v", name, v, ok)
			}
			seen[v] = true
		}
		if len(seen) < c.some {
			t.Errorf("%s: %d different values, want %d", name, len(seen), c.some)
		}
	}
	for name, kind := range map[string]*Type{
		"never": custom(Type{Name: "N", Base: Count, Told: ToldNever}), "text": custom(Type{Name: "X", Base: Text}),
		"no such table": custom(Type{Name: "E", Base: Named, Table: "nowhere", Column: "name"}), "bool": w.Types[Bool],
	} {
		if v, ok := kind.Draw(button.NewRandom(1), start); ok {
			t.Errorf("%s: drew %v", name, v)
		}
	}
}

func TestNear(t *testing.T) {
	w := wordsWorld("EUR")
	start := wordsStart(t, w, "2026-03-12")
	random := button.NewRandom(2)
	for _, name := range sortedKeys(w.Types) {
		kind := w.Types[name]
		for range 300 {
			v := anyValue(kind, random, start)
			near, ok := kind.Near(v, random, start)
			if kind.Base == Text {
				if ok {
					t.Fatalf("a text has no neighbour, got %v", near)
				}
				continue
			}
			if !ok || near == v {
				t.Fatalf("%s: near %v is %v, %v", name, v, near, ok)
			}
			if back, ok := kind.Read(kind.Show(near, start.Today, w), start.Today, start); !ok || back != near {
				t.Fatalf("%s: near %v is %v, which is no value", name, v, near)
			}
		}
	}
}

func TestNearOfLiteralsStaysWithinLimits(t *testing.T) {
	w := wordsWorld("EUR")
	start := wordsStart(t, w, "2026-03-12")
	random := button.NewRandom(2)
	for _, name := range []string{Date, Time, Money, Percent, "Days", "Party"} {
		kind := w.Types[name]
		for range 300 {
			v, _ := kind.Draw(random, start)
			near, _ := kind.Near(v, random, start)
			l := kind.limits()
			at := 0
			switch near := near.(type) {
			case int64:
				at = int(near)
			case string:
				if name == Date {
					today, _ := dayNumber(start.Today)
					day, _ := dayNumber(near)
					at = day - today
				} else {
					at, _ = clockMinutes(near)
				}
			}
			if at < l.low || at > l.high {
				t.Fatalf("%s: near %v is %v, outside of %v", name, v, near, l)
			}
		}
	}
}

func TestNoOtherValue(t *testing.T) {
	only := &Type{Name: "Only", Base: Named, Values: []string{"alone"}}
	if near, ok := only.Near("alone", button.NewRandom(1), nil); ok {
		t.Errorf("got %v", near)
	}
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		a, b Value
		want int
	}{
		{int64(1), int64(2), -1}, {int64(2), int64(2), 0}, {int64(9), int64(2), 1}, {"2026-03-14", "2026-12-01", -1}, {"15:30", "09:00", 1},
		{false, true, -1}, {true, true, 0}, {int64(1), "1", -1}, {nil, nil, 0}, {nil, int64(1), -1},
	} {
		if got := Compare(c.a, c.b); got != c.want {
			t.Errorf("Compare(%v, %v) is %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
