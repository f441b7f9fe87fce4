package runstore_test

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/crashfs"
	"github.com/buttonbench/button/internal/runstore"
)

// onEach runs a test on every file system, in an empty folder of it.
func onEach(t *testing.T, test func(t *testing.T, fsys runstore.FS, dir string)) {
	t.Run("os", func(t *testing.T) { test(t, runstore.OS{}, t.TempDir()) })
	t.Run("crashfs", func(t *testing.T) { test(t, crashfs.New(), "/") })
}

func must[T any](value T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func readFile(t testing.TB, fsys runstore.FS, name string) string {
	t.Helper()
	file := must(fsys.Open(name))(t)
	defer file.Close()
	return string(must(io.ReadAll(file))(t))
}

func writeFile(t testing.TB, fsys runstore.FS, name, content string) {
	t.Helper()
	_ = fsys.Remove(name)
	file := must(fsys.Create(name))(t)
	must(io.WriteString(file, content))(t)
	check(t, file.Sync())
	check(t, file.Close())
	check(t, fsys.SyncDir(filepath.Dir(name)))
}

// list gives the names in a folder, subfolders with a slash.
func list(t testing.TB, fsys runstore.FS, dir string) []string {
	t.Helper()
	names := []string{}
	for _, entry := range must(fsys.ReadDir(dir))(t) {
		name := entry.Name()
		if entry.IsDir() {
			name += "/"
		}
		names = append(names, name)
	}
	return names
}

func wantNames(t testing.TB, fsys runstore.FS, dir string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), list(t, fsys, dir)); diff != "" {
		t.Errorf("in %s (-want +got):\n%s", dir, diff)
	}
}

func wantIs(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

// TestFS is what every FS has to do.
func TestFS(t *testing.T) {
	onEach(t, func(t *testing.T, fsys runstore.FS, dir string) {
		in := func(name string) string { return filepath.Join(dir, name) }

		file := must(fsys.Create(in("a")))(t)
		must(io.WriteString(file, "hello"))(t)
		_, err := fsys.Create(in("a"))
		wantIs(t, err, fs.ErrExist)
		check(t, file.Sync())
		check(t, file.Close())
		wantIs(t, file.Close(), fs.ErrClosed)

		file = must(fsys.Append(in("a")))(t)
		head := make([]byte, 2)
		must(io.ReadFull(file, head))(t)
		must(io.WriteString(file, " world"))(t)
		tail := make([]byte, 9)
		if n, err := file.ReadAt(tail, 6); n != 5 || err != io.EOF || string(head)+string(tail[:n]) != "heworld" {
			t.Errorf("read %q and %q, error %v", head, tail[:n], err)
		}
		check(t, file.Truncate(4))
		must(io.WriteString(file, "!"))(t)
		check(t, file.Close())
		if got := readFile(t, fsys, in("a")); got != "hell!" {
			t.Errorf("content is %q", got)
		}
		if info := must(fsys.Stat(in("a")))(t); info.Size() != 5 || info.IsDir() || !info.Mode().IsRegular() || info.Name() != "a" {
			t.Errorf("stat gives %v", info)
		}

		check(t, fsys.Mkdir(in("d")))
		wantIs(t, fsys.Mkdir(in("d")), fs.ErrExist)
		wantIs(t, fsys.Mkdir(in("no/d")), fs.ErrNotExist)
		check(t, must(fsys.Append(in("d/new")))(t).Close())
		if info := must(fsys.Stat(in("d")))(t); !info.IsDir() || info.Mode().IsRegular() {
			t.Errorf("stat gives %v", info)
		}
		if fsys.Remove(in("d")) == nil {
			t.Error("removed a folder that holds something")
		}
		check(t, fsys.Rename(in("a"), in("d/new")))
		check(t, fsys.Rename(in("d"), in("e")))
		wantNames(t, fsys, dir, "e/")
		wantNames(t, fsys, in("e"), "new")
		check(t, fsys.SyncDir(in("e")))
		wantIs(t, fsys.SyncDir(in("d")), fs.ErrNotExist)
		wantIs(t, fsys.Rename(in("d"), in("f")), fs.ErrNotExist)
		check(t, fsys.RemoveAll(in("e")))
		check(t, fsys.RemoveAll(in("e")))
		wantIs(t, fsys.Remove(in("e")), fs.ErrNotExist)
		for _, missing := range []string{"e", "e/x"} {
			_, err = fsys.Open(in(missing))
			wantIs(t, err, fs.ErrNotExist)
			_, err = fsys.Stat(in(missing))
			wantIs(t, err, fs.ErrNotExist)
			_, err = fsys.ReadDir(in(missing))
			wantIs(t, err, fs.ErrNotExist)
		}
		wantNames(t, fsys, dir)
	})
}

func TestLock(t *testing.T) {
	onEach(t, func(t *testing.T, fsys runstore.FS, dir string) {
		name := filepath.Join(dir, ".lock")
		writeFile(t, fsys, name, "process 1 on a host that was switched off\n")
		lock := must(fsys.Lock(name))(t) // a file alone locks nothing
		for range 2 {
			_, err := fsys.Lock(name)
			if locked := new(*runstore.LockedError); !errors.As(err, locked) || (*locked).Name != name {
				t.Fatalf("got %v", err)
			}
		}
		check(t, lock.Close())
		wantNames(t, fsys, dir)
		lock = must(fsys.Lock(name))(t)
		check(t, lock.Close())
	})
}

// Holders come and go; never are there two.
func TestLockExcludes(t *testing.T) {
	onEach(t, func(t *testing.T, fsys runstore.FS, dir string) {
		name := filepath.Join(dir, ".lock")
		inside := make(chan struct{}, 1)
		ended := make(chan error)
		const players, rounds = 8, 50
		for range players {
			go func() {
				for held := 0; held < rounds; {
					lock, err := fsys.Lock(name)
					if errors.As(err, new(*runstore.LockedError)) {
						continue
					}
					if err != nil {
						ended <- err
						return
					}
					select {
					case inside <- struct{}{}:
					default:
						err = errors.New("two hold the lock")
					}
					<-inside
					if err := errors.Join(err, lock.Close()); err != nil {
						ended <- err
						return
					}
					held++
				}
				ended <- nil
			}()
		}
		for range players {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	})
}
