package toolsource

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/buttonbench/button"
)

func TestSplitCommand(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][]string{
		"npx -y some-server":           {"npx", "-y", "some-server"},
		"  a\t b\n":                    {"a", "b"},
		`"a b" 'c "d"' e\ f ""`:        {"a b", `c "d"`, "e f", ""},
		`a"b"'c'\d`:                    {"abcd"},
		`'a\b' "a\"b"`:                 {`a\b`, `a"b`},
		`sh -c 'echo $HOME | cat > x'`: {"sh", "-c", "echo $HOME | cat > x"},
		"é ü":                          {"é", "ü"},
	} {
		have, err := splitCommand(line)
		if err != nil || !cmp.Equal(have, want) {
			t.Errorf("%q: have %q, %v; want %q", line, have, err, want)
		}
	}
	for _, line := range []string{"", "  ", `"a`, "'", `a\`, `""`, `"" a`} {
		if have, err := splitCommand(line); err == nil {
			t.Errorf("%q: have %q, want an error", line, have)
		}
	}
}

func TestSafeName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"getPets": "getPets", "get-pets": "get_pets", "files/read file": "files_read_file", "__a__": "__a__", "--a--": "a",
		"2nd": "_2nd", "": "tool", "工具": "tool", "a工b": "a_b", strings.Repeat("x-", 60): strings.Repeat("x_", 31) + "x",
	} {
		if have := safeName(text); have != want {
			t.Errorf("%q: have %q, want %q", text, have, want)
		}
	}
}

// TestNames: whatever names a source has, its tools have usable names of their
// own, and those that are usable and first keep theirs.
func TestNames(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom([]string{"a", "a_2", "a-2", "A", "é", "9", strings.Repeat("n", 64), strings.Repeat("n", 70)}), rapid.String()), 0, 30).Draw(t, "names")
		c := &collector{}
		for i, name := range names {
			c.add(draft{name: name, origin: fmt.Sprint(i)})
		}
		s := c.source()
		if len(s.Tools)+len(s.Skipped) != len(names) {
			t.Fatalf("%d tools and %d skipped of %d", len(s.Tools), len(s.Skipped), len(names))
		}
		seen, kept := map[string]bool{}, map[string]bool{}
		for i, d := range c.drafts {
			name := s.Tools[i].Name
			if !usableName.MatchString(name) || seen[name] || s.names[name] != d.name {
				t.Fatalf("%q is called %q (%v)", d.name, name, s.names)
			}
			seen[name] = true
			if usableName.MatchString(d.name) && !kept[d.name] {
				if kept[d.name] = true; name != d.name {
					t.Fatalf("%q is usable and free, yet called %q", d.name, name)
				}
			}
		}
	})
}

func TestGuessEffect(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"get_weather": button.EffectRead, "searchFlights": button.EffectRead, "weather.lookup": button.EffectRead, "HTTPGet": button.EffectWrite,
		"user_create": button.EffectWrite, "listAndDelete": button.EffectRead, "frobnicate": button.EffectWrite, "": button.EffectWrite,
		"send_message": button.EffectWrite, "getaway_plan": button.EffectWrite,
	} {
		if have := guessEffect(name); have != want {
			t.Errorf("%q: have %s, want %s", name, have, want)
		}
	}
}

// TestTail keeps the last lines of a long output and nothing that moves a
// terminal.
func TestTail(t *testing.T) {
	t.Parallel()
	var words tail
	for i := range 10_000 {
		fmt.Fprintf(&words, "line %d\x1b[1m\n", i)
	}
	if have, want := words.String(), "line 9996 [1m / line 9997 [1m / line 9998 [1m / line 9999 [1m"; have != want {
		t.Errorf("have %q, want %q", have, want)
	}
	fmt.Fprint(&words, strings.Repeat("é", 100_000))
	if have := words.String(); len(have) > tailShown || len(words.kept) > tailBytes {
		t.Errorf("kept %d bytes, shows %d", len(words.kept), len(have))
	}
}
