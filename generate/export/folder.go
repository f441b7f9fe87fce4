package export

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"github.com/buttonbench/button/internal/runstore"
)

// sideName is the file of what describes the records' making.
const sideName = "side.jsonl"

// DataFile is one file of examples.
type DataFile struct {
	Name    string `json:"name"`
	Split   string `json:"split"`
	Records int    `json:"records"`
}

// Set is a finished export as its descriptions tell of it.
type Set struct {
	Name    string // a name that trainers' configurations may use
	Files   []DataFile
	Summary Summary
	Zstd    bool
	Split   *Split
}

// File is the file of a side, or "".
func (s *Set) File(split string) string {
	for _, file := range s.Files {
		if file.Split == split {
			return file.Name
		}
	}
	return ""
}

// Attachment is a small text file beside the data.
type Attachment struct{ Name, Text string }

// FolderOptions say where and how an export's folder is written.
type FolderOptions struct {
	StreamOptions
	Dir     string
	Replace bool
	Zstd    bool
	Tool    string // name and version of the program
	Source  string // what the records are called
}

// Folder exports a file of records into a folder that appears complete or not at
// all: the examples, the side file, the trainer's configuration, a description, and
// a manifest. Compressed and Parquet files are read back from the disk at the end.
func (e *Exporter) Folder(ctx context.Context, reader io.Reader, name string, o FolderOptions) (*Set, error) {
	dataset, err := runstore.CreateDataset(runstore.OS{}, o.Dir, o.Replace)
	if err != nil {
		return nil, err
	}
	defer dataset.Abort()
	set := &Set{Name: "button", Zstd: o.Zstd, Split: o.Split}
	w := &folderWriter{exporter: e, dataset: dataset, set: set}
	if err := w.open(o); err != nil {
		return nil, err
	}
	defer w.abort()
	if set.Summary, err = e.Stream(ctx, reader, name, o.StreamOptions, w.put); err != nil {
		return nil, err
	}
	if err := w.close(); err != nil {
		return nil, err
	}
	if err := e.describe(dataset, set, o); err != nil {
		return nil, err
	}
	config, err := json.Marshal(e.settings(o))
	if err != nil {
		return nil, err
	}
	facts, err := json.Marshal(map[string]any{"files": set.Files, "summary": set.Summary, "lost": e.lost})
	if err != nil {
		return nil, err
	}
	if err := dataset.Commit(runstore.Manifest{Tool: o.Tool, Config: config, Facts: facts}); err != nil {
		return nil, err
	}
	return set, w.verify(o.Dir)
}

// settings is what an export's bytes depend on.
func (e *Exporter) settings(o FolderOptions) map[string]any {
	settings := map[string]any{"verb": "export", "to": e.Format.Name, "thought": e.Options.Thought, "loss": e.Options.Loss,
		"parallel": map[bool]string{false: "as recorded", true: "off"}[e.Options.Serial], "zstd": o.Zstd, "skip": o.Skip, "source": o.Source}
	if e.Options.Template != "" {
		settings["template"] = e.Options.Template
	}
	if len(e.Options.Damages) > 0 {
		settings["rejected"], settings["seed"] = e.Options.Damages, e.Options.Seed
	}
	if o.Split != nil {
		settings["split"], settings["valid"], settings["seed"] = o.Split.By, o.Split.Share, o.Split.Seed
	}
	return settings
}

// describe writes what stands beside the data.
func (e *Exporter) describe(dataset *runstore.Dataset, set *Set, o FolderOptions) error {
	attachments := append(e.Format.beside(e, set), Attachment{"README.md", e.readme(set, o)})
	for _, attachment := range attachments {
		stream, err := dataset.Create(attachment.Name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(stream, attachment.Text); err != nil {
			return err
		}
		if err := stream.Close(); err != nil {
			return err
		}
	}
	return nil
}

// folderWriter writes the examples and the side file.
type folderWriter struct {
	exporter *Exporter
	dataset  *runstore.Dataset
	set      *Set
	files    []*dataFile
	side     *dataFile
}

// dataFile is an open file of lines or rows.
type dataFile struct {
	DataFile
	stream *runstore.Stream
	zstd   *zstd.Encoder
	rows   rowWriter
	put    hash.Hash // of what was put in, to be found again
}

func (w *folderWriter) open(o FolderOptions) (err error) {
	splits := []string{Train}
	if o.Split != nil {
		splits = append(splits, Valid)
	}
	for _, split := range splits {
		name := split + ".jsonl"
		if w.exporter.Format.Parquet {
			name = split + ".parquet"
		}
		file, err := w.create(name, split, o.Zstd)
		if err != nil {
			return err
		}
		w.files = append(w.files, file)
	}
	w.side, err = w.create(sideName, "", o.Zstd)
	return err
}

func (w *folderWriter) create(name, split string, compressed bool) (*dataFile, error) {
	parquet := w.exporter.Format.Parquet && split != ""
	if compressed && !parquet {
		name += ".zst"
	}
	stream, err := w.dataset.Create(name)
	if err != nil {
		return nil, err
	}
	file := &dataFile{DataFile: DataFile{Name: name, Split: split}, stream: stream, put: sha256.New()}
	switch {
	case parquet:
		file.rows = w.exporter.Format.rows().create(stream, compressed)
	case compressed:
		// One goroutine: what more of them hold would grow with the machine.
		file.zstd, err = zstd.NewWriter(stream, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault))
	}
	return file, err
}

func (w *folderWriter) put(split string, example Example, side *sideLine) error {
	file := w.files[0]
	if split == Valid {
		file = w.files[1]
	}
	if err := file.write(example); err != nil {
		return err
	}
	return w.side.line(side.text(file.Name, file.Records))
}

func (f *dataFile) write(example Example) error {
	f.Records++
	if f.rows != nil {
		f.put.Write(example.hash[:])
		return f.rows.write(example.row, example.size)
	}
	return f.line(append(example.Line, '\n'))
}

func (f *dataFile) line(text []byte) (err error) {
	if f.zstd == nil {
		_, err = f.stream.Write(text)
		return err
	}
	f.put.Write(text)
	_, err = f.zstd.Write(text)
	return err
}

func (f *dataFile) close() error {
	if f.rows != nil {
		if err := f.rows.Close(); err != nil {
			return err
		}
	}
	if f.zstd != nil {
		if err := f.zstd.Close(); err != nil {
			return err
		}
	}
	return f.stream.Close()
}

func (w *folderWriter) close() error {
	for _, file := range w.files {
		if err := file.close(); err != nil {
			return err
		}
		w.set.Files = append(w.set.Files, file.DataFile)
	}
	return w.side.close()
}

// abort ends the goroutines of compressors of an export that came to nothing.
func (w *folderWriter) abort() {
	for _, file := range append(w.files, w.side) {
		if file != nil && file.zstd != nil {
			file.zstd.Close()
		}
	}
}

// verify reads compressed and Parquet files back from the disk: what comes out must
// be what was put in.
func (w *folderWriter) verify(dir string) error {
	for _, file := range append(w.files[:len(w.files):len(w.files)], w.side) {
		if file.rows == nil && file.zstd == nil {
			continue
		}
		have := sha256.New()
		if err := w.read(filepath.Join(dir, file.Name), file, have); err != nil {
			return fmt.Errorf("reading %s back: %w", filepath.Join(dir, file.Name), err)
		}
		if string(have.Sum(nil)) != string(file.put.Sum(nil)) {
			return fmt.Errorf("%s does not hold what was written into it; do not use it", filepath.Join(dir, file.Name))
		}
	}
	return nil
}

func (w *folderWriter) read(path string, f *dataFile, into hash.Hash) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if f.zstd != nil {
		decoder, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return err
		}
		defer decoder.Close()
		_, err = io.Copy(into, decoder)
		return err
	}
	return w.exporter.Format.rows().each(file, func(row any) error {
		record, err := w.exporter.Format.decode(w.exporter, Example{row: row})
		if err != nil {
			return err
		}
		hash, err := hashOf(record)
		into.Write(hash[:])
		return err
	})
}
