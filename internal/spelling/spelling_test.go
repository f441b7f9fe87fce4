package spelling

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNearest(t *testing.T) {
	keys := []string{"temperature", "top_p", "top_k", "max_tokens", "seed", "Straße"}
	for given, want := range map[string]string{
		"temprature":                   "temperature",
		"TEMPERATURE":                  "temperature",
		"maxtokens":                    "max_tokens",
		"sede":                         "seed", // two letters changed places
		"top_q":                        "top_p",
		"strasse":                      "Straße",
		"x":                            "",
		"":                             "",
		"pressure":                     "",
		strings.Repeat("seed", 10_000): "",
	} {
		if have := Nearest(given, keys); have != want {
			t.Errorf("%.40q: %q, want %q", given, have, want)
		}
	}
	if have := Nearest("seed", []string{strings.Repeat("s", 10_000)}); have != "" {
		t.Errorf("a giant is near: %.20q", have)
	}
}

// The distance is a metric, and no more than the length of the longer text.
func TestDistance(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("abß")), 0, 8, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := text.Draw(t, "a"), text.Draw(t, "b"), text.Draw(t, "c")
		ab := distance(a, b)
		if (ab == 0) != (a == b) || ab != distance(b, a) || ab > distance(a, c)+distance(c, b) || ab > max(len([]rune(a)), len([]rune(b))) {
			t.Fatalf("%q to %q: %d", a, b, ab)
		}
	})
}
