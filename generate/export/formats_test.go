package export

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate"
	"github.com/buttonbench/button/generate/quality"
	"github.com/buttonbench/button/internal/world"
	"github.com/buttonbench/button/worlds"
)

// exporter settles a format with options; text needs a template.
func exporter(tb testing.TB, name string, o Options) *Exporter {
	tb.Helper()
	format, ok := Lookup(name)
	if !ok {
		tb.Fatalf("no format %q", name)
	}
	if name == "unsloth-text" && o.Template == "" {
		o.Template = "qwen3"
	}
	e, err := New(format, o)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// variants are all combinations of thoughts, serial calls and a loss that a format takes.
func variants(format Format) (out []Options) {
	for _, thought := range format.Thoughts {
		for _, serial := range []bool{false, true} {
			for _, loss := range []Loss{LossRecord, LossLast} {
				if loss == LossLast && format.Masks == MasksNone {
					continue
				}
				out = append(out, Options{Thought: thought, Serial: serial, Loss: loss})
			}
		}
	}
	return out
}

type corpus struct {
	records []*button.Record
	lines   []byte
	worlds  []*world.World
}

// generated is some constructed records of all worlds, and the simulated fixture.
var generated = sync.OnceValues(func() (*corpus, error) {
	c := &corpus{}
	var kits []*generate.WorldKit
	for _, name := range worlds.Names() {
		w, err := world.Load(worlds.FS, name)
		if err != nil {
			return nil, err
		}
		kit, err := generate.NewWorldKit(w)
		if err != nil {
			return nil, err
		}
		c.worlds, kits = append(c.worlds, w), append(kits, kit)
	}
	var records, rejects bytes.Buffer
	if _, err := generate.Run(context.Background(), generate.Options{Mode: button.ModeConstructed, Count: 24, Seed: 4, Worlds: kits, ParallelShare: 0.7, Workers: 2}, generate.Sink{Records: &records, Rejects: &rejects}); err != nil {
		return nil, err
	}
	simulated, err := os.ReadFile("../quality/testdata/simulated.jsonl")
	if err != nil {
		return nil, err
	}
	c.lines = append(records.Bytes(), simulated...)
	for _, line := range bytes.Split(bytes.TrimSpace(c.lines), []byte("\n")) {
		record := &button.Record{}
		if err := json.Unmarshal(line, record); err != nil {
			return nil, err
		}
		c.records = append(c.records, record)
	}
	return c, nil
})

func made4(tb testing.TB) *corpus {
	tb.Helper()
	c, err := generated()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// Every record that the generators make goes through every format in every way,
// but for xlam, which takes those with one turn of calls.
func TestRealRecordsFitAllFormats(t *testing.T) {
	for _, format := range Formats() {
		fitted := 0
		for _, o := range variants(format) {
			e := exporter(t, format.Name, o)
			records := made4(t).records
			if !reflect.DeepEqual(o, variants(format)[0]) {
				records = records[len(records)-5:] // of both modes
			}
			for _, record := range records {
				_, err := e.Encode(record)
				var unfit *Unfit
				if format.Name == "xlam" && errors.As(err, &unfit) {
					continue
				}
				if format.Name == "openai-dpo" && o.Loss == LossLast && errors.As(err, &unfit) {
					continue // the last message alone cannot always be damaged
				}
				if err != nil {
					t.Errorf("%s %+v: record %s: %v", format.Name, o, record.ID, err)
					break
				}
				fitted++
			}
		}
		if fitted == 0 {
			t.Errorf("%s: no record fits", format.Name)
		}
	}
}

func TestGoldenFormats(t *testing.T) {
	for _, format := range Formats() {
		if format.Name == "button" {
			continue // has golden files of its own
		}
		var out strings.Builder
		for _, o := range variants(format) {
			e := exporter(t, format.Name, o)
			record := harbour()
			if format.Name == "xlam" {
				record.Messages = append(record.Messages[:5:5], record.Messages[7])
			}
			fmt.Fprintf(&out, "== thought %s, loss %s, one call a turn: %t\n", o.Thought, e.Options.Loss, o.Serial)
			example, err := e.Encode(record)
			switch {
			case err != nil:
				fmt.Fprintf(&out, "error: %v\n", err)
			case format.Parquet:
				fmt.Fprintf(&out, "%+v\n", showRow(t, example.row))
			default:
				out.Write(indented(t, example.Line))
			}
		}
		golden(t, format.Name+".golden", out.String())
	}
}

func showRow(t *testing.T, row any) string {
	text, err := json.MarshalIndent(row, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func indented(t *testing.T, line []byte) []byte {
	var out bytes.Buffer
	if err := json.Indent(&out, line, "", " "); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	return append(out.Bytes(), '\n')
}

// Nothing of a record's making is in an example.
func TestMakingStaysOut(t *testing.T) {
	for _, format := range Formats() {
		e := exporter(t, format.Name, Options{})
		record := harbour()
		if format.Name == "xlam" {
			record.Messages = append(record.Messages[:5:5], record.Messages[7])
		}
		example, err := e.Encode(record)
		if err != nil {
			t.Errorf("%s: %v", format.Name, err)
			continue
		}
		text := string(example.Line) + fmt.Sprintf("%+v", example.row)
		for _, hidden := range []string{"secret_check", "99887766", "hidden note", "parallel_then_sequential"} {
			if strings.Contains(text, hidden) {
				t.Errorf("%s: %q is in the export", format.Name, hidden)
			}
		}
	}
}

// changes are records that differ from harbour's in one part, by the part's name.
func changes() map[string]func(r *button.Record) {
	extra := button.Members{{Name: "cache_control", Value: json.RawMessage(`{"a":1}`)}}
	no := false
	return map[string]func(r *button.Record){
		"id": func(r *button.Record) { r.ID = "other" },
		"call ids": func(r *button.Record) {
			r.Messages[2].ToolCalls[0].ID, r.Messages[3].ToolCallID = "zzzzzzzzz", "zzzzzzzzz"
		},
		"result names":        func(r *button.Record) { r.Messages[3].Name = "" },
		"parallel_tool_calls": func(r *button.Record) { r.ParallelToolCalls = false },
		"tool extras":         func(r *button.Record) { r.Tools[0].FunctionExtra = extra },
		"strict": func(r *button.Record) {
			r.Tools[0].FunctionExtra = button.Members{{Name: "strict", Value: json.RawMessage("true")}}
		},
		"foreign members":    func(r *button.Record) { r.Messages[1].Extra = extra },
		"loss masks":         func(r *button.Record) { r.Messages[2].Train = &no },
		"text beside calls":  func(r *button.Record) { r.Messages[2].Content = "One moment." },
		"spacing of results": func(r *button.Record) { r.Messages[3].Content = `{ "price": 31.50}` },
		"thoughts":           func(r *button.Record) { r.Messages[2].Reasoning = "Another thought." },
		"system message":     func(r *button.Record) { r.Messages[0].Content = "You work for the lighthouse." },
		"request":            func(r *button.Record) { r.Messages[1].Content += " Please." },
		"function": func(r *button.Record) {
			r.Messages[2].ToolCalls[0].Name = "book_berth"
			r.Messages[3].Name = "book_berth"
		},
		"argument":                          func(r *button.Record) { r.Messages[2].ToolCalls[1].Arguments = json.RawMessage(`{"berth":"B3"}`) },
		"number's text":                     func(r *button.Record) { r.Messages[2].ToolCalls[1].Arguments = json.RawMessage(`{"berth":2.0}`) },
		"order of arguments":                func(r *button.Record) { r.Messages[2].ToolCalls[1].Arguments = json.RawMessage(`{"a":1,"berth":"B2"}`) },
		"result":                            func(r *button.Record) { r.Messages[4].Content = `{"price":29}` },
		"answer":                            func(r *button.Record) { r.Messages[7].Content += "!" },
		"description":                       func(r *button.Record) { r.Tools[1].Description = "Other." },
		"schema":                            func(r *button.Record) { r.Tools[1].Parameters = json.RawMessage(`{"type":"object","properties":{}}`) },
		"behind":                            func(r *button.Record) { r.Messages[len(r.Messages)-1].Content += " Sorry." },
		"parallel_tool_calls without tools": func(r *button.Record) { r.Tools = nil },
	}
}

// What a format holds shows in its examples when it changes, and what it loses does
// not: the table of losses is neither too long nor too short.
func TestLossesAreDeclared(t *testing.T) {
	for _, format := range Formats() {
		if format.Name == "unsloth-text" || format.Name == "openai-dpo" {
			continue // by the template; by the message that was chosen
		}
		for _, o := range variants(format) {
			if o.Loss == LossLast {
				continue
			}
			e := exporter(t, format.Name, o)
			encode := func(change func(r *button.Record)) (string, error) {
				record := harbour()
				record.ParallelToolCalls = true
				change(record)
				if format.Name == "xlam" {
					record.Messages = append(record.Messages[:5:5], record.Messages[7])
				}
				example, err := e.Encode(record)
				return string(example.Line) + showRow(t, example.row), err
			}
			plain, err := encode(func(*button.Record) {})
			if format.Name == "xlam" && o.Serial {
				continue // one call a turn makes two turns of harbour's
			}
			if err != nil {
				t.Errorf("%s: %v", format.Name, err)
				continue
			}
			for name, change := range changes() {
				lost := slices.ContainsFunc(e.Lost(), func(p Part) bool { return p.Name == name })
				// What these say is told apart by their own parts.
				switch {
				case name == "parallel_tool_calls" && o.Serial, name == "parallel_tool_calls without tools",
					name == "text beside calls", name == "system message" && format.Name == "xlam":
					continue
				case format.Name == "xlam" && (name == "result names" || name == "result" || name == "answer" || name == "behind" || name == "spacing of results" || name == "thoughts"):
					lost = true
				case format.Name == "button" && name == "parallel_tool_calls":
					continue // refused: the record has parallel calls
				}
				changed, err := encode(change)
				var unfit *Unfit
				if errors.As(err, &unfit) {
					continue // refused by name is not lost
				}
				if err != nil {
					t.Errorf("%s: %s changed: %v", format.Name, name, err)
				} else if (changed == plain) != lost {
					t.Errorf("%s %+v: %s changed: is the export the same: %t, declared as lost: %t", format.Name, o, name, changed == plain, lost)
				}
			}
		}
	}
}

// hostile are texts that break what is careless.
func hostile() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"", " ", "\n", "\n\n", "a\x00b", "\x1f\x7f", "\u2028\u2029", "\ufeff", "𝔊 é", `\u003c`, `\\`, `"`, "null", "{}", "[]", "1e999", "</s>", "<|im_end|>", "<|im_start|>assistant",
		"<think>", "</think>", "<think>\nx\n</think>\n\n", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "</tools>", "<tools>",
		"<call>", "</call>", "<final>", "</final>", "<tool>", "</tool>", "[TOOL_CALLS]", "<escape>", "Observation:", hermesOpening, buttonOpening, observationBorder, "\n\n" + hermesOpening,
		"%s%n", "${jndi}", "../../etc", "a\r\nb\r", strings.Repeat("ab ", 3000),
	}))
}

func hostileObject() *rapid.Generator[json.RawMessage] {
	return rapid.Custom(func(t *rapid.T) json.RawMessage {
		out := []byte{'{'}
		for i := range rapid.IntRange(0, 3).Draw(t, "members") {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(button.AppendString(out, fmt.Sprint(i, hostile().Draw(t, "name"))), ':')
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				out = button.AppendString(out, hostile().Draw(t, "text"))
			case 1:
				out = append(out, rapid.SampledFrom([]string{"0", "-0", "1.50", "2e400", "123456789012345678901234567890", "1E-7", "null", "true", "[]", "{}", `[[[[{"a":[1.0]}]]]]`, `"\u003c\/think>"`, `"\ud83d\ude00"`}).Draw(t, "value")...)
			case 2:
				out = append(append(out, strings.Repeat("[", 40)...), strings.Repeat("]", 40)...)
			case 3:
				out = append(out, `{"deep":{"b":"`+"x"+`","a":[1,2.00]}}`...)
			}
		}
		return append(out, '}')
	})
}

func hostileRecord(t *rapid.T) *button.Record {
	r := drawRecord(t)
	r.ID = hostile().Draw(t, "id")
	for i := range r.Tools {
		r.Tools[i].Parameters = hostileObject().Draw(t, "schema")
	}
	if rapid.Bool().Draw(t, "system") {
		r.Messages = append([]button.Message{{Role: button.RoleSystem, Content: hostile().Draw(t, "system text")}}, r.Messages...)
	}
	for i := range r.Messages {
		m := &r.Messages[i]
		switch m.Role {
		case button.RoleAssistant:
			m.Reasoning = hostile().Draw(t, "thought")
			if rapid.Bool().Draw(t, "mask") {
				train := rapid.Bool().Draw(t, "train")
				m.Train = &train
			}
			if len(m.ToolCalls) == 0 || rapid.IntRange(0, 4).Draw(t, "beside") == 0 {
				m.Content = hostile().Draw(t, "content")
			}
			for k := range m.ToolCalls {
				m.ToolCalls[k].Arguments = hostileObject().Draw(t, "arguments")
			}
		default:
			m.Content = hostile().Draw(t, "content")
		}
	}
	return r
}

// Whatever a record says, a format holds it, less what it declares, or refuses it:
// it never writes something else.
func TestHostileRecords(t *testing.T) {
	for _, format := range Formats() {
		t.Run(format.Name, func(t *testing.T) {
			options := variants(format)
			rapid.Check(t, func(t *rapid.T) {
				o := options[rapid.IntRange(0, len(options)-1).Draw(t, "variant")]
				if format.Name == "unsloth-text" {
					o.Template = rapid.SampledFrom([]string{"qwen2.5", "qwen3", "hermes", "llama3.1", "mistral-v3", "glm-4.5"}).Draw(t, "template")
				}
				e, err := New(format, o)
				if err != nil {
					t.Fatal(err)
				}
				example, err := e.Encode(hostileRecord(t))
				var unfit *Unfit
				if err != nil && !errors.As(err, &unfit) {
					t.Fatal(err)
				}
				if err == nil && bytes.ContainsAny(example.Line, "\n\r") {
					t.Fatalf("not one line: %q", example.Line)
				}
			})
		})
	}
}

// Each kind of damage comes up, and the verifier refuses the damaged record by a
// rule: the rejected message is wrong, not only different.
func TestDamagedMessagesAreWrong(t *testing.T) {
	c := made4(t)
	verifier := quality.NewVerifier(c.worlds)
	for _, kind := range DamageKinds() {
		e := exporter(t, "openai-dpo", Options{Damages: []string{kind.Name}})
		seen := 0
		for _, record := range c.records {
			shaped, err := e.shape(record)
			if err != nil {
				t.Fatal(err)
			}
			damage, err := e.damage(shaped)
			if err != nil {
				continue
			}
			seen++
			if damage.Kind != kind.Name || damage.Rule != kind.Rule || damage.Change == "" {
				t.Errorf("%s: %+v", kind.Name, damage)
			}
			changed := *record
			changed.Messages = slices.Clone(record.Messages)
			changed.Messages[damage.Message] = damage.rejected
			violations, err := verifier.Verify(&changed)
			if err != nil {
				t.Fatal(err)
			}
			if len(violations) == 0 {
				t.Errorf("%s: record %s, message %d: %s: no rule is broken", kind.Name, record.ID, damage.Message, damage.Change)
			}
		}
		if seen == 0 {
			t.Errorf("no record can be damaged by %s", kind.Name)
		}
	}
}

// The switch to one call a turn keeps calls, results and their order, and no turn
// of a serial export has two calls.
func TestSerial(t *testing.T) {
	for _, record := range append(made4(t).records, harbour()) {
		shaped := cloned(record)
		serialise(shaped)
		if problems := shaped.Validate(); len(problems) > 0 {
			t.Fatalf("record %s: %v", record.ID, problems)
		}
		order := func(r *button.Record) (out []string) {
			for _, m := range r.Messages {
				for _, call := range m.ToolCalls {
					out = append(out, call.ID)
				}
			}
			return out
		}
		if !slices.Equal(order(record), order(shaped)) {
			t.Errorf("record %s: calls %v became %v", record.ID, order(record), order(shaped))
		}
	}
}

func TestOptionsAreRefused(t *testing.T) {
	for _, test := range []struct {
		format string
		o      Options
		want   string
	}{
		{"openai", Options{Thought: ThoughtField}, `openai has no place for thoughts called "reasoning_content"; it has: none, text, inline`},
		{"llamafactory", Options{Thought: ThoughtText}, "no place for thoughts"},
		{"hermes", Options{Loss: LossLast}, `hermes cannot say that the loss counts "last" alone`},
		{"trl", Options{Loss: LossCalls}, `trl cannot say`},
		{"trl", Options{Loss: "some"}, `there is no loss "some"`},
		{"trl", Options{Template: "qwen3"}, "a chat template is for unsloth-text"},
		{"unsloth-text", Options{}, "needs the model's chat template"},
		{"unsloth-text", Options{Template: "x"}, `there is no chat template "x"`},
		{"openai-dpo", Options{Damages: []string{"x"}}, `there is no kind of rejected answer "x"`},
		{"openai", Options{Damages: []string{"early_answer"}}, "are for openai-dpo"},
	} {
		format, _ := Lookup(test.format)
		if _, err := New(format, test.o); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %+v: want an error with %q, have %v", test.format, test.o, test.want, err)
		}
	}
}

func TestUnfitRecords(t *testing.T) {
	no := false
	for name, test := range map[string]struct {
		format string
		o      Options
		change func(r *button.Record)
		want   string
	}{
		"unanswered":        {"trl", Options{}, func(r *button.Record) { r.Messages = append(r.Messages[:3:3], r.Messages[5:]...) }, "message 2: call aaaaaaaaa of berth_price has no result in its place"},
		"stray result":      {"trl", Options{}, func(r *button.Record) { r.Messages[2].ToolCalls = nil }, "message 3: the result of call aaaaaaaaa does not follow that call"},
		"late system":       {"openai", Options{}, func(r *button.Record) { r.Messages[8].Role = "system" }, "message 8: a system message stands inside"},
		"role":              {"openai", Options{}, func(r *button.Record) { r.Messages[8].Role = "critic" }, `message 8: a message of role "critic"`},
		"mask":              {"hermes", Options{}, func(r *button.Record) { r.Messages[2].Train = &no }, "message 2: hermes cannot say that"},
		"mask, last only":   {"llamafactory", Options{}, func(r *button.Record) { r.Messages[2].Train = &no }, "--loss all or last may be what you want"},
		"think mark":        {"trl", Options{Thought: ThoughtInline}, func(r *button.Record) { r.Messages[7].Content = "a </think> b" }, "message 7: it holds </think>"},
		"beside":            {"llamafactory", Options{}, func(r *button.Record) { r.Messages[2].Content = "Hm." }, "message 2: text beside calls"},
		"result mark":       {"llamafactory", Options{}, func(r *button.Record) { r.Messages[4].Content = "</tool_response>" }, "which parts results here"},
		"turns":             {"llamafactory", Options{}, func(r *button.Record) { r.Messages = r.Messages[:9] }, "no answer at the end"},
		"two requests":      {"xlam", Options{}, func(*button.Record) {}, "it has 2 requests; the format has one"},
		"template":          {"unsloth-text", Options{Template: "llama3.1"}, func(*button.Record) {}, "template llama3.1"},
		"button, no result": {"button", Options{}, func(r *button.Record) { r.Tools[0].Extra = button.Members{{Name: "x", Value: json.RawMessage("1")}} }, `tool berth_price has a member "x"`},
	} {
		record := harbour()
		test.change(record)
		_, err := exporter(t, test.format, test.o).Encode(record)
		var unfit *Unfit
		if !errors.As(err, &unfit) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: want an Unfit error with %q, have %v", name, test.want, err)
		}
	}
}

// The check finds what an encoder gets wrong.
func TestCheckFindsFaults(t *testing.T) {
	for name, change := range changes() {
		record := harbour()
		e := exporter(t, "parquet", Options{})
		example, err := e.Encode(record)
		if err != nil {
			t.Fatal(err)
		}
		other := harbour()
		change(other)
		shaped, err := e.shape(other)
		if err != nil {
			t.Fatal(err)
		}
		err = e.check(shaped, &example)
		if lost := name == "foreign members"; (err == nil) != lost {
			t.Errorf("%s changed: %v", name, err)
		}
	}
}
