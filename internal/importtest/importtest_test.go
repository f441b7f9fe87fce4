// Package importtest keeps the walls between the packages: it reads the imports
// of every file and fails with the edge that should not be.
package importtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestWalls(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil || !strings.HasPrefix(string(text), "module "+module+"\n") {
		t.Fatalf("%s is not the root of the module: %v", root, err)
	}
	faults, err := check(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
}

// TestTableFindsFaults runs the check on small trees, each of one file.
func TestTableFindsFaults(t *testing.T) {
	const button = `"github.com/buttonbench/button`
	for _, test := range []struct{ file, body, want string }{
		// Edges between our packages.
		{"generate/a.go", `import _ ` + button + `/eval"`, "generate/a.go:2: generate imports eval: it may import [. generate/* internal/*]"},
		{"generate/a.go", `import _ ` + button + `/internal/world"`, ""},
		{"generate/a.go", `import _ ` + button + `/generate/quality"`, ""},
		{"generate/quality/a.go", `import _ ` + button + `/generate"`, "generate/quality imports generate"},
		{"reports/a.go", `import _ ` + button + `/eval"`, "reports imports eval"},
		{"reports/a.go", `import _ ` + button + `/internal/llm"`, "reports imports internal/llm"},
		{"eval/a.go", `import _ ` + button + `/reports"`, "eval imports reports"},
		{"a.go", `import _ ` + button + `/internal/stats"`, ". imports internal/stats"},
		{"internal/stats/a.go", `import _ ` + button + `"`, "internal/stats imports ."},
		{"internal/plan/a.go", `import _ ` + button + `/internal/wording"`, "internal/plan imports internal/wording"},
		{"internal/world/a.go", `import _ ` + button + `/internal/schema"`, ""},
		{"benchmarks/gta/a.go", `import _ ` + button + `/benchmarks"`, ""},
		{"benchmarks/gta/a.go", `import _ ` + button + `/benchmarks/bfcl"`, "benchmarks/gta imports benchmarks/bfcl"},
		{"benchmarks/a.go", `import _ ` + button + `/benchmarks/gta"`, "benchmarks imports benchmarks/gta"},
		{"cmd/button/a.go", `import _ ` + button + `/benchmarks/gta"`, ""},
		{"generate/a.go", `import _ ` + button + `/cmd/button"`, "generate imports cmd/button: nothing imports cmd"},
		{"generate/a_test.go", `import _ ` + button + `/cmd/button"`, "nothing imports cmd"},
		{"internal/novel/a.go", `import _ ` + button + `"`, "package internal/novel stands in no line"},
		{"internal/runstore/a.go", `import _ ` + button + `/internal/crashfs"`, "internal/runstore imports internal/crashfs: that one serves tests only"},
		{"internal/runstore/a_test.go", `import _ ` + button + `/internal/crashfs"`, ""},
		{"internal/llm/a_test.go", `import _ ` + button + `/internal/llm/openai"`, ""},
		{"internal/llm/a.go", `import _ ` + button + `/internal/llm/openai"`, "internal/llm imports internal/llm/openai"},
		{"internal/plan/a_test.go", `import _ ` + button + `/worlds"`, ""},
		{"internal/plan/a.go", `import _ ` + button + `/worlds"`, "internal/plan imports worlds"},
		{"worlds/a_test.go", `import _ ` + button + `/internal/world"`, ""},
		{"worlds/a.go", `import _ ` + button + `/internal/world"`, "worlds imports internal/world"},
		{"internal/plan/a_test.go", `import _ ` + button + `/internal/players"`, "internal/plan imports internal/players"},
		// Third-party modules.
		{"generate/a.go", `import _ "github.com/spf13/cobra"`, "generate imports github.com/spf13/cobra: only [cmd/button] may"},
		{"internal/config/a.go", `import _ "github.com/goccy/go-yaml/ast"`, ""},
		{"internal/world/a.go", `import _ "github.com/goccy/go-yaml"`, "only [internal/config] may"},
		{"internal/plan/a.go", `import _ "go.starlark.net/starlark"`, "only [internal/world] may"},
		{"reports/a.go", `import _ "gonum.org/v1/gonum/stat"`, "only [internal/stats] may"},
		{"reports/a.go", `import _ "golang.org/x/sync/errgroup"`, ""},
		{"reports/a.go", `import _ "example.com/new"`, "the module stands in no line"},
		{"reports/a.go", `import _ "github.com/google/go-cmp/cmp"`, "outside of tests"},
		{"reports/a_test.go", `import _ "github.com/google/go-cmp/cmp"`, ""},
		{"internal/llm/llmtest/a.go", `import _ "github.com/google/go-cmp/cmp"`, ""},
		{"internal/schema/a.go", `import _ "github.com/santhosh-tekuri/jsonschema/v6"`, "outside of tests"},
		// What happens while a package is initialised.
		{"reports/a.go", `func init() {}`, "reports has an init function"},
		{"reports/a_test.go", `func init() {}`, ""},
		{"reports/a.go", `var x = os.TempDir()`, "reports calls os.TempDir while the package is initialised"},
		{"reports/a.go", `var x = map[string]any{"a": []any{rand.Int()}}`, "reports calls rand.Int"},
		{"reports/a.go", `var x, y = errors.New("x"), reflect.TypeFor[int]()`, ""},
		{"reports/a.go", `var x = func() any { return os.TempDir() }`, ""},
		{"reports/a.go", `var x sync.Mutex`, "reports keeps state in a package-level sync.Mutex"},
		{"reports/a.go", `var x = sync.OnceValue(func() int { return 1 })`, "sync.OnceValue"},
		{"reports/a.go", `type x struct{ sync.Mutex }`, ""},
		// The world outside.
		{"reports/a.go", `func f() { os.Exit(1) }`, "reports uses os.Exit: only cmd/button may"},
		{"reports/a.go", `func f() string { return os.Getenv("HOME") }`, "reports uses os.Getenv"},
		{"cmd/button/a.go", `func f() { os.Exit(1) }`, ""},
		// What is not looked at.
		{"reports/testdata/a.go", `import _ "example.com/new"`, ""},
		{".hidden/a.go", `import _ "example.com/new"`, ""},
		{"reports/a.txt", `import _ "example.com/new"`, ""},
	} {
		tree := fstest.MapFS{test.file: {Data: []byte("package a\n" + test.body + "\n")}}
		faults, err := check(tree)
		if err != nil {
			t.Errorf("%s: %s: %v", test.file, test.body, err)
			continue
		}
		have := strings.Join(faults, "\n")
		if (test.want == "") != (have == "") || !strings.Contains(have, test.want) {
			t.Errorf("%s: %s:\nhave %s\nwant %s", test.file, test.body, have, test.want)
		}
	}
}

func TestTableSkipsOtherModules(t *testing.T) {
	tree := fstest.MapFS{
		"tools/go.mod": {Data: []byte("module tools\n")},
		"tools/a.go":   {Data: []byte("package a\nimport _ \"example.com/new\"\n")},
	}
	if faults, err := check(tree); err != nil || len(faults) > 0 {
		t.Error(faults, err)
	}
}
