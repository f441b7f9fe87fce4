package simulated

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm/llmtest"
)

// FuzzReplies gives arbitrary replies to the stages that read the most of them.
// Whatever is taken must hang together.
func FuzzReplies(f *testing.F) {
	for _, reply := range []any{functionsReply(), oneStepReply(), sequentialReply(), parallelReply()} {
		data, err := json.Marshal(reply)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	active := &switched{}
	teacher := teacherOf(f, active)
	f.Fuzz(func(t *testing.T, reply []byte) {
		active.Client = llmtest.Answers(llmtest.Text(string(reply)))
		if box, err := WriteFunctions(t.Context(), teacher.For(1), chain(), View{}, StyleSnake); err == nil {
			boxHolds(t, chain(), box)
		}
		if task, box, err := WriteInOneStep(t.Context(), teacher.For(1), testScenario(), testLocale(), Recipe{ShapeChain, 2, 1}, View{}, StyleSnake); err == nil {
			boxHolds(t, task, box)
		}
		vet, quote := findVet(), price("Leeds")
		if task, err := Compose(t.Context(), teacher.For(1), testScenario(), testLocale(), &vet, Recipe{ShapeDiamond, 2, 2}); err == nil && len(task.Links) != 2 {
			t.Errorf("a diamond of three tasks has %d links", len(task.Links))
		}
		if task, err := Compose(t.Context(), teacher.For(1), testScenario(), testLocale(), &quote, Recipe{ShapeParallel, 2, 2}); err == nil && len(task.shapeFaults(Recipe{ShapeParallel, 2, 2})) > 0 {
			t.Errorf("the shape is not the one asked for: %+v", task.Links)
		}
	})
}

// boxHolds checks that every task that needs one has a function of the toolbox.
func boxHolds(t *testing.T, task *ComposedTask, box *Toolbox) {
	t.Helper()
	functions := map[string]bool{}
	for _, f := range box.Functions {
		if functions[f.Tool.Name] {
			t.Errorf("%s is there twice", f.Tool.Name)
		}
		functions[f.Tool.Name] = true
	}
	mapped := map[int]bool{}
	for _, one := range box.Mapping {
		mapped[one.Task] = true
		if !functions[one.Function] {
			t.Errorf("the function %q is not there", one.Function)
		}
	}
	for number, one := range task.Tasks {
		if one.Effect != button.EffectPure && !mapped[number] {
			t.Errorf("task %d has no function", number)
		}
	}
}

// A view shows what was committed up to the end of the round before the last one,
// and never anything else.
func TestRegistryAgainstModel(t *testing.T) {
	var kinds []Function
	for _, thing := range []string{"train", "clinic", "invoice", "recipe", "parcel", "concert", "vaccine", "mortgage"} {
		kinds = append(kinds, plain("find_"+thing, "Tells all about a "+thing+".", button.EffectRead, thing+"_code", thing+"_status"))
	}
	rapid.Check(t, func(t *rapid.T) {
		r := NewRegistry(0)
		history := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, len(kinds)-1), 0, 2), 1, 5*registryRound).Draw(t, "history")
		for _, chosen := range history {
			var functions []Function
			for _, kind := range chosen {
				functions = append(functions, kinds[kind])
			}
			r.Commit(functions)
		}
		newest := (len(history)/registryRound+2)*registryRound - 1 // the last candidate that need not wait
		candidate := rapid.IntRange(0, newest).Draw(t, "candidate")
		view, err := r.View(t.Context(), candidate)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[int]bool{}
		for _, chosen := range history[:max(candidate/registryRound-1, 0)*registryRound] {
			for _, kind := range chosen {
				seen[kind] = true
			}
		}
		for kind, f := range kinds {
			if _, near := view.Near(f); near != seen[kind] {
				t.Fatalf("candidate %d of %d sees %s: %t", candidate, len(history), f.Tool.Name, near)
			}
		}
		total := 0
		for _, chosen := range history {
			total += len(chosen)
		}
		if facts := r.Facts(); facts.Functions+facts.Reused != total || facts.Near+facts.Beyond != 0 {
			t.Fatalf("%d functions were committed, and the facts are %+v", total, facts)
		}
	})
}
