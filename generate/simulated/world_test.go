package simulated

import (
	"encoding/json"
	"testing"

	"github.com/buttonbench/button"
)

func TestContradictions(t *testing.T) {
	type step struct{ arguments, result, facts, effect string }
	read := func(arguments, result string) step { return step{arguments, result, `[]`, button.EffectRead} }
	for _, test := range []struct {
		name  string
		steps []step
		want  int // conflicts of the last step
	}{
		{"the same thing twice", []step{read(`{"a":1}`, `{"train_id":"IC5","fare":20}`), read(`{"b":1}`, `{"train_id":"IC5","fare":20.0}`)}, 0},
		{"another fare", []step{read(`{"a":1}`, `{"train_id":"IC5","fare":20}`), read(`{"b":1}`, `{"train_id":"IC5","fare":21}`)}, 1},
		{"another fare within lists", []step{read(`{}`, `{"trains":[{"trainId":"IC5","fare":20}]}`), read(`{}`, `{"found":{"train_id":"IC5","fare":21}}`)}, 1},
		{"another fare for another day", []step{read(`{"date":"2025-06-03"}`, `{"train_id":"IC5","fare":20}`), read(`{"date":"2025-06-04"}`, `{"train_id":"IC5","fare":21}`)}, 0},
		{"another fare on another day, as the results say", []step{read(`{}`, `{"train_id":"IC5","date":"2025-06-03","fare":20}`), read(`{}`, `{"train_id":"IC5","date":"2025-06-04","fare":21}`)}, 0},
		{"another thing", []step{read(`{}`, `{"train_id":"IC5","fare":20}`), read(`{}`, `{"train_id":"IC6","fare":21}`)}, 0},
		{"a thing by its name", []step{read(`{}`, `{"hotel_name":"Lux","stars":3}`), read(`{}`, `{"hotel_name":"Lux","stars":4}`)}, 1},
		{"nothing that says what it is", []step{read(`{}`, `{"fare":20}`), read(`{}`, `{"fare":21}`)}, 0},
		{"a noted fact", []step{{`{}`, `{}`, `[{"subject":"IC5","field":"seats left","value":3}]`, button.EffectRead}, {`{}`, `{}`, `[{"subject":"ic5","field":"seats_left","value":4}]`, button.EffectRead}}, 1},
		{"a noted fact against a result", []step{{`{}`, `{}`, `[{"subject":"IC5","field":"seats left","value":3}]`, button.EffectRead}, read(`{}`, `{"train_id":"IC5","seats_left":4}`)}, 1},
		{"after something was changed", []step{read(`{}`, `{"train_id":"IC5","seats_left":4}`), {`{}`, `{"ok":true}`, `[]`, button.EffectWrite}, read(`{}`, `{"train_id":"IC5","seats_left":3}`)}, 0},
		{"a changed fact", []step{{`{}`, `{}`, `[{"subject":"IC5","field":"seats","value":4}]`, button.EffectRead}, {`{}`, `{}`, `[{"subject":"IC5","field":"seats","value":3}]`, button.EffectWrite}, {`{}`, `{}`, `[{"subject":"IC5","field":"seats","value":4}]`, button.EffectRead}}, 1},
	} {
		w := newWorld()
		var have []conflict
		for _, one := range test.steps {
			call := ToolCall{"f", json.RawMessage(one.arguments)}
			reply := &ToolReply{Result: json.RawMessage(one.result)}
			if err := json.Unmarshal([]byte(one.facts), &reply.Facts); err != nil {
				t.Fatal(err)
			}
			have = w.conflicts(call, reply)
			w.learn(call, reply, one.effect)
		}
		if len(have) != test.want {
			t.Errorf("%s: have %+v, want %d", test.name, have, test.want)
		}
	}
}
