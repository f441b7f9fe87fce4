package runstore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
)

// The kinds of folders.
const (
	KindRun     = "run"
	KindDataset = "dataset"
)

const (
	manifestName   = "manifest.json"
	manifestFormat = 1
	manifestLimit  = 64 << 20 // bytes
)

// Manifest says what a folder holds and how it came to be.
type Manifest struct {
	// Format and Kind are set by the store.
	Format int    `json:"format"`
	Kind   string `json:"kind"`
	// Tool is the name and version of the program.
	Tool string `json:"tool"`
	// Config is the resolved configuration: everything that the content
	// depends on, no secrets, and nothing that may differ between two calls
	// that belong together, such as the number of workers.
	Config json.RawMessage `json:"config"`
	// Earlier holds the configurations that a run had before it was resumed
	// under another, oldest first.
	Earlier []json.RawMessage `json:"earlier,omitempty"`
	// Facts is what the producer knows at the end: counts, yields.
	Facts json.RawMessage `json:"facts,omitempty"`
	// Files lists the files of a dataset, by name.
	Files []FileInfo `json:"files,omitempty"`
}

// ReadManifest reads the manifest of a run or dataset folder.
func ReadManifest(fsys FS, dir string) (Manifest, error) {
	var m Manifest
	path := filepath.Join(dir, manifestName)
	file, err := fsys.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		if former := beside(dir, "old"); isFolder(fsys, former) {
			return m, fmt.Errorf("reading %s: %w; replacing it was cut short, the former one is %s", path, fs.ErrNotExist, former)
		}
		return m, fmt.Errorf("reading %s: %w", path, fs.ErrNotExist)
	}
	if err != nil {
		return m, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, manifestLimit+1))
	if err != nil {
		return m, fmt.Errorf("reading %s: %w", path, err)
	}
	if len(data) > manifestLimit {
		return m, fmt.Errorf("reading %s: larger than %d bytes", path, manifestLimit)
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("reading %s: %w", path, err)
	}
	if m.Format != manifestFormat {
		return m, fmt.Errorf("reading %s: format %d, this program knows format %d", path, m.Format, manifestFormat)
	}
	return m, nil
}

// encode gives the bytes of manifest.json, texts unescaped and indented.
func (m Manifest) encode() ([]byte, error) {
	m.Format = manifestFormat
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(m); err != nil {
		return nil, fmt.Errorf("encoding the manifest: %w", err)
	}
	return out.Bytes(), nil
}

func writeManifest(fsys FS, dir string, m Manifest) error {
	data, err := m.encode()
	if err != nil {
		return err
	}
	return WriteAtomic(fsys, filepath.Join(dir, manifestName), data)
}

func isFolder(fsys FS, name string) bool {
	info, err := fsys.Stat(name)
	return err == nil && info.IsDir()
}
