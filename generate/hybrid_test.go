package generate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
)

// parrot is a teacher that says the sketch again with a word in front. As a solver
// it remembers the plans of the constructed records with the same seeds. spoil, if
// set, changes what it says.
type parrot struct {
	records map[string]button.Record // by first request as worded by the worlds
	spoil   func(stage string, text string) string
}

const prefix = "Good day. "

func (p *parrot) respond(_ int, request llm.Request) (*llm.Reply, error) {
	format := request.ExtraBody["response_format"]
	if format == nil {
		return p.solve(request)
	}
	var asked struct {
		Schema struct{ Name string } `json:"json_schema"`
	}
	if err := json.Unmarshal(format, &asked); err != nil {
		return nil, err
	}
	_, block, _ := strings.Cut(request.Messages[1].Content, teach.MaterialOpen)
	block, _, _ = strings.Cut(block, teach.MaterialClose)
	var material RewordMaterial
	if err := json.Unmarshal([]byte(block), &material); err != nil {
		return nil, err
	}
	text := prefix + material.Sketch
	said := Reworded{Text: text, Spans: []SaidFact{}}
	for _, fact := range material.Facts {
		said.Spans = append(said.Spans, SaidFact{Fact: fact.ID, Quote: fact.Ways[0]})
	}
	var reply any
	switch asked.Schema.Name {
	case PromptRequest:
		reply = map[string]any{"variants": []Reworded{said}}
	case PromptThought:
		reply = map[string]any{"thought": "I see. " + material.Sketch}
	case PromptAnswer:
		reply = said
	}
	data, err := json.Marshal(reply)
	if err != nil {
		return nil, err
	}
	if p.spoil != nil {
		data = []byte(p.spoil(asked.Schema.Name, string(data)))
	}
	return llmtest.Text(string(data)), nil
}

// solve makes the next message with calls of the record that is being solved.
func (p *parrot) solve(request llm.Request) (*llm.Reply, error) {
	first := ""
	turns, steps := 0, 0
	for _, message := range request.Messages {
		switch message.Role {
		case button.RoleUser:
			if turns++; turns == 1 {
				first = strings.TrimPrefix(message.Content, prefix)
			}
			steps = 0
		case button.RoleAssistant:
			steps++
		}
	}
	record, known := p.records[first]
	if !known {
		return llmtest.Text("I do not know"), nil
	}
	for at, turn := 0, 0; at < len(record.Messages); at++ {
		message := record.Messages[at]
		switch {
		case message.Role == button.RoleUser:
			turn++
		case message.Role == button.RoleAssistant && turn == turns:
			if steps > 0 {
				steps--
				continue
			}
			var calls []llm.RawCall
			for _, call := range message.ToolCalls {
				calls = append(calls, llm.RawCall{ID: call.ID, Name: call.Name, Arguments: string(call.Arguments)})
			}
			if calls == nil {
				return llmtest.Text("done"), nil
			}
			return llmtest.Calls(calls...), nil
		}
	}
	return llmtest.Text("done"), nil
}

// hybridOptions are those of a hybrid run whose teacher is a parrot.
func hybridOptions(t testing.TB, count int, spoil func(stage, text string) string) (Options, *llmtest.Scripted) {
	t.Helper()
	o := options(t, count)
	constructed := o
	constructed.Count = 2 * count
	lines, _, _ := run(t, constructed)
	bird := &parrot{records: map[string]button.Record{}, spoil: spoil}
	for _, record := range decode(t, lines) {
		bird.records[firstRequest(&record)] = record
	}
	prompts, err := teach.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	client := &llmtest.Scripted{Respond: bird.respond}
	o.Mode, o.Solvers = button.ModeHybrid, 1
	o.Teacher = teach.New(teach.Options{Client: client, Model: "parrot"}, prompts)
	return o, client
}

func TestHybrid(t *testing.T) {
	o, client := hybridOptions(t, 20, nil)
	lines, _, summary := run(t, o)
	records := decode(t, lines)
	if len(records) != 20 || len(client.Requests()) == 0 {
		t.Fatalf("%d records, %d requests", len(records), len(client.Requests()))
	}
	for _, record := range records {
		if record.Mode != button.ModeHybrid || record.Meta.Teacher != "parrot" || record.Checks[CheckResolve] != "pass" {
			t.Errorf("%s: mode %s, teacher %q, checks %v", record.ID, record.Mode, record.Meta.Teacher, record.Checks)
		}
		for _, message := range record.Messages {
			if message.Role == button.RoleUser && !strings.HasPrefix(message.Content, prefix) || message.Reasoning != "" && !strings.HasPrefix(message.Reasoning, "I see. ") {
				t.Errorf("%s: not the teacher's words: %q %q", record.ID, message.Content, message.Reasoning)
			}
		}
	}
	if o := summary.Asked.Stages[PromptRequest]; o == nil || o.Requests < 20 {
		t.Errorf("asked: %+v", summary.Asked.Stages)
	}
	// An honest teacher loses nothing that the worlds' own words would not lose.
	_, _, own := run(t, options(t, 20))
	if summary.Candidates > own.Candidates {
		t.Errorf("%d candidates for 20 records, %d in constructed mode: %v", summary.Candidates, own.Candidates, summary.Rejected)
	}
}

func TestHybridSameBytesAtAnyConcurrency(t *testing.T) {
	o, _ := hybridOptions(t, 12, nil)
	o.Workers = 1
	records, rejects, _ := run(t, o)
	o, _ = hybridOptions(t, 12, nil)
	o.Workers = 6
	gotRecords, gotRejects, _ := run(t, o)
	if diff := cmp.Diff(records, gotRecords); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(rejects, gotRejects); diff != "" {
		t.Error(diff)
	}
}

// No text is written by somebody who has seen a later result.
func TestHybridSeesNoLaterResult(t *testing.T) {
	o, client := hybridOptions(t, 12, nil)
	lines, _, _ := run(t, o)
	results := map[string][]string{} // first request -> results in order
	for _, record := range decode(t, lines) {
		for _, message := range record.Messages {
			if message.Role == button.RoleTool {
				key := firstRequest(&record)
				results[key] = append(results[key], message.Content)
			}
		}
	}
	checked := 0
	for _, request := range client.Requests() {
		if request.ExtraBody["response_format"] == nil {
			continue
		}
		_, block, _ := strings.Cut(request.Messages[1].Content, teach.MaterialOpen)
		block, _, _ = strings.Cut(block, teach.MaterialClose)
		var material struct {
			Dialogue []Utterance
			Calls    []ComingCall
			Facts    []SayFact
		}
		if err := json.Unmarshal([]byte(block), &material); err != nil {
			t.Fatal(err)
		}
		if material.Calls == nil {
			continue
		}
		first, seen := "", 0
		for _, said := range material.Dialogue {
			switch said.From {
			case button.RoleUser:
				if first == "" {
					first = said.Text
				}
			case button.RoleTool:
				seen++
			}
		}
		later := results[first]
		if len(later) == 0 {
			continue // of a rejected candidate
		}
		for _, result := range later[seen:] {
			if slices.ContainsFunc(material.Dialogue, func(said Utterance) bool { return said.Text == result }) && !slices.Contains(later[:seen], result) {
				t.Errorf("the thought before result %s has seen it", result)
			}
			checked++
		}
	}
	if checked < 8 {
		t.Errorf("only %d results were looked for", checked)
	}
}

// Whatever a teacher does wrong is refused by name, and never accepted.
func TestHybridRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(stage, text string) string
		rule  string
	}{
		"a fact is not quoted": {func(stage, text string) string {
			return onlyAt(stage, PromptRequest, text, func(said *Reworded) { said.Spans = said.Spans[1:] })
		}, PromptRequest + ".fact_missing"},
		"a quote that is not there": {func(stage, text string) string {
			return onlyAt(stage, PromptRequest, text, func(said *Reworded) { said.Spans[0].Quote = "a pink elephant" })
		}, PromptRequest + ".quote_not_in_text"},
		"a value too many": {func(stage, text string) string {
			return onlyAt(stage, PromptRequest, text, func(said *Reworded) { said.Text += " My number is 0113 496 0313." })
		}, PromptRequest + ".extra_value"},
		"much too long": {func(stage, text string) string {
			return onlyAt(stage, PromptRequest, text, func(said *Reworded) { said.Text += strings.Repeat(" please", 80) })
		}, PromptRequest + ".too_long"},
		"an invented number in the answer": {func(stage, text string) string {
			return onlyAt(stage, PromptAnswer, text, func(said *Reworded) { said.Text += " That makes 4711 in all." })
		}, PromptAnswer + ".extra_value"},
		"a thought that knows too much": {func(stage, text string) string {
			if stage == PromptThought {
				return `{"thought":"The result will be 4711, so I look at AB12345."}`
			}
			return text
		}, PromptThought + ".thoughts.unknown"},
		"prose around": {func(stage, text string) string {
			if stage == PromptRequest {
				return "Sure! " + text
			}
			return text
		}, PromptRequest + "." + teach.RuleProse},
		"no answer is ever given by the solver": {nil, StageSolve + ".disagrees"},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := hybridOptions(t, 5, test.spoil)
			if test.spoil == nil {
				o.Teacher = teach.New(teach.Options{Client: &llmtest.Scripted{Respond: (&parrot{}).respond}, Model: "parrot"}, embedded(t))
			}
			const candidates = 20
			rejected, toTheTeacher := map[string]int{}, 0
			stages := o.pipeline(newVerifier(&o))
			for index := range candidates {
				r, err := produce(t.Context(), &o, stages, index)
				if err != nil {
					t.Fatal(err)
				}
				if r.reject == nil {
					t.Fatalf("candidate %d was accepted: %s", index, r.line)
				}
				if len(r.candidate.Ledger.Stages) > 0 { // it got as far as the teacher
					toTheTeacher++
					rejected[r.reject.Rule]++
				}
			}
			if toTheTeacher < 3 || rejected[test.rule] != toTheTeacher {
				t.Errorf("want %s for all %d, have %v", test.rule, toTheTeacher, rejected)
			}
		})
	}
}

func embedded(t testing.TB) *teach.Prompts {
	t.Helper()
	prompts, err := teach.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return prompts
}

// onlyAt changes the reworded text of one stage.
func onlyAt(at, stage, text string, change func(*Reworded)) string {
	if at != stage {
		return text
	}
	var said struct {
		Variants []Reworded `json:"variants,omitempty"`
		*Reworded
	}
	if stage == PromptAnswer {
		said.Reworded = &Reworded{}
	}
	if err := json.Unmarshal([]byte(text), &said); err != nil {
		panic(fmt.Sprint(err, text))
	}
	if said.Reworded != nil {
		change(said.Reworded)
	}
	for i := range said.Variants {
		change(&said.Variants[i])
	}
	data, err := json.Marshal(said)
	if err != nil {
		panic(err)
	}
	return string(data)
}
