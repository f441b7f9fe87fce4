package models_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/buttonbench/button/internal/config"
	"github.com/buttonbench/button/internal/models"
)

func point[T any](value T) *T { return &value }

const fileText = `version: 1
defaults: {sampling: {temperature: 0.5}}
models:
  a:
    model: org/a
    base_url: http://h/v1
    api_key_env: A_KEY
    sampling: {top_p: 0.9, stop: [x]}
    extra_body: {p: 1, q: 2}
    limits: {concurrency: 2, retries: 1}
    headers: {X-Team: t, X-Token: {env: TOKEN}}
`

func TestResolve(t *testing.T) {
	file := parse(t, fileText)
	for _, test := range []struct {
		model    string
		override models.Override
		want     string
	}{
		{"a", models.Override{}, `{"name":"a","model":"org/a","base_url":["http://h/v1"],"api_key_env":"A_KEY","tools":"native","parser":"auto",` +
			`"sampling":{"temperature":0.5,"top_p":0.9,"stop":["x"]},"extra_body":{"p":1,"q":2},"limits":{"concurrency":2,"retries":1},` +
			`"headers":{"X-Team":"t","X-Token":{"env":"TOKEN"}}}`},
		{"a", models.Override{
			Tools: "prompted", Parser: "hermes", APIKeyEnv: "B_KEY",
			Sampling:  models.Sampling{Temperature: point(0.0), Seed: point[int64](-1), Stop: []string{"y"}},
			Limits:    models.Limits{Timeout: point(time.Minute), Retries: point(0)},
			ExtraBody: map[string]json.RawMessage{"q": json.RawMessage(` [ 3 ] `)},
		}, `{"name":"a","model":"org/a","base_url":["http://h/v1"],"api_key_env":"B_KEY","tools":"prompted","parser":"hermes",` +
			`"sampling":{"temperature":0,"top_p":0.9,"seed":-1,"stop":["y"]},"extra_body":{"p":1,"q":[3]},"limits":{"concurrency":2,"retries":0,"timeout":"1m0s"},` +
			`"headers":{"X-Team":"t","X-Token":{"env":"TOKEN"}}}`},
		// Another endpoint does not get the key of the first.
		{"a", models.Override{BaseURLs: []string{"http://other/v1/"}}, `{"name":"a","model":"org/a","base_url":["http://other/v1"],"tools":"native","parser":"auto",` +
			`"sampling":{"temperature":0.5,"top_p":0.9,"stop":["x"]},"extra_body":{"p":1,"q":2},"limits":{"concurrency":2,"retries":1},"headers":{"X-Team":"t"}}`},
		{"org/bare", models.Override{BaseURLs: []string{"http://h/v1"}, APIKeyEnv: "K"},
			`{"model":"org/bare","base_url":["http://h/v1"],"api_key_env":"K","tools":"native","parser":"auto","sampling":{},"limits":{}}`},
	} {
		model, err := file.Resolve(test.model, test.override)
		if err != nil {
			t.Errorf("%s: %v", test.model, err)
			continue
		}
		if diff := cmp.Diff(test.want, string(model.Resolved())); diff != "" {
			t.Errorf("%s: %s", test.model, diff)
		}
		if encoded, err := json.Marshal(model); err != nil || string(encoded) != string(model.Resolved()) {
			t.Errorf("encoding/json writes %s, %v", encoded, err)
		}
	}
	// What was overridden did not reach the file.
	if diff := cmp.Diff(string(lookup(t, fileText, "a").Resolved()), string(again(t, file).Resolved())); diff != "" {
		t.Errorf("the file has changed: %s", diff)
	}
}

func again(t *testing.T, file *models.File) models.Model {
	t.Helper()
	model, err := file.Lookup("a")
	if err != nil {
		t.Fatal(err)
	}
	return model
}

func TestResolveErrors(t *testing.T) {
	file := parse(t, fileText)
	for _, test := range []struct {
		model    string
		override models.Override
		want     string
	}{
		{"b", models.Override{}, `m.yaml: there is no model "b": there are a; a bare model id needs a base URL`},
		{"", models.Override{BaseURLs: []string{"http://h/v1"}}, "the model's id is empty"},
		{"a", models.Override{BaseURLs: []string{"h:8000"}}, `base_url "h:8000" has no http:// or https://`},
		{"a", models.Override{Parser: "xml"}, `model "a": parser is "xml": want one of auto, native, hermes`},
		{"a", models.Override{Sampling: models.Sampling{TopP: point(1.5)}}, "top_p must be above 0"},
		{"a", models.Override{ExtraBody: map[string]json.RawMessage{"x": json.RawMessage("{")}}, "extra_body.x is not valid JSON"},
		{"a", models.Override{ExtraBody: map[string]json.RawMessage{"model": json.RawMessage("1")}}, `extra_body may not hold "model"`},
		{"a", models.Override{APIKeyEnv: "sk-0123456789abcdefXYZ"}, "api_key_env is not the name of an environment variable"},
		{"a", models.Override{APIKeyEnv: "hf_0123456789abcdefXYZ"}, "api_key_env looks like a key"},
	} {
		_, err := file.Resolve(test.model, test.override)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "XYZ") {
			t.Errorf("%s, %+v:\nhave %v\nwant %s", test.model, test.override, err, test.want)
		}
	}
}

func TestCredentials(t *testing.T) {
	model := lookup(t, fileText, "a")
	variables := map[string]string{"A_KEY": "sk-secret", "TOKEN": "token-secret"}
	env := func(name string) string { return variables[name] }
	key, headers, err := model.Credentials(env)
	if err != nil || key != "sk-secret" {
		t.Errorf("%q, %v", key, err)
	}
	if diff := cmp.Diff(map[string]string{"X-Team": "t", "X-Token": "token-secret"}, headers); diff != "" {
		t.Error(diff)
	}
	if text := fmt.Sprintf("%+v %#v %s", model, model, model.Resolved()); strings.Contains(text, "secret") {
		t.Error("a model prints a secret")
	}
	for name, want := range map[string]string{
		"A_KEY": `the environment variable A_KEY, named by api_key_env of model "a", is empty or not set`,
		"TOKEN": `the environment variable TOKEN, named by the header X-Token of model "a", is empty or not set`,
	} {
		kept := variables[name]
		delete(variables, name)
		if _, _, err := model.Credentials(env); err == nil || err.Error() != want {
			t.Errorf("without %s: %v", name, err)
		}
		variables[name] = kept
	}
	variables["TOKEN"] = "token-\nsecret"
	if _, _, err := model.Credentials(env); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a line break in a header: %v", err)
	}
}

// TestOrderOfKeys writes the same file with its keys in any order. Within a value
// of extra_body the order is the user's and stays.
func TestOrderOfKeys(t *testing.T) {
	root, err := config.Parse("models.yaml", example(t))
	if err != nil {
		t.Fatal(err)
	}
	resolve := func(t interface{ Fatal(...any) }, text []byte) string {
		file, err := models.Parse("models.yaml", text, dialects)
		if err != nil {
			t.Fatal(string(text), err)
		}
		var out strings.Builder
		for _, name := range file.Names() {
			model, err := file.Lookup(name)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&out, "%s\n", model.Resolved())
		}
		return out.String()
	}
	want := resolve(t, root.JSON())
	rapid.Check(t, func(t *rapid.T) {
		text := shuffle(t, root, false).JSON()
		if diff := cmp.Diff(want, resolve(t, text)); diff != "" {
			t.Fatalf("%s\n%s", text, diff)
		}
	})
}

// shuffle returns the tree with the keys of every mapping in another order, those
// inside the values of extra_body excepted.
func shuffle(t *rapid.T, node *config.Node, body bool) *config.Node {
	out := *node
	out.Members = nil
	for _, member := range rapid.Permutation(node.Members).Draw(t, "order") {
		switch {
		case body:
		case member.Name == "extra_body":
			member.Value = shuffle(t, member.Value, true)
		default:
			member.Value = shuffle(t, member.Value, false)
		}
		out.Members = append(out.Members, member)
	}
	return &out
}

// FuzzModels reads anything. Errors have a place; what was read resolves to JSON
// that, as a file, resolves to the same again.
func FuzzModels(f *testing.F) {
	f.Add(fileText)
	f.Add("version: 1\nmodels: {a: {base_url: [http://h/v1, https://i/v1], extra_body: {x: {z: 1, a: 1.50e3}}, headers: {X: {env: Y}}}}")
	f.Add("version: 1\ndefaults: {prices: {input: 1, output: 1e-9}, limits: {timeout: 1h2m3s}}\nmodels: {a: {base_url: http://h}}")
	f.Add("version: 1\nmodels:\n  a:\n    api_key: sk-012345678901234567890\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := models.Parse("f.yaml", []byte(text), dialects)
		if err != nil {
			if located, ok := err.(*config.Error); !ok || located.File != "f.yaml" {
				t.Fatalf("error is %T: %v", err, err)
			}
			return
		}
		for _, name := range file.Names() {
			model, err := file.Lookup(name)
			if err != nil {
				t.Fatal(err)
			}
			resolved := model.Resolved()
			if !json.Valid(resolved) {
				t.Fatalf("not JSON: %s", resolved)
			}
			body := strings.Replace(string(resolved), `"name":"`+name+`",`, "", 1)
			again, err := models.Parse("g.yaml", fmt.Appendf(nil, `{"version": 1, "models": {%q: %s}}`, name, body), dialects)
			if err != nil {
				t.Fatalf("%s: %v", body, err)
			}
			if back, err := again.Lookup(name); err != nil || string(back.Resolved()) != string(resolved) {
				t.Fatalf("%s became %s, %v", resolved, back.Resolved(), err)
			}
		}
	})
}
