package bfcl

import (
	"strings"
	"testing"

	"github.com/buttonbench/button/benchmarks/bfcl/services"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
)

// What is stored in one conversation is shown in the next, and the questions of the
// same repeat, and no other, start from what the last one left.
func TestMemoryGoesOn(t *testing.T) {
	category, _ := LookUpCategory("memory_kv")
	conversation := func(text string) *Entry {
		return newEntry("memory_kv_prereq_0-student-0", category, 0, line{text: `{"id": "x", "question": [[{"role": "user", "content": "` + text + `"}]]}`}, line{})
	}
	m := newMemories(nil)
	task := &prerequisite{category, "student", m, []*Entry{conversation("My dog is Rex."), conversation("And I study law.")}, &offer{mode: ModeNative}}
	episode := task.Start()
	say := func(name, arguments string) {
		reply := &llm.Reply{Content: "Noted."}
		if name != "" {
			reply = &llm.Reply{Calls: []llm.RawCall{{ID: "call00000", Name: name, Arguments: arguments}}}
		}
		episode.Observe(reply)
	}
	system := func() string {
		request, more := episode.Next()
		if !more {
			t.Fatal("the conversations are over")
		}
		return request.Messages[0].Content
	}
	if strings.Contains(system(), "Rex") {
		t.Fatal("the first conversation begins with a memory")
	}
	say("core_memory_add", `{"key": "dog", "value": "Rex"}`)
	say("", "")
	if !strings.Contains(system(), `{"dog": "Rex"}`) {
		t.Errorf("the second conversation is told %q", system())
	}
	say("core_memory_add", `{"key": "subject", "value": "law"}`)
	say("core_memory_retrieve_all", `{}`)
	say("", "")
	if _, more := episode.Next(); more {
		t.Fatal("there are more than two conversations")
	}
	verdict := episode.Verdict()
	if len(verdict.Calls) != 3 || verdict.Broken != nil || verdict.Calls[2].Turn != 1 {
		t.Fatalf("verdict: %+v", verdict)
	}
	if err := m.remember([]eval.Row{{Task: task.ID(), Repeat: 1, Calls: verdict.Calls}}); err != nil {
		t.Fatal(err)
	}
	if _, ok := m.get(memoryKey{"memory_kv", "student", 0}); ok {
		t.Error("repeat 0 has the memory of repeat 1")
	}
	memory, ok := m.get(memoryKey{"memory_kv", "student", 1})
	if !ok || memory.Core() != `{"dog": "Rex", "subject": "law"}` {
		t.Fatalf("what is left: %v", memory)
	}
	session, err := m.session("memory_kv_0", category, memory)
	if err != nil {
		t.Fatal(err)
	}
	session.Execute("core_memory_clear()")
	if memory.Core() == "{}" || session.Service(memoryClass(category)).(services.Memory).Core() != "{}" {
		t.Error("a question changes the memory of others")
	}
}
