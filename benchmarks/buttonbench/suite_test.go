package buttonbench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/generate"
	"github.com/buttonbench/button/internal/llm/openai"
	"github.com/buttonbench/button/internal/players"
	"github.com/buttonbench/button/internal/world"
)

// bench40 is 40 records of the held-out worlds, generated once for all tests, and
// the suite that is made of them.
var bench40 = sync.OnceValues(func() (*fixture, error) { return newFixture(40, 1) })

type fixture struct {
	records []button.Record
	worlds  []*world.World
	suite   *benchmarks.Suite
}

func newFixture(count int, parallel float64) (*fixture, error) {
	f := &fixture{}
	var kits []*generate.WorldKit
	for _, name := range []string{"helpdesk", "rail", "restaurant"} {
		w, err := world.Load(worldsFS, name)
		if err != nil {
			return nil, err
		}
		f.worlds = append(f.worlds, w)
		if w.Use != "heldout" {
			continue // its functions are on nobody's list
		}
		kit, err := generate.NewWorldKit(w)
		if err != nil {
			return nil, err
		}
		kits = append(kits, kit)
	}
	var lines bytes.Buffer
	_, err := generate.Run(noStop, generate.Options{Mode: button.ModeConstructed, Count: count, Seed: 11, Worlds: kits, ParallelShare: parallel, ToolVersion: "test", Workers: 2},
		generate.Sink{Records: &lines, Rejects: new(bytes.Buffer)})
	if err != nil {
		return nil, err
	}
	for _, line := range bytes.Split(bytes.TrimSpace(lines.Bytes()), []byte("\n")) {
		var record button.Record
		if err := json.Unmarshal(line, &record); err != nil {
			return nil, err
		}
		f.records = append(f.records, record)
	}
	f.suite, err = New("test", f.records, f.worlds)
	return f, err
}

func fixed(t testing.TB) *fixture {
	t.Helper()
	f, err := bench40()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// play lets a player of the embedded ones do the tasks, over HTTP.
func play(t testing.TB, suite *benchmarks.Suite, player string) map[string]eval.Row {
	t.Helper()
	server, err := players.Listen(t.Context(), "127.0.0.1:0", players.New(players.Options{Guides: []players.Guide{suite.Guide}, Seed: 5}))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client, err := openai.New(openai.Options{BaseURL: server.BaseURL()})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var attempts []eval.Attempt
	for _, task := range suite.Tasks {
		attempts = append(attempts, eval.Attempt{Task: task})
	}
	var lock sync.Mutex
	rows := map[string]eval.Row{}
	driver := &eval.Driver{Client: client, Model: player, Label: player, Suite: suite.Name, SuiteVersion: suite.Version, ScorerVersion: suite.ScorerVersion, Concurrency: 4,
		Emit: func(row eval.Row) error {
			lock.Lock()
			defer lock.Unlock()
			rows[row.Task] = row
			return nil
		}}
	if err := driver.Run(t.Context(), attempts); err != nil {
		t.Fatal(err)
	}
	return rows
}

func total(rows map[string]eval.Row, score string) (sum, of float64) {
	for _, row := range rows {
		sum, of = sum+row.Scores[score].Num, of+row.Scores[score].Den
	}
	return sum, of
}

func share(t testing.TB, rows map[string]eval.Row, score string, want float64) {
	t.Helper()
	if sum, of := total(rows, score); of == 0 || sum/of != want {
		t.Errorf("%s is %v of %v, want %v", score, sum, of, want)
	}
}

func TestOracleSucceedsAtEverything(t *testing.T) {
	rows := play(t, fixed(t).suite, players.Oracle)
	for _, score := range []string{"success", "progress", "function_f1", "final_state", "answer", "argument_accuracy", "schema_validity", "parallel_use"} {
		share(t, rows, score, 1)
	}
	share(t, rows, "extra_calls", 0)
	turns, _ := total(rows, "turns")
	depth, _ := total(rows, "depth")
	if turns != depth {
		t.Errorf("%v turns for a depth of %v", turns, depth)
	}
	for id, row := range rows {
		if row.Outcome != eval.OutcomePass || len(row.Faults) > 0 {
			t.Errorf("%s: %s, %v", id, row.Outcome, row.Faults)
		}
		for _, call := range row.Calls {
			if call.Node == "" || call.Result == "" {
				t.Errorf("%s: %+v stands for no node", id, call)
			}
		}
	}
}

func TestSerialSucceedsInMoreTurns(t *testing.T) {
	f := fixed(t)
	oracle, serial := play(t, f.suite, players.Oracle), play(t, f.suite, players.Serial)
	share(t, serial, "success", 1)
	share(t, serial, "progress", 1)
	wide := 0
	for i := range f.records {
		record := &f.records[i]
		one, other := oracle[record.ID].Scores["turns"].Num, serial[record.ID].Scores["turns"].Num
		if other != float64(len(record.Plan.Nodes)) || record.Plan.Width() > 1 != (other > one) {
			t.Errorf("%s of width %d: %v turns, serially %v", record.ID, record.Plan.Width(), one, other)
		}
		if record.Plan.Width() > 1 {
			wide++
			if have := serial[record.ID].Scores["parallel_use"]; have.Num != 0 {
				t.Errorf("%s: parallel use %v", record.ID, have)
			}
		}
	}
	if wide < 5 {
		t.Errorf("only %d of the plans have a width over 1", wide)
	}
}

func TestSilentSucceedsAtNothing(t *testing.T) {
	rows := play(t, fixed(t).suite, players.Silent)
	share(t, rows, "success", 0)
	share(t, rows, "progress", 0)
	for id, row := range rows {
		if row.Outcome != eval.OutcomeFail || len(row.Faults) == 0 {
			t.Errorf("%s: %s, %v", id, row.Outcome, row.Faults)
		}
	}
}

// Every fault that a noisy player makes is found, and named in its row. Where no
// fault of a kind is possible, the player plays as the oracle does.
func TestNoisyFaultsAreNamed(t *testing.T) {
	f := fixed(t)
	names := map[string][]string{
		"wrong_value": {eval.FaultWrongValue}, "wrong_function": {eval.FaultWrongFunction}, "missing_call": {eval.FaultMissingCall},
		"extra_call": {eval.FaultExtraCall}, "invalid_type": {eval.FaultInvalidType}, "malformed_json": {eval.FaultMalformed},
	}
	oracle := play(t, f.suite, players.Oracle)
	for kind, wanted := range names {
		t.Run(kind, func(t *testing.T) {
			made, named, passed := 0, 0, 0
			for id, row := range play(t, f.suite, players.Noisy+":"+kind) {
				if row.Outcome == eval.OutcomePass {
					passed++
				}
				if callsOf(row) == callsOf(oracle[id]) {
					if len(row.Faults) > 0 {
						t.Errorf("%s: nothing was changed, yet %v", id, row.Faults)
					}
					continue
				}
				made++
				if slices.ContainsFunc(row.Faults, func(fault eval.Fault) bool { return slices.Contains(wanted, fault.Kind) }) {
					named++
				} else {
					t.Errorf("%s, %s: %v\nplayed %s\noracle %s", id, row.Outcome, row.Faults, callsOf(row), callsOf(oracle[id]))
				}
			}
			t.Logf("%s: made %d, named %d, passed all the same %d", kind, made, named, passed)
			if made < len(f.records)/4 { // the player knows few names that only read
				t.Errorf("only %d of %d tasks show the fault", made, len(f.records))
			}
		})
	}
}

func callsOf(row eval.Row) string {
	var out strings.Builder
	for _, call := range row.Calls {
		fmt.Fprintf(&out, "%d %s%s; ", call.Turn, call.Name, call.Arguments)
	}
	return out.String()
}
