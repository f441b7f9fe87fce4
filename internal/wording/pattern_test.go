package wording

import (
	"strings"
	"testing"
)

func TestParsePattern(t *testing.T) {
	tests := []struct {
		source string
		we     bool
		plural bool
		two    bool
		want   string
	}{
		{source: "plain words", want: "plain words"},
		{source: "{shed} close{s/}", want: "<shed> closes"},
		{source: "{shed} close{s/}", plural: true, want: "<shed> close"},
		{source: "stays open {later|latest}", two: true, want: "stays open later"},
		{source: "stays open {later|latest}", want: "stays open latest"},
		{source: "{I'm} on {my} way", we: true, want: "we're on our way"},
		{source: "book it [{day:on}]", want: "book it <on day>"},
		{source: "book it[ with {missing}]", want: "book it"},
		{source: "(a|b) tool", want: "a tool"},
		{source: "the tool (with {shed})", want: "the tool (with <shed>)"},
		{source: "((a|b)|c) x", want: "a x"},
	}
	for _, test := range tests {
		pattern, err := ParsePattern(test.source)
		if err != nil {
			t.Errorf("%q: %v", test.source, err)
			continue
		}
		got, err := pattern.fill(&filler{
			we: test.we, plural: test.plural, two: test.two,
			choose: func(int) int { return 0 },
			has:    func(name string) bool { return name != "missing" },
			slot: func(name, mode string) (string, error) {
				return "<" + strings.TrimSpace(mode+" "+name) + ">", nil
			},
		})
		if err != nil || got != test.want {
			t.Errorf("%q: have %q, %v; want %q", test.source, got, err, test.want)
		}
	}
}

func TestParsePatternRefuses(t *testing.T) {
	for _, source := range []string{"{open", "[open", "(a|b", "stray }", "stray ]", "{}", "{two words}", strings.Repeat("[", 20)} {
		if _, err := ParsePattern(source); err == nil {
			t.Errorf("%q was accepted", source)
		}
	}
}

func FuzzParsePattern(f *testing.F) {
	for _, seed := range []string{"{a} {b:on}", "(a|(b|c))[ {d}]", "{one/many}{two|more}{I'm}", "[[[", "((|))"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		pattern, err := ParsePattern(source)
		if err != nil {
			return
		}
		pattern.Slots()
		pattern.lastSlot()
		_, err = pattern.fill(&filler{
			choose: func(n int) int { return n - 1 },
			has:    func(string) bool { return true },
			slot:   func(name, mode string) (string, error) { return name, nil },
		})
		if err != nil {
			t.Fatalf("%q parses but does not fill: %v", source, err)
		}
	})
}

func TestMarksNest(t *testing.T) {
	var m marker
	inner := m.wrap("Friday", Mark{Kind: "literal"})
	text := "at " + m.wrap("noon on "+inner, Mark{Kind: "condition"}) + "."
	finished := m.finish(text)
	if finished.Content != "at noon on Friday." {
		t.Fatalf("have %q", finished.Content)
	}
	for _, mark := range finished.Marks {
		want := map[string]string{"literal": "Friday", "condition": "noon on Friday"}[mark.Kind]
		if got := finished.Content[mark.Span[0]:mark.Span[1]]; got != want {
			t.Errorf("%s: have %q, want %q", mark.Kind, got, want)
		}
	}
	if got := plain(text); got != finished.Content {
		t.Errorf("plain: have %q", got)
	}
}
