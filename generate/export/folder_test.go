package export

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/runstore"
)

func folder(t *testing.T, e *Exporter, input []byte, o FolderOptions) (string, *Set) {
	t.Helper()
	o.Dir, o.Tool, o.Source = filepath.Join(t.TempDir(), "out"), "button test", "data"
	if o.Workers == 0 {
		o.Workers = 2
	}
	set, err := e.Folder(context.Background(), bytes.NewReader(input), "records.jsonl", o)
	if err != nil {
		t.Fatal(err)
	}
	return o.Dir, set
}

func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[entry.Name()] = string(data)
	}
	return out
}

// The bytes of a folder depend on the records and options alone.
func TestFolderIsDeterministic(t *testing.T) {
	for _, name := range []string{"openai-dpo", "trl", "xlam", "parquet"} {
		format, _ := Lookup(name)
		e := exporter(t, format.Name, Options{})
		o := FolderOptions{Zstd: !format.PlainOnly, StreamOptions: StreamOptions{Skip: true, Split: &Split{By: ByScenario, Share: 0.3, Seed: 1}}}
		o.Workers = 1
		one, _ := folder(t, e, made4(t).lines, o)
		o.Workers = 3
		three, _ := folder(t, e, made4(t).lines, o)
		a, b := files(t, one), files(t, three)
		for name := range a {
			if a[name] != b[name] {
				t.Errorf("%s: %s differs with the number of workers", format.Name, name)
			}
		}
		if len(a) != len(b) {
			t.Errorf("%s: %d files and %d", format.Name, len(a), len(b))
		}
	}
}

// Side lines point at their examples, and hold what the examples do not.
func TestSideFile(t *testing.T) {
	e := exporter(t, "llamafactory", Options{})
	record := harbour()
	record.Messages[1].Extra = button.Members{{Name: "mood", Value: json.RawMessage(`"<calm>"`)}}
	line, err := record.AppendJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	dir, _ := folder(t, e, append(line, '\n'), FolderOptions{})
	golden(t, "side.golden", string(indented(t, []byte(files(t, dir)["side.jsonl"]))))
}

// What stands beside the data, with a split and without.
func TestAttachments(t *testing.T) {
	var out strings.Builder
	for _, format := range Formats() {
		for _, share := range []float64{0, 0.3} {
			e := exporter(t, format.Name, Options{})
			o := FolderOptions{StreamOptions: StreamOptions{Skip: true}}
			if share > 0 {
				o.Split = &Split{By: ByScenario, Share: share, Seed: 1}
			}
			set := &Set{Name: "button", Split: o.Split, Files: []DataFile{{"train.jsonl", Train, 7}}, Summary: Summary{Records: 7, Several: 2}}
			if share > 0 {
				set.Files = append(set.Files, DataFile{"valid.jsonl", Valid, 3})
			}
			o.Tool, o.Source = "button test", "data"
			for _, attachment := range append(e.Format.beside(e, set), Attachment{"README.md", e.readme(set, o)}) {
				fmt.Fprintf(&out, "==== %s, share %g: %s\n%s\n", format.Name, share, attachment.Name, attachment.Text)
			}
		}
	}
	golden(t, "attachments.golden", out.String())
}

func TestSplit(t *testing.T) {
	split := Split{By: ByScenario, Share: 0.3, Seed: 1}
	sides, valid := map[string]string{}, 0
	for i := range 2000 {
		r := &button.Record{Meta: &button.Meta{Scenario: fmt.Sprint("scenario ", i%500)}}
		side, err := split.Of(r)
		if err != nil {
			t.Fatal(err)
		}
		if before, ok := sides[r.Meta.Scenario]; ok && before != side {
			t.Fatalf("%s stands on both sides", r.Meta.Scenario)
		}
		sides[r.Meta.Scenario] = side
		if side == Valid {
			valid++
		}
	}
	if valid < 480 || valid > 720 {
		t.Errorf("%d of 2000 records are for validation, want about 600", valid)
	}
	// Without a scenario the first request decides.
	a, errA := split.Of(&button.Record{ID: "a", Messages: []button.Message{{Role: "user", Content: "x"}}})
	b, errB := split.Of(&button.Record{ID: "b", Messages: []button.Message{{Role: "system"}, {Role: "user", Content: "x"}}})
	if a != b || errA != nil || errB != nil {
		t.Errorf("the same request on both sides: %s, %s, %v, %v", a, b, errA, errB)
	}
	if _, err := (Split{By: ByWorld, Share: 0.3}).Of(&button.Record{ID: "q"}); err == nil || err.Error() != "record q names no world to split by" {
		t.Errorf("no world: %v", err)
	}
}

func TestStreamErrors(t *testing.T) {
	e := exporter(t, "xlam", Options{})
	run := func(input string, skip bool) (Summary, error) {
		return e.Lines(context.Background(), strings.NewReader(input), "in.jsonl", StreamOptions{Workers: 2, Skip: skip}, io.Discard)
	}
	record := `{"id":"a","tools":[],"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}`
	var line *runstore.LineError
	if _, err := run(record, false); !errors.As(err, &line) || err.Error() != "in.jsonl:1: it has 0 turns with calls; the format has one" {
		t.Errorf("unfit: %v", err)
	}
	summary, err := run("\n"+record+"\n"+record, true)
	if err != nil || summary.Records != 0 || len(summary.Skipped) != 1 || summary.Skipped[0].Records != 2 || !strings.HasPrefix(summary.Skipped[0].First, "in.jsonl:2: ") {
		t.Errorf("skipped: %+v, %v", summary, err)
	}
	if _, err := run(record+"\n{", true); !errors.As(err, &line) || line.Line != 2 {
		t.Errorf("a broken line must end an export also where records are left out: %v", err)
	}
}

// Absent texts are nulls in the file, not empty strings.
func TestParquetNulls(t *testing.T) {
	var out bytes.Buffer
	e := exporter(t, "parquet", Options{})
	example, err := e.Encode(harbour())
	if err != nil {
		t.Fatal(err)
	}
	codec := e.Format.rows()
	w := codec.create(&out, false)
	for range 3 {
		if err := w.write(example.row, groupBytes); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	rows := 0
	err = codec.each(bytes.NewReader(out.Bytes()), func(row any) error {
		rows++
		for i, m := range row.(tableRow).Messages {
			if (m.Name != nil) != (m.Role == "tool") || (m.ToolCallID != nil) != (m.Role == "tool") || (m.Train != nil) != (m.Role == "assistant") {
				t.Errorf("row %d, message %d: %+v", rows, i, m)
			}
		}
		return nil
	})
	if err != nil || rows != 3 {
		t.Errorf("%d rows, %v", rows, err)
	}
}

// A file that does not hold what was written into it is found out.
func TestVerifyFindsDamage(t *testing.T) {
	for _, name := range []string{"trl", "parquet"} {
		e := exporter(t, name, Options{})
		dir := filepath.Join(t.TempDir(), "out")
		w := &folderWriter{exporter: e, set: &Set{}}
		dataset, err := runstore.CreateDataset(runstore.OS{}, dir, false)
		if err != nil {
			t.Fatal(err)
		}
		w.dataset = dataset
		if err := w.open(FolderOptions{Zstd: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := e.Stream(context.Background(), bytes.NewReader(made4(t).lines), "x", StreamOptions{Workers: 2}, w.put); err != nil {
			t.Fatal(err)
		}
		if err := w.close(); err != nil {
			t.Fatal(err)
		}
		if err := dataset.Commit(runstore.Manifest{Config: json.RawMessage("{}")}); err != nil {
			t.Fatal(err)
		}
		if err := w.verify(dir); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		other := filepath.Join(dir, w.files[0].Name)
		var replaced bytes.Buffer
		if name == "parquet" {
			rows := e.Format.rows().create(&replaced, true)
			if err := rows.Close(); err != nil {
				t.Fatal(err)
			}
		} else {
			encoder, err := zstd.NewWriter(&replaced)
			if err != nil {
				t.Fatal(err)
			}
			if err := encoder.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(other, replaced.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := w.verify(dir); err == nil || !strings.Contains(err.Error(), "does not hold what was written into it") {
			t.Errorf("%s: an emptied file: %v", name, err)
		}
	}
}
