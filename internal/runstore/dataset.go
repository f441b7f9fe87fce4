package runstore

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// ErrExists is returned for a dataset that is there and not to be replaced.
var ErrExists = errors.New("there is a dataset already; name another folder or say that it may be replaced")

// Dataset is a dataset folder in the making, beside its final place. It appears
// there with Commit, complete. It is for one goroutine, each of its streams
// likewise.
type Dataset struct {
	fsys    FS
	dir     string
	replace bool
	lock    io.Closer
	streams []*Stream
	folders []string // made in the staging folder, parents first
	done    bool
}

// beside names a hidden neighbour of dir.
func beside(dir, suffix string) string {
	return filepath.Join(filepath.Dir(dir), "."+filepath.Base(dir)+"."+suffix)
}

// CreateDataset begins a dataset that will be dir. With replace set it may take
// the place of another dataset; what is neither a dataset nor an empty folder
// is never touched. A second process that makes the same dataset gets a
// *LockedError. What a killed process left of the same dataset is removed.
func CreateDataset(fsys FS, dir string, replace bool) (*Dataset, error) {
	d, err := createDataset(fsys, filepath.Clean(dir), replace)
	if err != nil {
		return nil, fmt.Errorf("creating dataset %s: %w", dir, err)
	}
	return d, nil
}

func createDataset(fsys FS, dir string, replace bool) (_ *Dataset, err error) {
	if base := filepath.Base(dir); base == "." || base == ".." || base == string(filepath.Separator) {
		return nil, errors.New("name a folder of its own")
	}
	if err := makeFolder(fsys, filepath.Dir(dir)); err != nil {
		return nil, err
	}
	lock, err := fsys.Lock(beside(dir, "lock"))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, lock.Close())
		}
	}()
	if err := finishReplacement(fsys, dir); err != nil {
		return nil, err
	}
	if err := checkReplaceable(fsys, dir, replace); err != nil {
		return nil, err
	}
	staging := beside(dir, "partial")
	if err := fsys.RemoveAll(staging); err != nil {
		return nil, err
	}
	if err := fsys.Mkdir(staging); err != nil {
		return nil, err
	}
	return &Dataset{fsys: fsys, dir: dir, replace: replace, lock: lock, folders: []string{staging}}, nil
}

// finishReplacement settles a replacement that was cut short: with the new
// dataset in place the former one goes, otherwise it gets its place back.
func finishReplacement(fsys FS, dir string) error {
	former := beside(dir, "old")
	if there, err := exists(fsys, former); err != nil || !there {
		return err
	}
	if there, err := exists(fsys, dir); err != nil {
		return err
	} else if there {
		return discardFormer(fsys, dir)
	}
	return fsys.Rename(former, dir)
}

// discardFormer removes the dataset that stepped aside. First the renames must
// be durable, then it must lose its name: half removed, it must never be taken
// for one that gets its place back. The name of the staging folder is free and
// means rubbish.
func discardFormer(fsys FS, dir string) error {
	parent, rubbish := filepath.Dir(dir), beside(dir, "partial")
	if err := fsys.RemoveAll(rubbish); err != nil {
		return err
	}
	if err := fsys.SyncDir(parent); err != nil {
		return err
	}
	if err := fsys.Rename(beside(dir, "old"), rubbish); err != nil {
		return err
	}
	if err := fsys.SyncDir(parent); err != nil {
		return err
	}
	return fsys.RemoveAll(rubbish)
}

// checkReplaceable refuses a place that holds anything but nothing, an empty
// folder, or, with replace, a dataset to which nobody has added files.
func checkReplaceable(fsys FS, dir string, replace bool) error {
	if there, err := exists(fsys, dir); err != nil || !there {
		return err
	}
	if !isFolder(fsys, dir) {
		return errors.New("there is something already that is not a folder")
	}
	m, err := ReadManifest(fsys, dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		entries, err := fsys.ReadDir(dir)
		if err == nil && len(entries) > 0 {
			err = fmt.Errorf("the folder holds no dataset but %s; name another folder", entries[0].Name())
		}
		return err
	case err != nil:
		return err
	case m.Kind != KindDataset:
		return fmt.Errorf("the folder holds a %s; name another folder", m.Kind)
	case !replace:
		return ErrExists
	}
	own := map[string]bool{manifestName: true}
	for _, file := range m.Files {
		own[file.Name] = true
	}
	return walk(fsys, dir, "", func(name string) error {
		if !own[name] {
			return fmt.Errorf("the dataset's folder also holds %s, which would be lost; move it or name another folder", name)
		}
		return nil
	})
}

// walk visits the files below dir by their slash-separated names.
func walk(fsys FS, dir, prefix string, visit func(name string) error) error {
	entries, err := fsys.ReadDir(filepath.Join(dir, filepath.FromSlash(prefix)))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		name := prefix + entry.Name()
		if entry.IsDir() {
			err = walk(fsys, dir, name+"/", visit)
		} else {
			err = visit(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Create begins a file of the dataset. The name is slash-separated and may
// lead into subfolders. The stream must be closed before Commit.
func (d *Dataset) Create(name string) (*Stream, error) {
	if d.done {
		return nil, fs.ErrClosed
	}
	if !fs.ValidPath(name) || name == "." || name == manifestName || strings.Contains(name, `\`) {
		return nil, fmt.Errorf("creating dataset file %q: not a usable name", name)
	}
	staging := d.folders[0]
	for i, c := range name {
		folder := filepath.Join(staging, filepath.FromSlash(name[:i]))
		if c != '/' || slices.Contains(d.folders, folder) {
			continue
		}
		if err := d.fsys.Mkdir(folder); err != nil {
			return nil, fmt.Errorf("creating dataset file %s: %w", name, err)
		}
		d.folders = append(d.folders, folder)
	}
	file, err := d.fsys.Create(filepath.Join(staging, filepath.FromSlash(name)))
	if err != nil {
		return nil, fmt.Errorf("creating dataset file %s: %w", name, err)
	}
	stream := newStream(file, name)
	d.streams = append(d.streams, stream)
	return stream, nil
}

// Commit writes the manifest and puts the dataset in its place. Of the manifest
// only Tool, Config and Facts are used. On an error Abort cleans up, and the
// place holds what it held before, unless the error came after the renames.
func (d *Dataset) Commit(wanted Manifest) error {
	if d.done {
		return fs.ErrClosed
	}
	if err := d.commit(wanted); err != nil {
		return fmt.Errorf("completing dataset %s: %w", d.dir, err)
	}
	d.done = true
	return d.lock.Close()
}

func (d *Dataset) commit(wanted Manifest) error {
	m := Manifest{Kind: KindDataset, Tool: wanted.Tool, Config: wanted.Config, Facts: wanted.Facts}
	for _, stream := range d.streams {
		if !stream.closed {
			return fmt.Errorf("%s is still being written", stream.info.Name)
		}
		if stream.err != nil {
			return fmt.Errorf("writing %s: %w", stream.info.Name, stream.err)
		}
		m.Files = append(m.Files, stream.info)
	}
	slices.SortFunc(m.Files, func(a, b FileInfo) int { return strings.Compare(a.Name, b.Name) })
	staging := d.folders[0]
	if err := writeManifest(d.fsys, staging, m); err != nil {
		return err
	}
	for _, folder := range d.folders {
		if err := d.fsys.SyncDir(folder); err != nil {
			return err
		}
	}
	if err := checkReplaceable(d.fsys, d.dir, d.replace); err != nil {
		return err
	}
	return d.place(staging)
}

// place renames the staging folder into its place. A former dataset steps aside
// first; whatever happens in between, finishReplacement has what it needs.
func (d *Dataset) place(staging string) error {
	former := beside(d.dir, "old")
	there, err := exists(d.fsys, d.dir)
	if err != nil {
		return err
	}
	if there {
		if err := d.fsys.Rename(d.dir, former); err != nil {
			return err
		}
	}
	if err := d.fsys.Rename(staging, d.dir); err != nil {
		if there {
			err = errors.Join(err, d.fsys.Rename(former, d.dir))
		}
		return err
	}
	if there {
		return discardFormer(d.fsys, d.dir)
	}
	return d.fsys.SyncDir(filepath.Dir(d.dir))
}

// Abort removes what was made. After Commit it does nothing.
func (d *Dataset) Abort() error {
	if d.done {
		return nil
	}
	d.done = true
	for _, stream := range d.streams {
		if !stream.closed {
			stream.closed = true
			stream.file.Close()
		}
	}
	return errors.Join(d.fsys.RemoveAll(d.folders[0]), d.lock.Close())
}

// CheckFiles compares the files of a dataset folder with its manifest and tells
// of all that are missing or have changed.
func CheckFiles(fsys FS, dir string, m Manifest) error {
	var failures []error
	for _, want := range m.Files {
		if err := checkFile(fsys, dir, want); err != nil {
			failures = append(failures, fmt.Errorf("checking %s: %w", filepath.Join(dir, want.Name), err))
		}
	}
	return errors.Join(failures...)
}

func checkFile(fsys FS, dir string, want FileInfo) error {
	if !fs.ValidPath(want.Name) {
		return errors.New("the manifest names no usable path")
	}
	file, err := fsys.Open(filepath.Join(dir, filepath.FromSlash(want.Name)))
	if err != nil {
		return err
	}
	defer file.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(file, want.Bytes+1))
	switch {
	case err != nil:
		return err
	case n > want.Bytes:
		return fmt.Errorf("it has more than the %d bytes of the manifest", want.Bytes)
	case n < want.Bytes:
		return fmt.Errorf("it has %d bytes, the manifest says %d", n, want.Bytes)
	case hex.EncodeToString(sum.Sum(nil)) != want.SHA256:
		return errors.New("its content is not that of the manifest")
	default:
		return nil
	}
}
