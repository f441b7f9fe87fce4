package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestProgressEvents tells at most one event a second, and the end once.
func TestProgressEvents(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	var out strings.Builder
	events := newProgressEvents(&out, "work", 10, 2, func() time.Time { return now }, func() map[string]any { return map[string]any{"extra": 1} })
	for done := 3; done <= 7; done++ { // after 0.4, 0.8, 1.2, 1.6 and 2 seconds
		now = now.Add(400 * time.Millisecond)
		events.Set(done, "a note for people")
	}
	now = now.Add(500 * time.Millisecond)
	events.Close()
	events.Close()
	events.Set(9, "")
	want := `{"done":5,"elapsed_s":1.2,"event":"progress","extra":1,"label":"work","last":false,"left_s":2,"rate":2.5,"total":10}
{"done":7,"elapsed_s":2.5,"event":"progress","extra":1,"label":"work","last":true,"left_s":1.5,"rate":2,"total":10}
`
	if difference := cmp.Diff(want, out.String()); difference != "" {
		t.Errorf("-want +got:\n%s", difference)
	}
	var unknown strings.Builder
	newProgressEvents(&unknown, "reading", 0, 0, func() time.Time { return now }, nil).Close()
	if want := `{"done":0,"elapsed_s":0,"event":"progress","label":"reading","last":true}` + "\n"; unknown.String() != want {
		t.Errorf("got %s want %s", unknown.String(), want)
	}
}
