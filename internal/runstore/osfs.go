package runstore

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// OS is the operating system's file system.
type OS struct{}

const (
	fileMode   = 0o644
	folderMode = 0o755
)

func (OS) Open(name string) (File, error) { return asFile(os.Open(name)) }

func (OS) Create(name string) (File, error) {
	return asFile(os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode))
}

func (OS) Append(name string) (File, error) {
	return asFile(os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, fileMode))
}

func asFile(file *os.File, err error) (File, error) {
	if err != nil {
		return nil, err
	}
	return file, nil
}

func (OS) Mkdir(name string) error                    { return os.Mkdir(name, folderMode) }
func (OS) Rename(from, to string) error               { return os.Rename(from, to) }
func (OS) Remove(name string) error                   { return os.Remove(name) }
func (OS) RemoveAll(name string) error                { return os.RemoveAll(name) }
func (OS) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }
func (OS) Stat(name string) (fs.FileInfo, error)      { return os.Lstat(name) }

// SyncDir does nothing where folders cannot be synced: on Windows, and on file
// systems that say so.
func (OS) SyncDir(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(name)
	if err != nil {
		return err
	}
	err = dir.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, dir.Close())
}

// lockAttempts bounds how often Lock starts over because the holder before
// removed the file between our opening and locking it.
const lockAttempts = 100

// Lock relies on locks that the kernel drops when a process ends, so one left
// behind by a killed process is free. The file says who holds the lock; it is
// removed on release.
func (OS) Lock(name string) (io.Closer, error) {
	for range lockAttempts {
		file, err := openLocked(name)
		if err != nil {
			if errors.Is(err, errLockHeld) {
				return nil, &LockedError{Name: name, Owner: readOwner(name)}
			}
			return nil, fmt.Errorf("locking %s: %w", name, err)
		}
		// The name may belong to another file by now, or to none.
		ours, err := file.Stat()
		if err == nil {
			var named fs.FileInfo
			if named, err = os.Stat(name); err == nil && os.SameFile(ours, named) {
				writeOwner(file)
				return osLock{file}, nil
			}
		}
		file.Close()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("locking %s: %w", name, err)
		}
	}
	return nil, fmt.Errorf("locking %s: other processes keep coming first", name)
}

type osLock struct{ file *os.File }

func (l osLock) Close() error {
	if runtime.GOOS == "windows" {
		// An open file cannot be removed, and a closed one may be held again.
		err := l.file.Close()
		_ = os.Remove(l.file.Name())
		return err
	}
	return errors.Join(os.Remove(l.file.Name()), l.file.Close())
}

// writeOwner is for the message to others only: on a full disk the lock holds
// without it.
func writeOwner(file *os.File) {
	host, err := os.Hostname()
	if err != nil {
		host = "this host"
	}
	if file.Truncate(0) == nil {
		_, _ = file.WriteAt(fmt.Appendf(nil, "process %d on %s\n", os.Getpid(), host), 0)
	}
}

// readOwner gives the text of writeOwner, or nothing where the file holds
// anything else.
func readOwner(name string) string {
	file, err := os.Open(filepath.Clean(name))
	if err != nil {
		return ""
	}
	defer file.Close()
	text := make([]byte, 300)
	n, _ := io.ReadFull(file, text)
	owner, whole := strings.CutSuffix(string(text[:n]), "\n")
	for _, r := range owner {
		if !strconv.IsPrint(r) {
			return ""
		}
	}
	if !whole || !strings.HasPrefix(owner, "process ") {
		return ""
	}
	return owner
}
