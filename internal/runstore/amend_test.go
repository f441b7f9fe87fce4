package runstore_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/crashfs"
	"github.com/buttonbench/button/internal/runstore"
)

func madeDataset(t *testing.T, fsys runstore.FS, dir string) {
	t.Helper()
	dataset, err := runstore.CreateDataset(fsys, dir, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"records.jsonl", "card.md"} {
		stream, err := dataset.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stream.Write([]byte("{}\n")); err != nil {
			t.Fatal(err)
		}
		if err := stream.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := dataset.Commit(runstore.Manifest{Tool: "button test"}); err != nil {
		t.Fatal(err)
	}
}

func TestAmend(t *testing.T) {
	fsys := crashfs.New()
	madeDataset(t, fsys, "data")
	for range 2 { // the second call replaces what the first wrote
		err := runstore.Amend(fsys, "data", map[string][]byte{"card.md": []byte("# Card\n\nmore\n"), "figures/kinds.svg": []byte("<svg/>")})
		if err != nil {
			t.Fatal(err)
		}
	}
	manifest, err := runstore.ReadManifest(fsys, "data")
	if err != nil {
		t.Fatal(err)
	}
	if err := runstore.CheckFiles(fsys, "data", manifest); err != nil {
		t.Error(err)
	}
	var names []string
	for _, file := range manifest.Files {
		names = append(names, file.Name)
	}
	if got := strings.Join(names, " "); got != "card.md figures/kinds.svg records.jsonl" {
		t.Errorf("the manifest lists %s", got)
	}
	if manifest.Tool != "button test" || manifest.Files[0].Lines != 3 {
		t.Errorf("manifest %+v", manifest)
	}
}

func TestAmendRefuses(t *testing.T) {
	fsys := crashfs.New()
	madeDataset(t, fsys, "data")
	for _, name := range []string{"manifest.json", "../out", "", ".", "/root", `a\b`} {
		if err := runstore.Amend(fsys, "data", map[string][]byte{name: nil}); err == nil {
			t.Errorf("%q was written", name)
		}
	}
	if err := runstore.Amend(fsys, "nowhere", map[string][]byte{"card.md": nil}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// Cut short anywhere, the manifest stays whole and the same call mends the folder.
func TestAmendIsMended(t *testing.T) {
	files := map[string][]byte{"card.md": []byte("# Card\n"), "figures/kinds.svg": []byte("<svg/>")}
	for stop := 1; ; stop++ {
		fsys := crashfs.New()
		madeDataset(t, fsys, "data")
		before := fsys.Steps()
		fsys.StopAt(before + stop)
		if runstore.Amend(fsys, "data", files) == nil {
			return
		}
		after := fsys.Crash(func(n int) int { return n - 1 })
		if _, err := runstore.ReadManifest(after, "data"); err != nil {
			t.Fatalf("stopped at step %d: %v", stop, err)
		}
		if err := runstore.Amend(after, "data", files); err != nil {
			t.Fatalf("stopped at step %d, then %v", stop, err)
		}
		manifest, err := runstore.ReadManifest(after, "data")
		if err == nil {
			err = runstore.CheckFiles(after, "data", manifest)
		}
		if err != nil {
			t.Fatalf("stopped at step %d: %v", stop, err)
		}
	}
}
