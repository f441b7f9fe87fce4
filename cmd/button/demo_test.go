package main

import (
	"os"
	"path/filepath"
	"testing"
)

// An earlier demo's run goes; a folder that is no run stays.
func TestRemoveRun(t *testing.T) {
	for _, test := range []struct {
		name, manifest string
		goes           bool
	}{
		{"run", `{"format":1,"kind":"run"}`, true},
		{"dataset", `{"format":1,"kind":"dataset"}`, false},
		{"broken", `{"format":`, false},
	} {
		folder := filepath.Join(t.TempDir(), test.name)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "manifest.json"), []byte(test.manifest), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := removeRun(folder); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if _, err := os.Stat(folder); os.IsNotExist(err) != test.goes {
			t.Errorf("%s: gone is %v, want %v", test.name, os.IsNotExist(err), test.goes)
		}
	}
	if err := removeRun(filepath.Join(t.TempDir(), "nothing")); err != nil {
		t.Errorf("nothing: %v", err)
	}
}
