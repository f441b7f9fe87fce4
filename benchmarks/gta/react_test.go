package gta

import (
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/llm"
)

func TestParseReAct(t *testing.T) {
	for _, test := range []struct {
		name, text             string
		tool, raw, answer, bad string
	}{
		{name: "a call", text: "Thought: read it\nAction: OCR\nAction Input: {\"image\": \"a.jpg\"}", tool: "OCR", raw: `{"image": "a.jpg"}`},
		{name: "no thought", text: "Action: OCR\nAction Input: {}", tool: "OCR", raw: `{}`},
		{name: "blanks", text: "Action:   OCR \r\nAction Input:\n\n  {} \n", tool: "OCR", raw: `{}`},
		{name: "quotes around the arguments", text: "Action: OCR\nAction Input: \"{}\"", tool: "OCR", raw: `{}`},
		{name: "quotes around the name stay", text: "Action: \"OCR\"\nAction Input: {}", tool: `"OCR"`, raw: `{}`},
		{name: "a string's own quote at the end goes too", text: "Action: OCR\nAction Input: {\"a\": \"b\"", tool: "OCR", raw: `{"a": "b`},
		{name: "a fence", text: "Action: OCR\nAction Input: ```json\n{\"a\": 1}\n```", tool: "OCR", raw: `{"a": 1}`},
		{name: "a fence of several lines", text: "Action: OCR\nAction Input: ```json\n{\n\"a\": 1\n}\n```  ", tool: "OCR", raw: "{\n\"a\": 1\n}"},
		{name: "a fence that only closes", text: "Action: OCR\nAction Input: {\"a\": 1}\n```", tool: "OCR", raw: `{"a": 1}`},
		{name: "a fence without its language stays", text: "Action: OCR\nAction Input: ```\n{}\n```", tool: "OCR", raw: "```\n{}"},
		{name: "a fence on one line stays", text: "Action: OCR\nAction Input: ```json {} ```", tool: "OCR", raw: "```json {} ```"},
		{name: "arguments over lines", text: "Action: Solver\nAction Input: {\"command\": \"a\n\nb\"}\n", tool: "Solver", raw: "{\"command\": \"a\n\nb\"}"},
		{name: "what follows the arguments is theirs", text: "Action: OCR\nAction Input: {}\nResponse: x", tool: "OCR", raw: "{}\nResponse: x"},
		{name: "the last action and the first input", text: "Action: OCR\nAction Input: {\"a\": 1}\nAction: Plot\nAction Input: {\"b\": 2}", tool: "Plot", raw: "{\"a\": 1}\nAction: Plot\nAction Input: {\"b\": 2}"},
		{name: "an action within the arguments counts", text: "Action: OCR\nAction Input: {\"text\": \"\nAction: none\n\"}", tool: "none", raw: "{\"text\": \"\nAction: none\n\"}"},
		{name: "within them, on their last line, it does not", text: "Action: OCR\nAction Input: {\"text\": \"Action: none\"}", tool: "OCR", raw: `{"text": "Action: none"}`},
		{name: "two on one line", text: "Action: OCR Action: Plot\nAction Input: {}", tool: "OCR Action: Plot", raw: "{}"},
		{name: "not at the start of a line", text: "So my Action: OCR\nAction Input: {}", tool: "OCR", raw: "{}"},
		{name: "input first", text: "Action Input: {}\nAction: OCR\n", tool: "OCR", raw: "{}\nAction: OCR"},
		{name: "no name", text: "Action:\nAction Input: {}", tool: "", raw: "{}"},
		{name: "no line break behind the action", text: "Action Input: {}\nAction: OCR", bad: faultNoAction},
		{name: "no input", text: "Thought: hm\nAction: OCR\n", bad: faultNoAction},
		{name: "no action", text: "Action Input: {}", bad: faultNoAction},
		{name: "just words", text: "The answer is 4.", bad: faultNoAction},
		{name: "nothing", text: "", bad: faultNoAction},
		{name: "another case", text: "action: OCR\naction input: {}", bad: faultNoAction},
		{name: "an answer", text: "Thought: done\nFinal Answer: four\n", answer: "four"},
		{name: "an answer over lines", text: "Final Answer: four\nand five", answer: "four\nand five"},
		{name: "the last answer", text: "Final Answer: four\nFinal Answer: five", answer: "five"},
		{name: "an answer beats an action", text: "Action: OCR\nAction Input: {}\nFinal Answer: x", answer: "x"},
		{name: "also before one", text: "Final Answer: x\nAction: OCR\nAction Input: {}", answer: "x\nAction: OCR\nAction Input: {}"},
		{name: "an empty answer", text: "Final Answer:", answer: ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := parseReAct(test.text)
			if s.called != (test.bad != "" || test.raw != "") || s.name != test.tool || s.raw != test.raw || s.answer != test.answer || s.fault != test.bad {
				t.Errorf("%+v", s)
			}
		})
	}
}

func FuzzParseReAct(f *testing.F) {
	f.Add("Thought: x\nAction: OCR\nAction Input: ```json\n{\"image\": \"image/mug.jpg\"}\n```")
	f.Add("Action:\nAction Input:\"\nFinal Answer:")
	f.Add(strings.Repeat("Action:\n", 50) + "Action Input:```")
	items := readSmall(f)
	f.Fuzz(func(t *testing.T, text string) {
		s := parseReAct(text)
		if s.called == (s.answer != "") && s.answer != "" || s.fault != "" && !s.called {
			t.Fatalf("%+v", s)
		}
		if strings.Contains(text, reactFinalKey) == s.called {
			t.Fatalf("%q: %+v", text, s)
		}
		episode := (&task{item: &items[0], protocol: ReAct}).Start()
		for {
			if _, more := episode.Next(); !more {
				break
			}
			episode.Observe(&llm.Reply{Content: text})
		}
		if v := episode.Verdict(); v.Scores["calls"].Num > 3 || v.Scores["call_errors"].Num > v.Scores["calls"].Num {
			t.Fatalf("%+v", v.Scores)
		}
	})
}
