package models_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/config"
	"github.com/buttonbench/button/internal/models"
)

var update = flag.Bool("update", false, "write the golden files anew")

var dialects = []string{"hermes", "pythonic"}

func parse(t *testing.T, text string) *models.File {
	t.Helper()
	file, err := models.Parse("m.yaml", []byte(text), dialects)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func lookup(t *testing.T, text, name string) models.Model {
	t.Helper()
	model, err := parse(t, text).Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// example is the YAML of the document.
func example(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "models.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := bytes.Cut(text, []byte("```yaml\n"))
	inside, _, closed := bytes.Cut(rest, []byte("```\n"))
	if !found || !closed {
		t.Fatal("docs/models.md holds no YAML")
	}
	return inside
}

// TestExample loads the example of the document and keeps its resolved form.
func TestExample(t *testing.T) {
	file, err := models.Parse("models.yaml", example(t), dialects)
	if err != nil {
		t.Fatal(err)
	}
	var have bytes.Buffer
	for _, name := range file.Names() {
		model, err := file.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		have.Write(model.Resolved())
		have.WriteByte('\n')
	}
	golden(t, "example.jsonl", have.Bytes())
}

func golden(t *testing.T, name string, have []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, have, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(have)); diff != "" {
		t.Error(diff)
	}
}

func TestMerge(t *testing.T) {
	const text = `version: 1
defaults:
  base_url: http://a/v1/
  api_key_env: A_KEY
  sampling: {temperature: 0, stop: [x, "y"], top_k: 5}
  extra_body: {a: {x: 1}, b: 2}
  prices: {input: 1, cached_input: 0.5, output: 2}
  limits: {timeout: 90s, concurrency: 3}
  headers: {X-One: one, X-Two: {env: TWO}}
models:
  plain:
  other:
    base_url: [https://b/v1/chat/completions, http://c/v1]
    api_key_env:
    sampling: {temperature: , stop: [z], min_p: 0.5}
    extra_body: {a: {y: 2}, b: , c: [null, 1.50]}
    prices: {output: 3, cached_input: }
    limits: {concurrency: 4}
    headers: {X-Two: two}
`
	plain, other := lookup(t, text, "plain"), lookup(t, text, "other")
	const wantPlain = `{"name":"plain","model":"plain","base_url":["http://a/v1"],"api_key_env":"A_KEY","tools":"native","parser":"auto",` +
		`"sampling":{"temperature":0,"stop":["x","y"],"top_k":5},"extra_body":{"a":{"x":1},"b":2},` +
		`"prices":{"input":1,"cached_input":0.5,"output":2,"currency":"USD"},"limits":{"concurrency":3,"timeout":"1m30s"},` +
		`"headers":{"X-One":"one","X-Two":{"env":"TWO"}}}`
	const wantOther = `{"name":"other","model":"other","base_url":["https://b/v1","http://c/v1"],"tools":"native","parser":"auto",` +
		`"sampling":{"stop":["z"],"top_k":5,"min_p":0.5},"extra_body":{"a":{"y":2},"c":[null,1.50]},` +
		`"prices":{"input":1,"output":3,"currency":"USD"},"limits":{"concurrency":4,"timeout":"1m30s"},` +
		`"headers":{"X-One":"one","X-Two":"two"}}`
	if diff := cmp.Diff(wantPlain, string(plain.Resolved())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(wantOther, string(other.Resolved())); diff != "" {
		t.Error(diff)
	}
	body, err := json.Marshal(other.Body())
	if err != nil || string(body) != `{"a":{"y":2},"c":[null,1.50],"min_p":0.5,"top_k":5}` {
		t.Errorf("body %s, %v", body, err)
	}
	if *plain.Limits.Timeout != 90*time.Second || *plain.Temperature != 0 {
		t.Errorf("%+v", plain)
	}
}

func TestErrors(t *testing.T) {
	const head = "version: 1\nmodels:\n  a:\n    base_url: http://h/v1\n"
	for _, test := range []struct{ text, want string }{
		{"", "m.yaml:1:1: the version of the file is missing: write version: 1"},
		{"models: {}\n", "m.yaml:1:1: the version of the file is missing"},
		{"version: 2\n", "m.yaml:1:10: this program reads version 1 of the file, not version 2"},
		{"version: '1'\n", "m.yaml:1:10: want version: 1, have a text"},
		{"version: 1\nmodel: {}\n", `m.yaml:2:1: unknown key "model": did you mean "models"?`},
		{"version: 1\nmodels: [a]\n", "m.yaml:2:9: want a mapping, have a list"},
		{"version: 1\nmodels: {a: x}\n", "m.yaml:2:13: want a mapping, have a text"},
		{"version: 1\nmodels:\n  a:\n", `m.yaml:3:3: model "a" has no base_url`},
		{"version: 1\nmodels:\n  a/b: {base_url: http://h/v1}\n", "m.yaml:3:3: a model's name has letters"},
		{"version: 1\nmodels:\n  .a: {base_url: http://h/v1}\n", "m.yaml:3:3: a model's name has letters"},
		{"version: 1\nmodels:\n  a: {base_url: http://h/v1}\n  a: {base_url: http://h/v1}\n", `m.yaml:4:3: `},
		{head + "    tool: native\n", `m.yaml:5:5: unknown key "tool": did you mean "tools"?`},
		{head + "    sampling:\n      temprature: 0\n", `m.yaml:6:7: unknown key "temprature": did you mean "temperature"?`},
		{head + "    sampling: {temperature: hot}\n", `m.yaml:5:29: want a number, have a text ("hot")`},
		{head + "    sampling: {temperature: 11}\n", "m.yaml:5:29: temperature must be between 0 and 10, not 11"},
		{head + "    sampling: {temperature: }\n", `"temperature" has no value`},
		{head + "    sampling: {top_p: 0}\n", "m.yaml:5:23: top_p must be above 0 and at most 1, not 0"},
		{head + "    sampling: {min_p: -0.1}\n", "m.yaml:5:23: min_p must be between 0 and 1"},
		{head + "    sampling: {max_tokens: 0}\n", "m.yaml:5:28: max_tokens must be at least 1"},
		{head + "    sampling: {top_k: -2}\n", "m.yaml:5:23: top_k must be at least 1, or 0 or -1"},
		{head + "    sampling: {presence_penalty: 3}\n", "m.yaml:5:34: presence_penalty must be between -2 and 2"},
		{head + "    sampling: {stop: ['']}\n", "m.yaml:5:22: a text to stop at is empty"},
		{head + "    sampling: {stop: x}\n", "m.yaml:5:22: want a list, have a text"},
		{head + "    sampling: {seed: 1.5}\n", "m.yaml:5:22: want an integer, have a number"},
		{head + "    tools: both\n", `m.yaml:5:12: tools is "both": want native or prompted`},
		{head + "    parser: hermse\n", `m.yaml:5:13: parser is "hermse": want one of auto, native, hermes, pythonic`},
		{head + "    parser: native\n    tools: prompted\n", "m.yaml:5:13: tools that are prompted leave no native calls to read"},
		{head + "    extra_body: {temperature: 1}\n", `m.yaml:5:31: extra_body may not hold "temperature": that belongs to sampling.temperature`},
		{head + "    extra_body: {stream: true}\n", `m.yaml:5:26: extra_body may not hold "stream": that belongs to the program`},
		{head + "    extra_body: [a]\n", "m.yaml:5:17: want a mapping, have a list"},
		{head + "    prices: {input: 1}\n", "m.yaml:5:13: prices have no output"},
		{head + "    prices: {output: 1}\n", "m.yaml:5:13: prices have no input"},
		{head + "    prices: {input: 1, output: -1}\n", "m.yaml:5:32: the price output must be between 0"},
		{head + "    prices: {input: 1, output: 1, currency: EUR}\n", `m.yaml:5:45: prices are in USD, not in "EUR"`},
		{head + "    limits: {concurrency: 0}\n", "m.yaml:5:27: concurrency must be at least 1"},
		{head + "    limits: {retries: -1}\n", "m.yaml:5:23: retries must be at least 0"},
		{head + "    limits: {timeout: 5}\n", "m.yaml:5:23: want a duration such as 30s or 5m"},
		{head + "    limits: {timeout: 0s}\n", "m.yaml:5:23: timeout must be above 0"},
		{head + "    limits: {rpm: 5}\n", `m.yaml:5:14: unknown key "rpm"`},
		{head + "    headers: {Host: x}\n", `m.yaml:5:21: header "Host" is the program's own`},
		{head + "    headers: {x-a: x, X-A: y}\n", `header "X-A" stands twice`},
		{head + "    headers: {'a b': x}\n", `"a b" is not the name of a header`},
		{head + "    headers: {X-A: {var: x}}\n", `m.yaml:5:21: unknown key "var"`},
		{head + "    headers: {X-A: {}}\n", "m.yaml:5:20: env is missing"},
		{head + "    headers: {X-A: 5}\n", "m.yaml:5:20: want a text, or {env: NAME}"},
		{head + "    headers: {X-A: {env: a-b}}\n", "env of header X-A is not the name of an environment variable"},
		{head + "    headers: {Authorization: {env: A}}\n    api_key_env: B\n", "api_key_env writes the header Authorization already"},
		{"version: 1\nmodels: {a: {base_url: ftp://h}}\n", `m.yaml:2:24: base_url "ftp://h" has no http:// or https://`},
		{"version: 1\nmodels: {a: {base_url: 'http://h/v1?x=1'}}\n", "m.yaml:2:24: base_url holds a query"},
		{"version: 1\nmodels: {a: {base_url: 'http://u:p@h/v1'}}\n", "m.yaml:2:24: base_url holds a user name or password"},
		{"version: 1\nmodels: {a: {base_url: [http://h/v1, http://h/v1/]}}\n", `base_url "http://h/v1" stands twice`},
		{"version: 1\nmodels: {a: {base_url: 5}}\n", "m.yaml:2:24: want a text or a list of texts, have an integer"},
		{"version: 1\nmodels: {a: {base_url: []}}\n", `m.yaml:2:10: model "a" has no base_url`},
		// Faults of the defaults are told at their place, with or without models.
		{"version: 1\ndefaults: {sampling: {top_p: 2}}\n", "m.yaml:2:30: top_p must be"},
		{"version: 1\ndefaults: {sampling: {topp: 1}}\n", `m.yaml:2:23: unknown key "topp": did you mean "top_p"?`},
		{"version: 1\ndefaults: {tools: }\nmodels: {}\n", `"tools" has no value`},
		{"version: 1\ndefaults: {tools: prompted}\nmodels:\n  a: {base_url: http://h/v1, parser: native}\n", "m.yaml:4:38: tools that are prompted"},
	} {
		_, err := models.Parse("m.yaml", []byte(test.text), dialects)
		var located *config.Error
		if !errors.As(err, &located) || located.Line == 0 || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q:\nhave %v\nwant %s", test.text, err, test.want)
		}
	}
}

// TestKeysAreRefused puts keys wherever somebody might, and looks that no message
// repeats them.
func TestKeysAreRefused(t *testing.T) {
	const head = "version: 1\nmodels:\n  a:\n    base_url: http://h/v1\n"
	const key = "sk-live0123456789abcdefXYZ"
	for _, test := range []struct{ text, place string }{
		{head + "    api_key: " + key + "\n", "m.yaml:5:14:"},
		{head + "    api_key: abc\n", "m.yaml:5:14:"},
		{head + "    api-key: 12345678\n", "m.yaml:5:14:"},
		{head + "    api_key_env: " + key + "\n", "m.yaml:5:18:"},
		{head + "    api_key_env: live0123456789abcdefXYZlive0123456789abcdefXYZ\n", "m.yaml:5:18:"},
		{head + "    api_key_env: $" + key + "\n", "m.yaml:5:18:"},
		{head + "    model: " + key + "\n", "m.yaml:5:12:"},
		{head + "    headers: {Authorization: Bearer live0123456789abcdefXYZ}\n", "m.yaml:5:30:"},
		{head + "    headers: {X-Api-Key: live0123456789abcdefXYZ}\n", "m.yaml:5:26:"},
		{head + "    headers: {X-Other: bearer live0123456789abcdefXYZ}\n", "m.yaml:5:24:"},
		{head + "    headers: {X-Other: {env: " + key + "}}\n", "m.yaml:5:30:"},
		{head + "    extra_body: {deep: [{api_key: live0123456789abcdefXYZ}]}\n", "m.yaml:5:35:"},
		{head + "    sampling: {temperature: " + key + "}\n", "m.yaml:5:29:"},
		{head + "    limits: " + key + "\n", "m.yaml:5:13:"},
		{"version: " + key + "\n", "m.yaml:1:10:"},
		{"version: 1\ndefaults: {key: hf_abcdefghijklmnopqrstXYZ}\n", "m.yaml:2:17:"},
	} {
		_, err := models.Parse("m.yaml", []byte(test.text), dialects)
		switch {
		case err == nil || !strings.HasPrefix(err.Error(), test.place):
			t.Errorf("%q: %v, want it at %s", test.text, err, test.place)
		case strings.Contains(err.Error(), "XYZ") || strings.Contains(err.Error(), "12345678"):
			t.Errorf("%q: the message repeats the key: %v", test.text, err)
		case !strings.Contains(err.Error(), "environment variable"):
			t.Errorf("%q: no hint: %v", test.text, err)
		}
	}
	for _, text := range []string{"api_key_env: HF_TOKEN", "model: sk-small", "model: hf_qwen3_8b_instruct_v2", "extra_body: {response_format: {schema: {properties: {password: {type: string}}}}}"} {
		parse(t, head+"    "+text+"\n")
	}
}

func TestLookup(t *testing.T) {
	file := parse(t, "version: 1\ndefaults: {base_url: http://h/v1}\nmodels: {b: , a: }\n")
	if diff := cmp.Diff([]string{"a", "b"}, file.Names()); diff != "" {
		t.Error(diff)
	}
	if _, err := file.Lookup("c"); err == nil || err.Error() != `m.yaml: there is no model "c": there are a, b` {
		t.Error(err)
	}
	if _, err := models.New(nil).Lookup("c"); err == nil || !strings.Contains(err.Error(), "no models file was read") {
		t.Error(err)
	}
	if _, err := models.Load(filepath.Join(t.TempDir(), "none.yaml"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	path := filepath.Join(t.TempDir(), "models.yaml")
	if err := os.WriteFile(path, example(t), 0o644); err != nil {
		t.Fatal(err)
	}
	loaded, err := models.Load(path, dialects)
	if err != nil || len(loaded.Names()) != 3 {
		t.Errorf("%v, %v", loaded, err)
	}
	if err := os.WriteFile(path, bytes.Repeat([]byte("#"), config.MaxBytes+1), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := models.Load(path, nil); err == nil || !strings.Contains(err.Error(), "more than the allowed") {
		t.Error(err)
	}
}

func TestCost(t *testing.T) {
	cheap := 0.5
	prices := models.Prices{Input: 2, CachedInput: &cheap, Output: 8}
	for _, test := range []struct {
		prompt, cached, completion int
		want                       float64
	}{
		{1_000_000, 0, 0, 2},
		{1_000_000, 400_000, 0, 1.4},
		{1_000_000, 2_000_000, 0, 0.5}, // no more can be cached than was sent
		{0, 0, 500_000, 4},
		{-1, -1, -1, 0},
	} {
		if have := prices.Cost(test.prompt, test.cached, test.completion); have < test.want-1e-9 || have > test.want+1e-9 {
			t.Errorf("%+v: have %v", test, have)
		}
	}
	if have := (models.Prices{Input: 2}).Cost(1_000_000, 500_000, 0); have != 2 {
		t.Errorf("without a price of its own, cached input costs %v", have)
	}
}
