package gta

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
)

// answer is some reply, different from step to step.
func answer(one item, n int, protocol string) *llm.Reply {
	if n%2 == 0 || len(one.tools) == 0 {
		return &llm.Reply{Content: "Final Answer: yes"}
	}
	if protocol == ReAct {
		return &llm.Reply{Content: "Action: " + one.tools[0].Name + "\nAction Input: {\"x\": 1e999}"}
	}
	return &llm.Reply{Calls: []llm.RawCall{{Name: one.tools[0].Name, Arguments: `{"x": 1e999}`}}}
}

func call(name, arguments string) *llm.Reply {
	return &llm.Reply{Calls: []llm.RawCall{{Name: name, Arguments: arguments}}}
}

func words(text string) *llm.Reply { return &llm.Reply{Content: text} }

// judge plays replies, one a step.
func judge(t *testing.T, one *item, replies ...*llm.Reply) eval.Verdict {
	t.Helper()
	episode := (&task{item: one, protocol: Native}).Start()
	for _, reply := range replies {
		if _, more := episode.Next(); !more {
			t.Fatal("more replies than steps")
		}
		episode.Observe(reply)
	}
	if _, more := episode.Next(); more {
		t.Fatal("fewer replies than steps")
	}
	return episode.Verdict()
}

// TestCounting goes through the counting rules, literal and corrected. The figures
// are inst, inst corrected, tool, arg, arg corrected, calls, call errors.
func TestCounting(t *testing.T) {
	items := readSmall(t)
	mug, frame, lock := &items[0], &items[3], &items[4]
	const (
		picture = `{"image":"image/mug.jpg"}`
		search  = `{"query":"M. Quill potter","k":4}`
		right   = "Maud Quill, born in 1931"
	)
	for _, test := range []struct {
		name    string
		item    *item
		replies []*llm.Reply
		figures string
		faults  string
		pass    bool
	}{
		{"the reference", mug, []*llm.Reply{call("OCR", picture), call("GoogleSearch", search), words(right)}, "3 3 2 2 2 2 0", "", true},
		{"order of arguments", mug, []*llm.Reply{call("OCR", picture), call("GoogleSearch", `{"k":4.0,"query":"M. Quill potter"}`), words(right)}, "3 3 2 2 2 2 0", "", true},
		{"another query", mug, []*llm.Reply{call("OCR", picture), call("GoogleSearch", `{"query":"m. quill potter","k":4}`), words(right)}, "3 3 2 1 1 2 0", "wrong_value", false},
		{"a default left out", mug, []*llm.Reply{call("OCR", picture), call("GoogleSearch", `{"query":"M. Quill potter"}`), words(right)}, "3 3 2 1 1 2 0", "wrong_value", false},
		{"another tool", mug, []*llm.Reply{call("OCR", picture), call("OCR", picture), words(right)}, "3 3 1 1 1 2 0", "wrong_function", false},
		{"an unknown tool", mug, []*llm.Reply{call("Ocr", picture), call("GoogleSearch", search), words(right)}, "2 2 1 1 1 2 1", "unknown_function", false},
		{"malformed arguments count as the tool", mug, []*llm.Reply{call("OCR", `{"image"`), call("GoogleSearch", search), words(right)}, "2 2 2 1 1 2 1", "malformed_json", false},
		{"arguments no object", mug, []*llm.Reply{call("OCR", `"image/mug.jpg"`), call("GoogleSearch", search), words(right)}, "2 2 2 1 1 2 1", "malformed_json", false},
		{"an unknown argument", mug, []*llm.Reply{call("OCR", `{"image":"image/mug.jpg","lang":"en"}`), call("GoogleSearch", search), words(right)}, "2 2 2 1 1 2 1", "invalid_arguments", false},
		{"a missing argument", mug, []*llm.Reply{call("OCR", picture), call("GoogleSearch", `{"k":4}`), words(right)}, "2 2 2 1 1 2 1", "invalid_arguments", false},
		{"an image that is nowhere", mug, []*llm.Reply{call("OCR", `{"image":"image/cup.jpg"}`), call("GoogleSearch", search), words(right)}, "2 2 2 1 1 2 1", "invalid_type", false},
		{"a number that does not convert", mug, []*llm.Reply{call("OCR", picture), call("GoogleSearch", `{"query":"M. Quill potter","k":"four"}`), words(right)}, "2 2 2 1 1 2 1", "invalid_type", false},
		{"a number that converts", mug, []*llm.Reply{call("OCR", picture), call("GoogleSearch", `{"query":"M. Quill potter","k":" 4 "}`), words(right)}, "3 3 2 1 1 2 0", "wrong_value", false},
		{"true for one", mug, []*llm.Reply{call("OCR", picture), call("GoogleSearch", `{"query":"M. Quill potter","k":true}`), words(right)}, "3 3 2 1 1 2 0", "wrong_value", false},
		{"an answer for a call", mug, []*llm.Reply{words(right), words(right), words(right)}, "1 1 0 0 0 0 0", "wrong_kind wrong_kind", false},
		{"a call for the answer", mug, []*llm.Reply{call("OCR", picture), call("GoogleSearch", search), call("OCR", picture)}, "2 2 2 2 2 3 0", "wrong_kind", false},
		{"only the first call counts", mug, []*llm.Reply{{Calls: []llm.RawCall{{Name: "OCR", Arguments: picture}, {Name: "Ocr", Arguments: "{"}}}, call("GoogleSearch", search), words(right)}, "3 3 2 2 2 2 0", "", true},
		{"nothing said", mug, []*llm.Reply{words(""), words(""), words("")}, "1 1 0 0 0 0 0", "wrong_kind wrong_kind wrong_answer", false},

		{"an image that a tool returned exists", frame, []*llm.Reply{call("DrawBox", `{"image":"image/barn.jpg","bbox":"(1, 2, 3, 4)"}`), call("ImageStylization", `{"image":"image/framed.jpg","instruction":"ink"}`), words("x")}, "3 3 2 2 2 2 0", "", true},
		{"and so does another item's", frame, []*llm.Reply{call("DrawBox", `{"image":"image/pond.jpg","bbox":"(1, 2, 3, 4)"}`), call("ImageStylization", `{"image":"image/framed.jpg","instruction":"ink"}`), words("x")}, "3 3 2 1 1 2 0", "wrong_value", false},
		{"code strings are texts", frame, []*llm.Reply{call("DrawBox", `{"image":"image/barn.jpg","bbox":"(1,2,3,4)"}`), call("ImageStylization", `{"image":"image/framed.jpg","instruction":"ink"}`), words("x")}, "3 3 2 1 1 2 0", "wrong_value", false},

		{"the reference's own error", lock, []*llm.Reply{call("DrawBox", `{"bbox":"(5, 6, 7, 8)"}`)}, "0 1 1 0 1 1 1", "", true},
		{"the same error with another box", lock, []*llm.Reply{call("DrawBox", `{"bbox":"(5, 6, 7, 9)"}`)}, "0 0 1 0 0 1 1", "invalid_arguments", false},
		{"an answer where only the reference calls", lock, []*llm.Reply{words("the second one")}, "0 0 0 0 0 0 0", "wrong_kind", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := judge(t, test.item, test.replies...)
			s := v.Scores
			have := fmt.Sprint(s["inst_acc"].Num, s["inst_acc_corrected"].Num, s["tool_acc"].Num, s["arg_acc"].Num, s["arg_acc_corrected"].Num, s["calls"].Num, s["call_errors"].Num)
			if want := strings.ReplaceAll(test.figures, "  ", " "); have != want {
				t.Errorf("figures %s, want %s", have, want)
			}
			var faults []string
			for _, fault := range v.Faults {
				faults = append(faults, fault.Kind)
			}
			if strings.Join(faults, " ") != test.faults || v.Pass != test.pass || s["success"].Num == 1 != test.pass {
				t.Errorf("pass %t, faults %v, want %s", v.Pass, v.Faults, test.faults)
			}
		})
	}
}

// The denominators are upstream's: calls, plus one for an answer key.
func TestDenominators(t *testing.T) {
	items := readSmall(t)
	for i, want := range []string{"3 3 2 2 1", "2 2 1 1 1", "2 2 1 1 0", "2 3 2 2 0", "2 1 1 1 1"} {
		var replies []*llm.Reply
		for range items[i].steps() {
			replies = append(replies, words("x"))
		}
		s := judge(t, &items[i], replies...).Scores
		have := fmt.Sprint(s["inst_acc"].Den, s["inst_acc_corrected"].Den, s["tool_acc"].Den, s["arg_acc"].Den, s["summ_objective"].Den)
		if have != want {
			t.Errorf("item %s: %s, want %s", items[i].id, have, want)
		}
	}
}

// Answers scored by similarity are bounded from below and above.
func TestSimilarityBounds(t *testing.T) {
	pond := &readSmall(t)[2]
	for text, high := range map[string]float64{"It is calm.": 1, "anything": 1, " \n": 0, "": 0} {
		v := judge(t, pond, call("ImageDescription", `{"image":"image/pond.jpg"}`), words(text))
		want := map[string]eval.Score{"summ_acc_low": {Num: 0, Den: 1}, "summ_acc_high": {Num: high, Den: 1}, "similarity_answered": {Num: high, Den: 1}}
		for name, score := range want {
			if v.Scores[name] != score {
				t.Errorf("%q: %s is %v, want %v", text, name, v.Scores[name], score)
			}
		}
		if _, objective := v.Scores["summ_objective"]; objective {
			t.Error("a similarity-scored item has an objective score")
		}
	}
	v := judge(t, pond, call("ImageDescription", `{"image":"image/pond.jpg"}`), call("ImageDescription", `{}`))
	if v.Scores["summ_acc_high"].Num != 0 {
		t.Error("a call is no answer")
	}
}

// matches under upstream's rule, and with its flaws mended.
func TestAnswerKeys(t *testing.T) {
	key := func(white, black string) answerKey {
		one, err := decodeAnswer(json.RawMessage(`{"whitelist":` + white + `,"blacklist":` + black + `}`))
		if err != nil {
			t.Fatal(err)
		}
		return one
	}
	for _, test := range []struct {
		answer, white, black string
		literal, corrected   bool
	}{
		{"It was Maud Quill.", `[["Maud Quill"]]`, `null`, true, true},
		{"it was MAUD QUILL", `[["Maud Quill"]]`, `null`, true, true},
		{"Maud Quillfeather", `[["Maud Quill"]]`, `null`, false, false},
		{"Maud_Quill", `[["Quill"]]`, `null`, false, false},
		{"Maud-Quill", `[["Quill"]]`, `null`, true, true},
		{"two or four", `[["two"],["four"]]`, `null`, true, true},
		{"two or five", `[["two"],["four"]]`, `null`, false, false},
		{"two", `[["2","two"]]`, `null`, true, true},
		{"two, not three", `[["two"]]`, `[["three"]]`, false, false},
		{"two, not three", `[["two"]]`, `[["four"],["five"]]`, true, true},
		{"two, not five", `[["two"]]`, `[["four"],["five"]]`, false, false},
		{"two", `[["two"]]`, `[]`, true, true},
		// A sign at the edge has no word boundary beside a blank.
		{"by -25%", `[["-25%"]]`, `null`, false, true},
		{"x-25%x", `[["-25%"]]`, `null`, true, false},
		{"-25%x", `[["-25%"]]`, `null`, false, false},
		{"5-2", `[["-2"]]`, `null`, true, false},
		{"$2697 in all", `[["$2697"]]`, `null`, false, true},
		{"US$2697", `[["$2697"]]`, `null`, true, true},
		{"50%.", `[["50%"]]`, `null`, false, true},
		{"150%", `[["50%"]]`, `null`, false, false},
		// A number inside a decimal or a group has one.
		{"12.5", `[["12"]]`, `null`, true, false},
		{"3.12", `[["12"]]`, `null`, true, false},
		{"1,200", `[["200"]]`, `null`, true, false},
		{"12.", `[["12"]]`, `null`, true, true},
		{"12, 13", `[["12"]]`, `null`, true, true},
		{"a 12", `[["12"]]`, `null`, true, true},
		{"", `[["12"]]`, `null`, false, false},
		{"...", `[[""]]`, `null`, false, false},
		{"a", `[[""]]`, `null`, true, false},
		{"é12", `[["12"]]`, `null`, false, false},
		{"日本12", `[["12"]]`, `null`, false, false},
		{"ÉTÉ", `[["été"]]`, `null`, true, true},
	} {
		k := key(test.white, test.black)
		if literal, corrected := matches(test.answer, k, false), matches(test.answer, k, true); literal != test.literal || corrected != test.corrected {
			t.Errorf("%q by %s and %s: literal %t, corrected %t", test.answer, test.white, test.black, literal, corrected)
		}
	}
}

// Arguments are compared as Python compares what its JSON reader made.
func TestPythonEquality(t *testing.T) {
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{`{"k":1}`, `{"k":1.0}`, true},
		{`{"k":1}`, `{"k":true}`, true},
		{`{"k":0}`, `{"k":false}`, true},
		{`{"k":1}`, `{"k":"1"}`, false},
		{`{"k":null}`, `{}`, false},
		{`{"k":null}`, `{"k":null}`, true},
		{`{"k":[1,2]}`, `{"k":[1,2]}`, true},
		{`{"k":[1,2]}`, `{"k":[2,1]}`, false},
		{`{"k":[1]}`, `{"k":[1,2]}`, false},
		{`{"k":{"a":1}}`, `{"k":{"a":1}}`, true},
		{`{"k":{"a":1}}`, `{"k":{"b":1}}`, false},
		{`{"k":{"a":1}}`, `{"k":[1]}`, false},
		{`{"k":1e999999999}`, `{"k":1e999999999}`, true},
		{`{"k":1e999999999}`, `{"k":1e999999998}`, false},
		{`{"k":"A"}`, `{"k":"a"}`, false},
	} {
		if have := pythonEqual(decodeCall([]byte(test.a)), decodeCall([]byte(test.b))); have != test.same {
			t.Errorf("%s and %s: %t", test.a, test.b, have)
		}
	}
}

// Corrected, a default may be left out or spelled out, and true is not 1.
func TestDefaults(t *testing.T) {
	block := &toolBlock{Name: "f", Inputs: []argument{{Name: "q"}, {Name: "k", Optional: true, Default: json.RawMessage(`10`)}, {Name: "top", Optional: true, Default: json.RawMessage(`true`)}, {Name: "note", Optional: true, Default: json.RawMessage(`null`)}}}
	for _, test := range []struct {
		want, have string
		same       bool
	}{
		{`{"q":"a"}`, `{"q":"a","k":10}`, true},
		{`{"q":"a","k":10}`, `{"q":"a"}`, true},
		{`{"q":"a","top":true}`, `{"q":"a","k":10.0}`, true},
		{`{"q":"a"}`, `{"q":"a","k":4}`, false},
		{`{"q":"a"}`, `{"q":"a","top":1}`, false},
		{`{"q":"a"}`, `{"q":"a","note":"x"}`, false},
		{`{"q":"a"}`, `{}`, false},
	} {
		if have := sameWithDefaults(block, decodeCall([]byte(test.want)), decodeCall([]byte(test.have))); have != test.same {
			t.Errorf("%s and %s: %t", test.want, test.have, have)
		}
	}
	if sameWithDefaults(nil, map[string]any{}, map[string]any{}) {
		t.Error("no tool, but the same")
	}
}

func TestVerdictListsCalls(t *testing.T) {
	mug := &readSmall(t)[0]
	v := judge(t, mug, call("OCR", `{"image":"image/mug.jpg"}`), call("OCR", `{`), words("x"))
	want := []eval.CallRecord{{Name: "OCR", Arguments: `{"image":"image/mug.jpg"}`, Turn: 0}, {Name: "OCR", Arguments: `{`, Turn: 1}}
	if diff := cmp.Diff(want, v.Calls); diff != "" {
		t.Error(diff)
	}
	for _, fault := range v.Faults {
		if fault.Node == "" || fault.Detail == "" || len(fault.Detail) > 200 {
			t.Errorf("%+v", fault)
		}
	}
}
