package importtest

// edges says which of our packages a package may import. Paths are relative to
// the module, "." is its root; "x/*" stands for every package below x. The entry
// that names a package most exactly counts, and a package without one is an
// error: whoever adds a room decides where its doors are.
var edges = map[string][]string{
	".":                {},
	"cmd/button":       {"*"},
	"generate":         {".", "generate/*", "internal/*"},
	"generate/quality": {".", "internal/*"},
	"generate/export":  {".", "generate/chattemplate", "generate/quality", "internal/*"}, // whose damages make the refused answers of pairs
	"generate/seeds":   {".", "internal/dedup", "internal/runstore"},
	"generate/subset":  {".", "internal/runstore"},
	// Below generate, each mode keeps to its own room; generate joins them.
	"generate/chattemplate":    {".", "internal/toolcall"},
	"generate/importers":       {".", "internal/runstore", "internal/toolcall"},
	"generate/lint":            {".", "generate/chattemplate", "internal/tokens", "internal/toolcall"},
	"generate/scriptedteacher": {"."},
	"generate/selection":       {".", "generate/subset", "internal/*"},
	"generate/simulated":       {".", "generate/teach", "internal/*"},
	"generate/teach":           {".", "internal/llm", "internal/schema"},
	"worlds":                   {},
	"eval":                     {".", "internal/*"},
	"benchmarks":               {".", "eval", "internal/*"},
	"benchmarks/*":             {".", "benchmarks", "eval", "internal/*"},
	"benchmarks/bfcl":          {".", "benchmarks", "benchmarks/bfcl/*", "eval", "internal/*"},
	"benchmarks/bfcl/services": {"internal/python"},
	"benchmarks/bfcl/syntax":   {},
	"reports":                  {".", "internal/dedup", "internal/stats", "internal/render"},

	"internal/cluster":     {".", "internal/runstore"},
	"internal/config":      {".", "internal/spelling"},
	"internal/crashfs":     {"internal/runstore"}, // whose file system it plays
	"internal/dedup":       {},
	"internal/doctor":      {".", "internal/llm"},
	"internal/faulty":      {"."},
	"internal/grounding":   {},
	"internal/importtest":  {},
	"internal/limit":       {},
	"internal/llm":         {".", "internal/limit"},
	"internal/llm/llmtest": {".", "internal/faulty", "internal/llm"}, // whose faults it plays
	"internal/llm/openai":  {".", "internal/llm"},
	"internal/models":      {"internal/config"},
	"internal/plan":        {".", "internal/world"},
	"internal/players":     {".", "internal/*"},
	"internal/python":      {},
	// Inputs on which internal/python is compared with an interpreter.
	"internal/python/pythontest": {"internal/python"},
	"internal/render":            {"."},
	"internal/runstore":          {"."},
	"internal/schema":            {".", "internal/spelling"},
	"internal/spelling":          {},
	"internal/stats":             {},
	"internal/textcalls":         {".", "internal/llm", "internal/toolcall"},
	"internal/tokens":            {},
	"internal/toolcall":          {".", "internal/python"},
	"internal/toolsource":        {".", "internal/schema"},
	"internal/wording":           {".", "internal/plan", "internal/world"},
	"internal/work":              {},
	"internal/world":             {".", "internal/config", "internal/schema"},
}

// helpers serve tests; only test files may import them, from anywhere. Test
// files may also import the packages below their own, and the worlds as data.
var helpers = []string{"internal/crashfs", "internal/llm/llmtest"}

// testEdges are what the test files of a package may import beyond that: a
// client is tested against the players' server, the worlds by their engine.
var testEdges = map[string][]string{
	"generate/export":    {"generate"},         // whose records it exports
	"generate/quality":   {"generate"},         // whose records it judges
	"generate/simulated": {"generate/quality"}, // whose judgement its records must stand
	// A teacher's replies are tried by those who ask for them.
	"generate/scriptedteacher": {"generate/quality", "generate/simulated", "generate/teach", "internal/llm", "internal/llm/openai", "internal/schema"},
	"internal/doctor":          {"internal/llm/openai", "internal/players"},
	"internal/llm/openai":      {"internal/players"},
	// ButtonBench's tasks are generated; its tests need some.
	"benchmarks/buttonbench": {"generate"},
	"worlds":                 {".", "internal/*"},
}

// modules says which packages may import a third-party module. Nobody else may,
// so that each can be replaced in one place.
var modules = map[string][]string{
	"github.com/expr-lang/expr":              {"generate/selection"},
	"github.com/goccy/go-yaml":               {"internal/config"},
	"github.com/klauspost/compress":          {"generate/export", "generate/importers"},
	"github.com/modelcontextprotocol/go-sdk": {"internal/toolsource"},
	"github.com/olekukonko/tablewriter":      {"internal/render"},
	"github.com/parquet-go/parquet-go":       {"generate/export", "generate/importers"},
	"github.com/sashabaranov/go-openai":      {"internal/llm/openai"},
	"github.com/spf13/cobra":                 {"cmd/button"},
	"github.com/spf13/pflag":                 {"cmd/button"},
	"github.com/xeipuuv/gojsonreference":     {"internal/schema"},
	"github.com/xeipuuv/gojsonschema":        {"internal/schema"},
	"go.starlark.net":                        {"internal/world"},
	"go.yaml.in/yaml/v4":                     {"internal/toolsource"}, // foreign documents of many keys
	"golang.org/x/sync":                      {"*"},
	"golang.org/x/term":                      {"cmd/button", "internal/render"},
	"golang.org/x/text":                      {"internal/python", "internal/tokens"}, // normal forms
	"golang.org/x/time":                      {"internal/limit"},
	"gonum.org/v1/gonum":                     {"internal/stats"},
	"gonum.org/v1/plot":                      {"internal/render"},
}

// testModules may be imported by test files and helpers only, from anywhere.
var testModules = []string{
	"github.com/google/go-cmp",
	"github.com/rogpeppe/go-internal",
	"github.com/santhosh-tekuri/jsonschema/v6",
	"pgregory.net/rapid",
}

// constructors are the functions of other packages that may be called while a
// package is initialised: they compute a value and touch nothing.
var constructors = []string{
	"big.NewFloat", "big.NewInt", "big.NewRat", "errors.New", "fmt.Errorf", "math.Inf", "math.NaN", "math.Sqrt",
	"reflect.TypeFor", "reflect.TypeOf", "regexp.MustCompile", "strings.NewReplacer", "strings.Fields",
	"template.Must", "template.New", "time.Date",
}

// outside are the ways to the world outside the process that only cmd/button
// takes; everything else gets them handed in.
var outside = []string{"os.Args", "os.Environ", "os.Exit", "os.Getenv", "os.LookupEnv", "os.Stdin", "os.Stdout", "os.Stderr", "log.Fatal", "log.Fatalf"}
