package simulated

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
)

// plain is a function with string parameters and result fields.
func plain(name, description, effect, parameters, results string) Function {
	object := func(names string) json.RawMessage {
		var properties []string
		for _, name := range strings.Fields(names) {
			properties = append(properties, fmt.Sprintf(`%q:{"type":"string","description":"it"}`, name))
		}
		return json.RawMessage(`{"type":"object","properties":{` + strings.Join(properties, ",") + `},"required":[]}`)
	}
	return Function{Tool: button.Tool{Name: name, Description: description, Parameters: object(parameters)}, Returns: object(results), Effect: effect}
}

func commitAll(r *Registry, functions ...Function) {
	r.Commit(functions)
	for range 2*registryRound - 1 {
		r.Commit(nil)
	}
}

func TestNearDuplicates(t *testing.T) {
	base := plain("find_trains", "Lists the trains between two towns on a day.", button.EffectRead, "origin destination day", "trains")
	for _, one := range []struct {
		name string
		f    Function
		near bool
	}{
		{"the same", base, true},
		{"another verb", plain("search_trains", "Searches the trains between two towns on a day.", button.EffectRead, "origin destination day", "trains"), true},
		{"another style", plain("getTrain", "Lists trains between two towns.", button.EffectRead, "origin destination day", "trains"), true},
		{"one parameter more", plain("list_trains", "Lists the trains between two towns on a given day.", button.EffectRead, "origin destination day operator", "trains"), true},
		{"another thing", plain("find_buses", "Lists the buses between two towns on a day.", button.EffectRead, "origin destination day", "buses"), false},
		{"a part", plain("find_train_stations", "Lists the stations of a town.", button.EffectRead, "town", "stations"), false},
		{"an action", plain("find_trains", "Lists the trains between two towns on a day.", button.EffectWrite, "origin destination day", "trains"), false},
		{"the opposite", plain("cancel_trains", "Lists the trains between two towns on a day.", button.EffectRead, "origin destination day", "trains"), false},
	} {
		t.Run(one.name, func(t *testing.T) {
			r := NewRegistry(0)
			commitAll(r, base)
			view, err := r.View(t.Context(), 2*registryRound)
			if err != nil {
				t.Fatal(err)
			}
			found, near := view.Near(one.f)
			if near != one.near || near && found.Tool.Name != base.Tool.Name {
				a, b := featuresOf(base), featuresOf(one.f)
				t.Errorf("near: %t, by a similarity of %.2f", near, a.similarity(&b))
			}
		})
	}
}

func TestRegistryRounds(t *testing.T) {
	r := NewRegistry(2)
	one := plain("find_trains", "Lists trains.", button.EffectRead, "origin", "trains")
	see := func(candidate int) bool {
		view, err := r.View(t.Context(), candidate)
		if err != nil {
			t.Fatal(err)
		}
		_, near := view.Near(one)
		return near
	}
	r.Commit([]Function{one})
	if see(0) || see(2*registryRound-1) {
		t.Error("a candidate of the first two rounds sees a function")
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	stopped := errors.New("stopped")
	done := make(chan error)
	go func() {
		_, err := r.View(ctx, 2*registryRound)
		done <- err
	}()
	cancel(stopped)
	if err := <-done; !errors.Is(err, stopped) {
		t.Errorf("waiting for a round ends with %v", err)
	}
	waiting := make(chan View)
	go func() {
		view, _ := r.View(t.Context(), 2*registryRound+3)
		waiting <- view
	}()
	for range registryRound - 1 {
		r.Commit(nil)
	}
	view := <-waiting
	if _, near := view.Near(one); !near || !see(3*registryRound-1) {
		t.Error("the third round does not see the functions of the first")
	}
	// What is committed later does not show in an old view.
	other := plain("book_table", "Books a table.", button.EffectWrite, "place hour", "booking")
	r.Commit([]Function{other, plain("find_train", "Lists trains.", button.EffectRead, "origin", "trains"), one})
	r.Commit([]Function{plain("get_weather", "Tells the weather.", button.EffectRead, "city", "weather")})
	if _, near := view.Near(other); near {
		t.Error("a view changes")
	}
	if diff := cmp.Diff(RegistryFacts{Functions: 2, Reused: 1, Near: 1, Beyond: 1}, r.Facts()); diff != "" {
		t.Error(diff)
	}
}

func TestOffer(t *testing.T) {
	r := NewRegistry(0)
	commitAll(r,
		plain("find_trains", "Lists the trains between two towns.", button.EffectRead, "origin destination", "trains"),
		plain("find_clinics", "Lists the veterinary clinics of a town.", button.EffectRead, "city", "clinics"),
		plain("book_visit", "Books a visit of an animal to a vet.", button.EffectWrite, "clinic_id animal", "appointment"))
	view, err := r.View(t.Context(), 2*registryRound)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range view.Offer(chain(), 2) {
		names = append(names, f.Tool.Name)
	}
	if diff := cmp.Diff([]string{"find_clinics", "book_visit"}, names); diff != "" {
		t.Error(diff)
	}
	if len((View{}).Offer(chain(), 2)) != 0 {
		t.Error("the zero view offers something")
	}
}

// Functions are used again by the teacher's choice, and where it writes a
// near-duplicate that the registered function can stand in for.
func TestFunctionsAreUsedAgain(t *testing.T) {
	registered := findClinics()
	clinics, visit := registered.function(), bookVisit()
	for _, one := range []struct {
		name  string
		spoil func(r *FunctionsReply)
		want  []string
	}{
		{"chosen", func(r *FunctionsReply) { r.Functions = r.Functions[1:] }, []string{"find_clinics", "book_visit"}},
		{"near-duplicate", func(r *FunctionsReply) {
			r.Functions[0].Name, r.Mapping[0].Function = "search_clinics", "search_clinics"
		}, []string{"find_clinics", "book_visit"}},
		{"near, but of no use", func(r *FunctionsReply) {
			r.Functions[0].Name, r.Mapping[0].Function = "search_clinics", "search_clinics"
			swap(&r.Functions[0].Parameters, `"day":{`, `"on":{`)
			swap(&r.Functions[0].Parameters, `"required":["city","day"]`, `"required":["city","on"]`)
			r.Mapping[0].Arguments[1].Param = "on"
		}, []string{"search_clinics", "book_visit"}},
	} {
		t.Run(one.name, func(t *testing.T) {
			r := NewRegistry(0)
			commitAll(r, clinics)
			view, err := r.View(t.Context(), 2*registryRound)
			if err != nil {
				t.Fatal(err)
			}
			reply := functionsReply()
			one.spoil(reply)
			teacher, client := scripted(t, reply)
			box, err := WriteFunctions(t.Context(), teacher.For(1), chain(), view, StyleSnake)
			if err != nil {
				t.Fatalf("%v\n%s", err, lastMessage(client))
			}
			var names, mapped []string
			for i, f := range box.Functions {
				names, mapped = append(names, f.Tool.Name), append(mapped, box.Mapping[i].Function)
			}
			if diff := cmp.Diff([][]string{one.want, one.want}, [][]string{names, mapped}); diff != "" {
				t.Error(diff)
			}
			if one.want[0] == "find_clinics" && !cmp.Equal(box.Functions[0], clinics) {
				t.Error("the function is not the registered one")
			}
			if one.want[1] == visit.Name && string(box.Functions[1].Tool.Parameters) != string(visit.Parameters) {
				t.Error("the new function is not as it was written")
			}
		})
	}
	t.Run("name taken", func(t *testing.T) {
		r := NewRegistry(0)
		commitAll(r, clinics)
		view, err := r.View(t.Context(), 2*registryRound)
		if err != nil {
			t.Fatal(err)
		}
		teacher, _ := scripted(t, functionsReply())
		if _, err := WriteFunctions(t.Context(), teacher.For(1), chain(), view, StyleSnake); err == nil || !strings.Contains(err.Error(), RuleNameTaken) {
			t.Errorf("got %v", err)
		}
	})
}
