package runstore_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/crashfs"
	"github.com/buttonbench/button/internal/runstore"
)

func TestCreateAtomic(t *testing.T) {
	onEach(t, func(t *testing.T, fsys runstore.FS, dir string) {
		path := filepath.Join(dir, "out.csv")
		check(t, runstore.WriteAtomic(fsys, path, []byte("former")))
		writeFile(t, fsys, filepath.Join(dir, ".out.csv.tmp-0"), "left over")

		file := must(runstore.CreateAtomic(fsys, path))(t)
		other := must(runstore.CreateAtomic(fsys, path))(t)
		large := strings.Repeat("0123456789\n", 50_000)
		must(io.WriteString(file, large))(t)
		must(io.WriteString(other, "other"))(t)
		if got := readFile(t, fsys, path); got != "former" {
			t.Errorf("before Commit: %q", got)
		}
		check(t, file.Commit())
		wantIs(t, file.Commit(), fs.ErrClosed)
		check(t, file.Abort())
		check(t, other.Close())
		_, err := io.WriteString(other, "more")
		wantIs(t, err, fs.ErrClosed)
		if got := readFile(t, fsys, path); got != large {
			t.Errorf("after Commit: %d bytes", len(got))
		}
		wantNames(t, fsys, dir, ".out.csv.tmp-0", "out.csv")
		if info := file.Info(); info.Bytes != int64(len(large)) || info.Lines != 50_000 || info.Name != "out.csv" {
			t.Errorf("info is %+v", info)
		}
	})
}

func TestCreateAtomicRefuses(t *testing.T) {
	onEach(t, func(t *testing.T, fsys runstore.FS, dir string) {
		if _, err := runstore.CreateAtomic(fsys, dir); err == nil {
			t.Error("took a folder")
		}
		_, err := runstore.CreateAtomic(fsys, filepath.Join(dir, "none", "f"))
		wantIs(t, err, fs.ErrNotExist)
		wantNames(t, fsys, dir)
	})
	if _, err := runstore.CreateAtomic(runstore.OS{}, os.DevNull); err == nil {
		t.Error("took a device")
	}
}

// Whatever step fails, the former content stays and nothing is left behind.
func TestAtomicFailures(t *testing.T) {
	for _, broken := range []string{"create", "write", "sync", "rename"} {
		fsys := crashfs.New()
		check(t, runstore.WriteAtomic(fsys, "/f", []byte("former")))
		fsys.Inject(func(_ int, operation, _ string) error {
			if operation == broken {
				return syscall.EIO
			}
			return nil
		})
		wantIs(t, runstore.WriteAtomic(fsys, "/f", []byte("new")), syscall.EIO)
		if got := readFile(t, fsys, "/f"); got != "former" {
			t.Errorf("%s fails: %q", broken, got)
		}
		wantNames(t, fsys, "/", "f")
	}
}

func TestPowerCutWhileReplacing(t *testing.T) {
	done := 0
	everyCrash(t, func(fsys *crashfs.FS) error {
		for done = range 4 {
			if err := runstore.WriteAtomic(fsys, "/f", fmt.Append(nil, strings.Repeat("z", 40), done+1)); err != nil {
				return err
			}
		}
		done = 4
		return nil
	}, func(fsys *crashfs.FS, _ int) error {
		version := 0
		if text := content(fsys, "/f"); text != "" {
			if _, err := fmt.Sscanf(text, strings.Repeat("z", 40)+"%d", &version); err != nil {
				return fmt.Errorf("content is %q", text)
			}
		}
		if version != done && version != done+1 {
			return fmt.Errorf("version %d is there, %d were written", version, done)
		}
		return nil
	})
}

func TestDataset(t *testing.T) {
	onEach(t, func(t *testing.T, fsys runstore.FS, dir string) {
		parent := filepath.Join(dir, "sets")
		dir = filepath.Join(parent, "train")
		dataset := must(runstore.CreateDataset(fsys, dir, false))(t)
		if _, err := runstore.CreateDataset(fsys, dir, true); !errors.As(err, new(*runstore.LockedError)) {
			t.Errorf("second maker: %v", err)
		}
		for _, name := range []string{"", ".", "/a", "../a", "a/../b", `a\b`, "manifest.json", "a/"} {
			if _, err := dataset.Create(name); err == nil {
				t.Errorf("took the name %q", name)
			}
		}
		stream := must(dataset.Create("records.jsonl"))(t)
		_, err := dataset.Create("records.jsonl")
		wantIs(t, err, fs.ErrExist)
		must(io.WriteString(stream, "{}\n{}\n"))(t)
		if err := dataset.Commit(manifest); err == nil || !strings.Contains(err.Error(), "records.jsonl is still being written") {
			t.Errorf("committed with an open file: %v", err)
		}
		check(t, stream.Close())
		deep := must(dataset.Create("journal/a/b.txt"))(t)
		check(t, deep.Close())
		deep = must(dataset.Create("journal/a/c.txt"))(t)
		check(t, deep.Close())
		facts := manifest
		facts.Facts = []byte(`{"accepted":2}`)
		check(t, dataset.Commit(facts))
		wantIs(t, dataset.Commit(facts), fs.ErrClosed)
		check(t, dataset.Abort())
		wantNames(t, fsys, parent, "train/")
		wantNames(t, fsys, dir, "journal/", "manifest.json", "records.jsonl")

		m := must(runstore.ReadManifest(fsys, dir))(t)
		want := []runstore.FileInfo{
			{Name: "journal/a/b.txt", SHA256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
			{Name: "journal/a/c.txt", SHA256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
			{Name: "records.jsonl", Bytes: 6, Lines: 2, SHA256: "3b00ba5361676a0a8152642a6edaf54a222bd409b5774b5b461ac8d1cee09cb4"},
		}
		if diff := cmp.Diff(want, m.Files); diff != "" {
			t.Error(diff)
		}
		check(t, runstore.CheckFiles(fsys, dir, m))
		for name, change := range map[string]string{"records.jsonl": "{}\n[]\n", "journal/a/b.txt": "x"} {
			writeFile(t, fsys, filepath.Join(dir, filepath.FromSlash(name)), change)
		}
		check(t, fsys.Remove(filepath.Join(dir, "journal", "a", "c.txt")))
		err = runstore.CheckFiles(fsys, dir, m)
		wantIs(t, err, fs.ErrNotExist)
		if n := strings.Count(fmt.Sprint(err), "\n"); n != 2 {
			t.Errorf("three files have changed: %v", err)
		}
	})
}

func TestDatasetReplacesOnlyDatasets(t *testing.T) {
	onEach(t, func(t *testing.T, fsys runstore.FS, root string) {
		dir := filepath.Join(root, "d")
		create := func(replace bool) error {
			dataset, err := runstore.CreateDataset(fsys, dir, replace)
			if err != nil {
				return err
			}
			stream := must(dataset.Create("records.jsonl"))(t)
			check(t, stream.Close())
			return dataset.Commit(manifest)
		}
		check(t, fsys.Mkdir(dir)) // an empty folder is fine
		check(t, create(false))
		wantIs(t, create(false), runstore.ErrExists)
		check(t, create(true))

		writeFile(t, fsys, filepath.Join(dir, "notes.txt"), "mine")
		if err := create(true); err == nil || !strings.Contains(err.Error(), "notes.txt") {
			t.Errorf("replaced a dataset with a file of the user's: %v", err)
		}
		check(t, fsys.Remove(filepath.Join(dir, "manifest.json")))
		if err := create(true); err == nil || !strings.Contains(err.Error(), "holds no dataset") {
			t.Errorf("replaced a foreign folder: %v", err)
		}
		wantNames(t, fsys, dir, "notes.txt", "records.jsonl")
		check(t, fsys.RemoveAll(dir))
		check(t, open(t, fsys, dir).Close())
		if err := create(true); err == nil || !strings.Contains(err.Error(), "holds a run") {
			t.Errorf("replaced a run: %v", err)
		}
		check(t, fsys.RemoveAll(dir))
		writeFile(t, fsys, dir, "a file")
		if create(true) == nil || readFile(t, fsys, dir) != "a file" {
			t.Error("replaced a file")
		}
		for _, name := range []string{".", "..", "/"} {
			if _, err := runstore.CreateDataset(fsys, name, true); err == nil {
				t.Errorf("took %s", name)
			}
		}
		wantNames(t, fsys, root, "d")
	})
}

// What comes into the way while a dataset is made is not overwritten.
func TestDatasetChecksAgainAtTheEnd(t *testing.T) {
	onEach(t, func(t *testing.T, fsys runstore.FS, root string) {
		dir := filepath.Join(root, "d")
		dataset := must(runstore.CreateDataset(fsys, dir, true))(t)
		check(t, fsys.Mkdir(dir))
		writeFile(t, fsys, filepath.Join(dir, "thesis.tex"), "mine")
		if dataset.Commit(manifest) == nil {
			t.Error("overwrote a foreign folder")
		}
		check(t, dataset.Abort())
		wantNames(t, fsys, root, "d/")
		wantNames(t, fsys, dir, "thesis.tex")
	})
}

// A failed step leaves the former dataset, and Abort leaves nothing else.
func TestDatasetFailures(t *testing.T) {
	whole := crashfs.New()
	check(t, makeDataset(whole, 1))
	before := whole.Steps()
	check(t, makeDataset(whole, 2))
	for step := before; step < whole.Steps(); step++ {
		fsys := crashfs.New()
		check(t, makeDataset(fsys, 1))
		fsys.Inject(func(at int, _, _ string) error {
			if at == step {
				return syscall.ENOSPC
			}
			return nil
		})
		err := makeDataset(fsys, 2)
		wantIs(t, err, syscall.ENOSPC)
		if seen, err := datasetVersion(fsys); seen < 1 || err != nil {
			t.Fatalf("step %d failed: version %d, %v", step, seen, err)
		}
		check(t, makeDataset(fsys, 3))
		wantNames(t, fsys, "/data", "d/")
	}
}
