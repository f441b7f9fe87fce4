package crashfs_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/crashfs"
	"github.com/buttonbench/button/internal/runstore"
)

var _ runstore.FS = (*crashfs.FS)(nil)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// show gives names and contents below the root.
func show(t *testing.T, fsys *crashfs.FS) string {
	t.Helper()
	var out []string
	var visit func(dir string)
	visit = func(dir string) {
		entries, err := fsys.ReadDir(dir)
		check(t, err)
		for _, entry := range entries {
			name := dir + entry.Name()
			if entry.IsDir() {
				out = append(out, name+"/")
				visit(name + "/")
				continue
			}
			file, err := fsys.Open(name)
			check(t, err)
			data, err := io.ReadAll(file)
			check(t, err)
			out = append(out, fmt.Sprintf("%s=%s", name, strings.ReplaceAll(string(data), "\x00", "0")))
		}
	}
	visit("/")
	return strings.Join(out, " ")
}

// outcomes gives every state that a crash can leave, by walking through all
// answers of pick.
func outcomes(t *testing.T, fsys *crashfs.FS) []string {
	t.Helper()
	seen := make(map[string]bool)
	var answers, sizes []int
	for {
		asked := 0
		sizes = sizes[:0]
		state := show(t, fsys.Crash(func(n int) int {
			if asked == len(answers) {
				answers = append(answers, 0)
			}
			sizes = append(sizes, n)
			asked++
			return answers[asked-1]
		}))
		seen[state] = true
		answers = answers[:asked]
		for len(answers) > 0 && answers[len(answers)-1]+1 == sizes[len(answers)-1] {
			answers = answers[:len(answers)-1]
		}
		if len(answers) == 0 {
			break
		}
		answers[len(answers)-1]++
	}
	var list []string
	for state := range seen {
		list = append(list, state)
	}
	slices.Sort(list)
	return list
}

// steps runs a small program.
func steps(t *testing.T, fsys *crashfs.FS, program ...string) {
	t.Helper()
	files := make(map[string]runstore.File)
	for _, line := range program {
		words := strings.Fields(line)
		name := words[1]
		var err error
		switch words[0] {
		case "create":
			files[name], err = fsys.Create(name)
		case "write":
			_, err = io.WriteString(files[name], words[2])
		case "cut":
			err = files[name].Truncate(2)
		case "sync":
			err = files[name].Sync()
		case "syncdir":
			err = fsys.SyncDir(name)
		case "rename":
			err = fsys.Rename(name, words[2])
		case "mkdir":
			err = fsys.Mkdir(name)
		case "remove":
			err = fsys.RemoveAll(name)
		default:
			t.Fatalf("unknown step %s", line)
		}
		check(t, err)
	}
}

func TestWhatACrashCanLeave(t *testing.T) {
	tests := []struct {
		name    string
		program []string
		want    []string
	}{
		{"nothing is durable", []string{"create /a"}, []string{"", "/a="}},
		{"the name is durable, the data is not",
			[]string{"create /a", "syncdir /", "write /a xyz"}, []string{"/a=", "/a=000", "/a=x", "/a=xy", "/a=xyz"}},
		{"the data is durable, the name is not",
			[]string{"create /a", "write /a xyz", "sync /a"}, []string{"", "/a=xyz"}},
		{"both are", []string{"create /a", "write /a xyz", "sync /a", "syncdir /"}, []string{"/a=xyz"}},
		{"an append", []string{"create /a", "syncdir /", "write /a xy", "sync /a", "write /a z"},
			[]string{"/a=xy", "/a=xy0", "/a=xyz"}},
		{"an append behind the edge of a sector", []string{"create /a", "syncdir /", "write /a 0123456789abcdef", "sync /a", "write /a yy"},
			[]string{"/a=0123456789abcdef", "/a=0123456789abcdef00", "/a=0123456789abcdefy", "/a=0123456789abcdefyy"}},
		{"a truncation", []string{"create /a", "syncdir /", "write /a xyz", "sync /a", "cut /a"}, []string{"/a=xy", "/a=xyz"}},
		{"a rename happens or not", []string{"create /a", "syncdir /", "rename /a /b"}, []string{"/a=", "/b="}},
		{"a replacement too", []string{"create /a", "write /a new", "sync /a", "create /b", "write /b old", "sync /b", "syncdir /", "rename /a /b"},
			[]string{"/a=new /b=old", "/b=new"}},
		{"names come in any order", []string{"create /a", "create /b"}, []string{"", "/a=", "/a= /b=", "/b="}},
		{"a folder without its content", []string{"mkdir /d", "syncdir /", "create /d/a"}, []string{"/d/", "/d/ /d/a="}},
		{"content without its folder", []string{"mkdir /d", "create /d/a", "syncdir /d"}, []string{"", "/d/ /d/a="}},
		{"a removal in part", []string{"mkdir /d", "syncdir /", "create /d/a", "syncdir /d", "remove /d"}, []string{"", "/d/", "/d/ /d/a="}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fsys := crashfs.New()
			steps(t, fsys, test.program...)
			before := show(t, fsys)
			if diff := cmp.Diff(test.want, outcomes(t, fsys)); diff != "" {
				t.Error(diff)
			}
			if after := show(t, fsys); before != after {
				t.Errorf("the crash changed the file system from %q to %q", before, after)
			}
		})
	}
}

func TestStopAt(t *testing.T) {
	fsys := crashfs.New()
	steps(t, fsys, "create /a", "write /a x") // fails unless both can be done
	if fsys.Steps() != 2 {
		t.Fatalf("%d steps", fsys.Steps())
	}
	fsys.StopAt(2)
	if err := fsys.Mkdir("/d"); err != crashfs.ErrStopped {
		t.Errorf("got %v", err)
	}
	if state := show(t, fsys); state != "/a=x" {
		t.Errorf("the state is %s", state)
	}
}

func TestKillEndsHandlesAndLocks(t *testing.T) {
	fsys := crashfs.New()
	file, err := fsys.Create("/a")
	check(t, err)
	lock, err := fsys.Lock("/lock")
	check(t, err)
	fsys.Kill()
	if _, err := file.Write([]byte("x")); err != crashfs.ErrStopped {
		t.Errorf("got %v", err)
	}
	next, err := fsys.Lock("/lock")
	check(t, err)
	if err := lock.Close(); err != crashfs.ErrStopped {
		t.Errorf("got %v", err)
	}
	if _, err := fsys.Lock("/lock"); err == nil {
		t.Error("the dead process let go of a lock that is not its own")
	}
	check(t, next.Close())
}

// After a failed sync the data can be read, the next sync succeeds, and the
// data is lost all the same.
func TestFailedSyncLosesData(t *testing.T) {
	fsys := crashfs.New()
	file, err := fsys.Create("/a")
	check(t, err)
	check(t, fsys.SyncDir("/"))
	fsys.Inject(func(_ int, operation, _ string) error {
		if operation == "sync" {
			return syscall.EIO
		}
		return nil
	})
	_, err = file.Write([]byte("xy"))
	check(t, err)
	if err := file.Sync(); err != syscall.EIO {
		t.Errorf("got %v", err)
	}
	fsys.Inject(nil)
	check(t, file.Sync())
	if state := show(t, fsys); state != "/a=xy" {
		t.Errorf("the state is %s", state)
	}
	if diff := cmp.Diff([]string{"/a="}, outcomes(t, fsys)); diff != "" {
		t.Error(diff)
	}
}

func TestFailedWriteLeavesHalf(t *testing.T) {
	fsys := crashfs.New()
	file, err := fsys.Create("/a")
	check(t, err)
	fsys.Inject(func(int, string, string) error { return syscall.ENOSPC })
	if n, err := file.Write([]byte("wxyz")); n != 2 || err != syscall.ENOSPC {
		t.Errorf("wrote %d, error %v", n, err)
	}
	if state := show(t, fsys); state != "/a=wx" {
		t.Errorf("the state is %s", state)
	}
}
