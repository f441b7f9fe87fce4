//go:build unix && !solaris && !aix

package runstore

import (
	"errors"
	"os"
	"syscall"
)

var errLockHeld = errors.New("lock held")

// openLocked opens name, made when missing, and locks it.
func openLocked(name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err != syscall.EINTR {
			break
		}
	}
	if err == nil {
		return file, nil
	}
	file.Close()
	if err == syscall.EWOULDBLOCK {
		return nil, errLockHeld
	}
	return nil, err
}
