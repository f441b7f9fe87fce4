package button_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/buttonbench/button"
)

// The values below are a promise: a release that gives others makes the seeds of
// every dataset worthless.
func TestSeedIsStable(t *testing.T) {
	for _, test := range []struct {
		master  uint64
		purpose string
		index   int
		want    uint64
	}{
		{0, "", 0, 1944903462350387},
		{7, "record", 0, 608974594553057},
		{7, "record", 1, 7961160652640793},
		{7, "state of rail", 0, 5055473517162189},
		{1<<64 - 1, "record", 1 << 40, 1351529774331710},
	} {
		have := button.Seed(test.master, test.purpose, test.index)
		if have != test.want {
			t.Errorf("Seed(%d, %q, %d) = %d, want %d", test.master, test.purpose, test.index, have, test.want)
		}
		if have >= 1<<53 {
			t.Errorf("Seed(%d, %q, %d) = %d does not survive a JSON reader of doubles", test.master, test.purpose, test.index, have)
		}
	}
}

func TestSeedsDiffer(t *testing.T) {
	seen := map[uint64]string{}
	for _, purpose := range []string{"record", "state", "recor", "d"} {
		for master := range uint64(20) {
			for index := range 20 {
				key := fmt.Sprint(master, purpose, index)
				seed := button.Seed(master, purpose, index)
				if other, taken := seen[seed]; taken {
					t.Fatalf("%s and %s share the seed %d", key, other, seed)
				}
				seen[seed] = key
			}
		}
	}
}

func TestNewRandomIsStable(t *testing.T) {
	random := button.NewRandom(2026)
	have := fmt.Sprintln(random.Uint64(), random.IntN(1000), random.Float64(), random.Perm(5), button.NewID(random, 9))
	if want := "1418164560031836722 725 0.04784032723123888 [2 4 3 1 0] uFzMCHvFN\n"; have != want {
		t.Errorf("have %s, want %s", have, want)
	}
}

func TestCallIDs(t *testing.T) {
	random := button.NewRandom(1)
	used := map[rune]bool{}
	for range 500 {
		id := button.NewID(random, button.CallIDLength)
		if !button.ValidCallID(id) {
			t.Fatalf("NewID made %q", id)
		}
		for _, r := range id {
			used[r] = true
		}
	}
	if len(used) != 62 {
		t.Errorf("%d of 62 letters and digits occur", len(used))
	}
	for _, id := range []string{"", "abcdefgh", "abcdefghij", "call_0001", "abcdefgh-", "abcdefg\u00e9", "abcd fghi", strings.Repeat("\x00", 9)} {
		if button.ValidCallID(id) {
			t.Errorf("%q passes as a call id", id)
		}
	}
}
