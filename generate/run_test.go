package generate

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/work"
	"github.com/buttonbench/button/internal/world"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// toolshedKit prepares the fixture world.
func toolshedKit(t testing.TB) *WorldKit {
	t.Helper()
	w, err := world.Load(os.DirFS("../internal/world/testdata/toolshed"), ".")
	if err != nil {
		t.Fatal(err)
	}
	kit, err := NewWorldKit(w)
	if err != nil {
		t.Fatal(err)
	}
	return kit
}

func options(t testing.TB, count int) Options {
	return Options{Mode: button.ModeConstructed, Count: count, Seed: 11, Worlds: []*WorldKit{toolshedKit(t)}, ParallelShare: 0.7, ToolVersion: "test", Workers: 2}
}

// run returns the two files of a dataset and what was counted.
func run(t testing.TB, o Options) (records, rejects string, summary *Summary) {
	t.Helper()
	var accepted, refused bytes.Buffer
	summary, err := Run(context.Background(), o, Sink{&accepted, &refused})
	if err != nil {
		t.Fatal(err)
	}
	return accepted.String(), refused.String(), summary
}

func decode(t testing.TB, lines string) []button.Record {
	t.Helper()
	var records []button.Record
	for _, line := range strings.Split(strings.TrimSuffix(lines, "\n"), "\n") {
		var record button.Record
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err)
		}
		records = append(records, record)
	}
	return records
}

func TestSameBytesAtAnyConcurrency(t *testing.T) {
	o := options(t, 120)
	o.Workers = 1
	records, rejects, _ := run(t, o)
	for _, workers := range []int{2, 7} {
		o.Workers = workers
		gotRecords, gotRejects, _ := run(t, o)
		if gotRecords != records || gotRejects != rejects {
			t.Errorf("%d workers write other bytes than one", workers)
		}
	}
	o.Seed++
	if other, _, _ := run(t, o); other == records {
		t.Error("another seed writes the same bytes")
	}
}

func TestMoreRecordsBeginWithTheFewer(t *testing.T) {
	o := options(t, 40)
	o.SkeletonCap = 5
	few, _, _ := run(t, o)
	o.Count = 80
	many, _, _ := run(t, o)
	if !strings.HasPrefix(many, few) {
		t.Error("the first 40 of 80 records are not the 40")
	}
}

func TestSummaryCountsTheLines(t *testing.T) {
	records, rejects, summary := run(t, options(t, 150))
	accepted, refused := strings.Count(records, "\n"), strings.Count(rejects, "\n")
	if accepted != 150 || summary.Accepted != accepted || summary.Candidates != accepted+refused {
		t.Errorf("%d records and %d rejects, but the summary says %d of %d", accepted, refused, summary.Accepted, summary.Candidates)
	}
	rules := map[string]int{}
	for _, line := range strings.Split(strings.TrimSpace(rejects), "\n") {
		var reject RejectLine
		if err := json.Unmarshal([]byte(line), &reject); err != nil {
			t.Fatal(err)
		}
		if reject.Stage == "" || reject.Rule == "" {
			t.Errorf("a reject without stage or rule: %s", line)
		}
		rules[reject.Stage+"/"+reject.Rule]++
	}
	if diff := cmp.Diff(rules, summary.Rejected); diff != "" {
		t.Errorf("rejects by rule, lines against summary:\n%s", diff)
	}
}

// What a model sees must not tell how the record was made.
func TestNothingLeaks(t *testing.T) {
	records, _, _ := run(t, options(t, 150))
	for _, record := range decode(t, records) {
		visible, err := record.Visible().AppendJSON(nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{`"plan"`, `"provenance"`, `"meta"`, `"checks"`, "skeleton", "state_seed"} {
			if bytes.Contains(visible, []byte(word)) {
				t.Errorf("record %s shows %s to a model", record.ID, word)
			}
		}
		for _, message := range record.Messages {
			if strings.ContainsFunc(message.Content+message.Reasoning, func(r rune) bool { return r >= '\uE000' && r <= '\uF8FF' }) {
				t.Errorf("record %s holds a mark", record.ID)
			}
		}
	}
}

func TestParallelShare(t *testing.T) {
	for _, share := range []float64{0, 1} {
		o := options(t, 60)
		o.ParallelShare = share
		records, _, _ := run(t, o)
		several := 0
		for _, record := range decode(t, records) {
			if record.ParallelToolCalls != (share == 1) {
				t.Errorf("share %v: parallel_tool_calls is %v", share, record.ParallelToolCalls)
			}
			for _, message := range record.Messages {
				if len(message.ToolCalls) > 1 {
					several++
				}
			}
		}
		if (several > 0) != (share == 1) {
			t.Errorf("share %v: %d turns with several calls", share, several)
		}
	}
}

func TestSkeletonCap(t *testing.T) {
	o := options(t, 200)
	o.SkeletonCap = 1
	records, _, _ := run(t, o)
	seen := map[string]bool{}
	for _, record := range decode(t, records) {
		if seen[record.Meta.Skeleton] {
			t.Errorf("the wording %q stands twice", record.Meta.Skeleton)
		}
		seen[record.Meta.Skeleton] = true
	}
}

func TestRunRefusesOptions(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"mode":   func(o *Options) { o.Mode = "imagined" },
		"count":  func(o *Options) { o.Count = 0 },
		"worlds": func(o *Options) { o.Worlds = nil },
		"share":  func(o *Options) { o.ParallelShare = 1.5 },
	} {
		o := options(t, 1)
		change(&o)
		if _, err := Run(context.Background(), o, Sink{new(bytes.Buffer), new(bytes.Buffer)}); err == nil {
			t.Errorf("%s: a bad option was accepted", name)
		}
	}
}

type fullDisk struct{ room int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.room -= len(p); d.room < 0 {
		return 0, fmt.Errorf("no space left on device")
	}
	return len(p), nil
}

func TestRunStopsWhenTheDiskIsFull(t *testing.T) {
	_, err := Run(context.Background(), options(t, 500), Sink{&fullDisk{20000}, new(bytes.Buffer)})
	if err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("have %v, want the disk's own error", err)
	}
}

func TestRunDrains(t *testing.T) {
	o := options(t, 1000000)
	stop := make(chan struct{})
	o.Drain = stop
	once := false
	o.Progress = func(now Progress) {
		if now.Done > 0 && !once {
			once = true
			close(stop)
		}
	}
	var records bytes.Buffer
	summary, err := Run(context.Background(), o, Sink{&records, new(bytes.Buffer)})
	if err != work.ErrDrained {
		t.Fatalf("have %v, want a drained run", err)
	}
	if got := strings.Count(records.String(), "\n"); got != summary.Accepted || got == 0 {
		t.Errorf("%d records written, %d counted", got, summary.Accepted)
	}
}

// Without composition every record is one look-up or action, from the scenarios of
// its siblings.
func TestWithoutComposition(t *testing.T) {
	o := options(t, 60)
	whole, _, _ := run(t, o)
	o.Without = map[Ablation]bool{WithoutComposition: true}
	atomic, _, _ := run(t, o)
	scenarios := map[int]string{}
	for _, record := range decode(t, whole) {
		scenarios[record.Meta.Index] = record.Meta.Scenario
	}
	paired := 0
	for _, record := range decode(t, atomic) {
		if len(record.Plan.Nodes) != 1 || record.Plan.Heuristic != "" {
			t.Errorf("%s: a %s of %d calls", record.ID, record.Kind, len(record.Plan.Nodes))
		}
		if scenario, both := scenarios[record.Meta.Index]; both {
			paired++
			if scenario != record.Meta.Scenario {
				t.Errorf("candidate %d: scenarios %q and %q", record.Meta.Index, scenario, record.Meta.Scenario)
			}
		}
	}
	if paired < 10 {
		t.Errorf("only %d records pair", paired)
	}
	o.Without = map[Ablation]bool{WithoutBottomUp: true}
	if _, err := Run(context.Background(), o, Sink{new(bytes.Buffer), new(bytes.Buffer)}); err == nil {
		t.Error("an ablation without a meaning is run")
	}
}

// The golden conversation file is there to be read: a change of wording shows.
func TestGoldenConversations(t *testing.T) {
	records, _, _ := run(t, options(t, 30))
	var text strings.Builder
	for _, record := range decode(t, records) {
		fmt.Fprintf(&text, "== %s, %s, parallel %v\n", record.Kind, record.Meta.Register, record.ParallelToolCalls)
		for _, message := range record.Messages[1:] {
			switch {
			case message.Role == button.RoleUser:
				fmt.Fprintf(&text, "user: %s\n", message.Content)
			case len(message.ToolCalls) > 0:
				fmt.Fprintf(&text, "  (%s)\n", message.Reasoning)
				for _, call := range message.ToolCalls {
					fmt.Fprintf(&text, "  %s %s\n", call.Name, call.Arguments)
				}
			case message.Role == button.RoleAssistant:
				fmt.Fprintf(&text, "assistant: %s\n", message.Content)
			}
		}
	}
	path := filepath.Join("testdata", "conversations.golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text.String()); diff != "" {
		t.Errorf("conversations changed (-want +have); read them, then run with -update:\n%s", diff)
	}
}
