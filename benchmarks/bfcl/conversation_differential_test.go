package bfcl

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/python"
)

var evaluator = flag.String("evaluator", "", "with -python, compare conversations with the official evaluator, whose package bfcl_eval is in this folder")

// TestConversationDifferential compares verdicts and result texts with those of the
// official evaluator, on the ground truths with changes and calls of any kind:
//
//	go test ./benchmarks/bfcl -run ConversationDifferential -python python3 -evaluator DIR -inputs 5000
//
// Texts may differ where a value of bytes or a complex number is given to what
// expects none, and where mathematics is asked for thousands of digits.
func TestConversationDifferential(t *testing.T) {
	if *interpreter == "" || *evaluator == "" {
		t.Skip("no official evaluator to compare with was given: -python python3 -evaluator DIR")
	}
	data := officialData(t)
	judge := NewConversationJudge(data, verdictDay)
	var entries []*Entry
	for _, category := range InGroup(GroupMultiTurn) {
		more, err := data.Entries(category.Name)
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, more...)
	}
	calls := newCallMaker(t, data, entries)
	process := exec.CommandContext(t.Context(), *interpreter, "testdata/evaluate.py", *evaluator)
	in, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(out)
	late, texts, different := 0, 0, 0
	for i := range *inputs {
		entry := entries[calls.random.IntN(len(entries))]
		c := Conversation{Entry: entry, Model: fmt.Sprint("m", i), Steps: calls.conversation(entry)}
		truth, err := entry.ExpectedCalls()
		if err != nil {
			t.Fatal(err)
		}
		line, err := json.Marshal(map[string]any{"entry": json.RawMessage(entry.question.text), "truth": truth, "model": c.Model, "calls": c.Steps})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := in.Write(append(line, '\n')); err != nil {
			t.Fatal(err)
		}
		answer, err := answers.ReadBytes('\n')
		if err != nil {
			t.Fatal(err)
		}
		var official struct {
			Late, Valid bool
			ErrorType   string `json:"error_type"`
			Results     [][][]string
		}
		if err := json.Unmarshal(answer, &official); err != nil {
			t.Fatal(err)
		}
		if official.Late {
			late++
			continue
		}
		v, results, err := judge.JudgeWithResults(c)
		if err != nil {
			t.Fatal(err)
		}
		if v.Valid != official.Valid || v.ErrorType != official.ErrorType {
			t.Errorf("%s: have %+v, want %v %s\n%q", entry.ID, v, official.Valid, official.ErrorType, c.Steps)
		}
		for turn := range results {
			for step := range results[turn] {
				for n, have := range results[turn][step] {
					texts++
					if want := official.Results[turn][step][n]; have != want {
						if different++; different <= 20 {
							t.Logf("%s: %s\nhave %.300s\nwant %.300s", entry.ID, c.Steps[turn][step][n], have, want)
						}
					}
				}
			}
		}
	}
	t.Logf("%d of %d conversations late, %d of %d texts different", late, *inputs, different, texts)
}

// callMaker makes conversations.
type callMaker struct {
	random    *rand.Rand
	documents map[string][]*python.Dict // by class
	values    map[string][]string       // texts of arguments, by parameter; all of them under ""
}

// oddValues are argument texts that no answer has.
const oddValues = `None|True|False|0|-1|2.5|100|12345|1e400|-0.0|2**70|''|'5'|' 7 '|'nan'|[]|{}|()|[1]|['AAPL', 'X', 5]|{'a': 1}|('a',)|{1}|...|` +
	`'2024-01-32'|'2024-1-5'|['2024', '11']|'é (x'|'SFO'|'LAX'|'economy'|'USD'|'RMB'|'driver'|['driver', 'boot']|1.0|'60'|0.5|'fahrenheit'|'a'*3|[True, 1.5]`

func newCallMaker(t *testing.T, data *Data, entries []*Entry) *callMaker {
	m := &callMaker{random: rand.New(rand.NewPCG(*inputSeed, 0)), documents: map[string][]*python.Dict{}, values: map[string][]string{}}
	for _, entry := range entries {
		classes, err := entry.InvolvedClasses()
		if err != nil {
			t.Fatal(err)
		}
		for _, class := range classes {
			if m.documents[class], err = data.ClassDocuments(class); err != nil {
				t.Fatal(err)
			}
		}
		truth, err := entry.ExpectedCalls()
		if err != nil {
			t.Fatal(err)
		}
		for _, calls := range truth {
			for _, call := range calls {
				expression, err := python.ParseExpression(call)
				if err != nil {
					t.Fatal(err)
				}
				for _, a := range expression.Arguments {
					text := call[a.Value.Start:a.Value.End]
					m.values[a.Name], m.values[""] = append(m.values[a.Name], text), append(m.values[""], text)
				}
			}
		}
	}
	return m
}

func (m *callMaker) chance(share float64) bool { return m.random.Float64() < share }

func pick[Item any](random *rand.Rand, items []Item) Item { return items[random.IntN(len(items))] }

// conversation changes an entry's answer: calls are left out, get other arguments,
// and others stand between them.
func (m *callMaker) conversation(entry *Entry) [][][]string {
	truth, _ := entry.ExpectedCalls() // read before
	turns := make([][][]string, len(truth))
	for turn, calls := range truth {
		turns[turn] = [][]string{}
		for _, call := range calls {
			switch {
			case m.chance(0.05):
				continue
			case m.chance(0.15):
				call = m.changed(call)
			}
			turns[turn] = append(turns[turn], []string{call})
			if m.chance(0.2) {
				turns[turn] = append(turns[turn], []string{m.call(entry, 0), m.call(entry, 0)})
			}
		}
		if m.chance(0.2) {
			turns[turn] = append(turns[turn], []string{m.call(entry, 0)})
		}
	}
	return turns
}

// changed is a call with another value for one of its arguments.
func (m *callMaker) changed(call string) string {
	expression, err := python.ParseExpression(call)
	if err != nil || len(expression.Arguments) == 0 {
		return call
	}
	a := pick(m.random, expression.Arguments)
	return call[:a.Value.Start] + m.value(a.Name) + call[a.Value.End:]
}

func (m *callMaker) value(parameter string) string {
	switch known := m.values[parameter]; {
	case m.chance(0.45) && len(known) > 0:
		return pick(m.random, known)
	case m.chance(0.3):
		return pick(m.random, m.values[""])
	}
	return pick(m.random, strings.Split(oddValues, "|"))
}

// call is a call of any function, now and then one inside another.
func (m *callMaker) call(entry *Entry, depth int) string {
	classes, _ := entry.InvolvedClasses() // read before
	document := pick(m.random, m.documents[pick(m.random, classes)])
	properties := member(member(document, "parameters").(*python.Dict), "properties").(*python.Dict)
	var arguments []string
	positional := m.chance(0.15)
	for i := range properties.Len() {
		key, _ := properties.At(i)
		name := key.(string)
		if m.chance(0.1) {
			continue
		}
		value := m.value(name)
		if depth == 0 && m.chance(0.04) {
			value = m.call(entry, 1)
		}
		if !positional {
			value = name + "=" + value
		}
		arguments = append(arguments, value)
	}
	return member(document, "name").(string) + "(" + strings.Join(arguments, ", ") + ")"
}
