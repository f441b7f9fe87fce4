package dedup

import (
	"fmt"
	"testing"
)

// A text meets what came within a generation before it, whatever its place in the
// window, by the number it had; of what is two generations old nothing is left.
func TestRecentForgets(t *testing.T) {
	const generation = 20
	text := func(i int) string {
		return fmt.Sprintf("subject%d wants thing%d from place%d at hour%d with tool%d", i, i, i, i, i)
	}
	for back := 1; back <= 3*generation; back++ {
		for _, filled := range []int{3 * generation, 3*generation + 7, 4*generation - 1} {
			window, err := NewRecent(Options{Threshold: 0.7}, generation)
			if err != nil {
				t.Fatal(err)
			}
			for i := range filled {
				if match, found := window.FindOrAdd(text(i)); found {
					t.Fatalf("text %d is like none, yet found like %d", i, match.ID)
				}
			}
			match, found := window.FindOrAdd(text(filled-back) + " please")
			switch {
			case found && match.ID != filled-back:
				t.Errorf("%d back of %d: found %d, want %d", back, filled, match.ID, filled-back)
			case !found && back <= generation:
				t.Errorf("%d back of %d: not found", back, filled)
			case found && back > 2*generation:
				t.Errorf("%d back of %d: still found", back, filled)
			}
		}
	}
}

// What the window holds is bounded by its generations, not by the stream.
func TestRecentIsBounded(t *testing.T) {
	window, err := NewRecent(Options{}, 500)
	if err != nil {
		t.Fatal(err)
	}
	var most int64
	for i, text := range requests(5000) {
		window.FindOrAdd(text)
		if i == 1500 {
			most = window.Bytes()
		}
	}
	if held := window.Bytes(); held > most*3/2 {
		t.Errorf("%d bytes are held after 5,000 texts, %d after 1,500", held, most)
	}
	if _, err := NewRecent(Options{Threshold: 2}, 10); err == nil {
		t.Error("a threshold of 2 is taken")
	}
}
