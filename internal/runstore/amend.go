package runstore

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Amend writes files into a finished dataset's folder, such as a card that describes
// it, and tells its manifest of them; a folder without a manifest just gets the files.
// Names are slash-separated. Each file is replaced at once, the manifest last: where
// that is cut short, CheckFiles tells, and the same call again mends it.
func Amend(fsys FS, dir string, files map[string][]byte) error {
	dir = filepath.Clean(dir)
	if err := amend(fsys, dir, files); err != nil {
		return fmt.Errorf("amending dataset %s: %w", dir, err)
	}
	return nil
}

func amend(fsys FS, dir string, files map[string][]byte) (err error) {
	lock, err := fsys.Lock(beside(dir, "lock"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	m, err := ReadManifest(fsys, dir)
	told := err == nil
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	case told && m.Kind != KindDataset:
		return fmt.Errorf("the folder holds a %s", m.Kind)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !fs.ValidPath(name) || name == "." || name == manifestName || strings.Contains(name, `\`) {
			return fmt.Errorf("%q is not a usable name", name)
		}
		if folder := path.Dir(name); folder != "." {
			if err := makeFolder(fsys, filepath.Join(dir, filepath.FromSlash(folder))); err != nil {
				return err
			}
		}
		if err := WriteAtomic(fsys, filepath.Join(dir, filepath.FromSlash(name)), files[name]); err != nil {
			return err
		}
		m.put(infoOf(name, files[name]))
	}
	if !told {
		return nil
	}
	return writeManifest(fsys, dir, m)
}

// put notes a file, in the place of what was noted of it.
func (m *Manifest) put(info FileInfo) {
	place, there := slices.BinarySearchFunc(m.Files, info.Name, func(f FileInfo, name string) int { return strings.Compare(f.Name, name) })
	if there {
		m.Files[place] = info
		return
	}
	m.Files = slices.Insert(m.Files, place, info)
}

func infoOf(name string, data []byte) FileInfo {
	sum := sha256.Sum256(data)
	return FileInfo{Name: name, Bytes: int64(len(data)), Lines: int64(bytes.Count(data, []byte{'\n'})), SHA256: hex.EncodeToString(sum[:])}
}
