package world

import (
	"encoding/json"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/config"
	"github.com/buttonbench/button/internal/schema"
)

// Value is a value of a semantic type in canonical form: a string (text, code,
// name, date "2006-01-02", time "15:04", date-time "2006-01-02T15:04"), an int64
// in the type's smallest unit (cents, tenths, minutes, pieces), a bool, or, for
// a list parameter, a []Value.
type Value = any

// World is a loaded world folder. It is immutable and safe for concurrent use.
type World struct {
	Name, Title, Role string
	Use               string // "train" or "heldout"
	Currency          string
	We                bool
	Scenarios         []string
	Fixed             map[string]bool // table names that no call changes
	Types             map[string]*Type
	Functions         []*Function // in the order of the file
	Hash              string      // SHA-256 over both files, hexadecimal

	byName map[string]*Function
	engine *engine
	spec   *config.Node // world.yaml as it is written, for places in messages
}

// Function returns a function by name, or nil.
func (w *World) Function(name string) *Function { return w.byName[name] }

// The base types.
const (
	Text     = "Text"
	Date     = "Date"
	Time     = "Time"
	DateTime = "DateTime"
	Money    = "Money"
	Count    = "Count"
	Minutes  = "Minutes"
	Quantity = "Quantity"
	Percent  = "Percent"
	Number   = "Number"
	Bool     = "Bool"
	Person   = "Person"
	Email    = "Email"
	Phone    = "Phone"
	Code     = "Code"  // minted or drawn identifiers
	Named    = "Named" // values of a list or table column
	Enum     = "Enum"  // closed set of codes, each with surfaces
)

// What a user can know of a value.
const (
	ToldFree    = "free"
	ToldPrinted = "printed"
	ToldNever   = "never"
)

// Type is a semantic type.
type Type struct {
	Name  string
	Base  string
	World *World // nil for a built-in type
	Told  string

	Values        []string   // Named: fixed values
	Codes         []EnumCode // Enum
	Table, Column string     // Named or Code: drawn from a table of the state
	Pattern       string     // Code: 9 = digit, A = capital letter, the rest literal

	Forms   []string // patterns with {x}; never empty after loading
	States  []string
	Tag     []string
	Again   []string
	Entity  Noun
	Pronoun string // "it", "they", "he", "she"
	Place   bool

	Unit      Noun   // Count: noun; Quantity: One is the symbol
	UnitWords Noun   // Quantity: spoken
	Range     [2]int // literal limits in the smallest unit; {0,0} means none
	Step      int
	Days      [2]int // Date: literal limits, days from today

	Compare map[string]string
}

// EnumCode is one value of an Enum with the words people use for it.
type EnumCode struct {
	Code     string
	Surfaces []string
}

// Noun is a noun in both numbers.
type Noun struct{ One, Many string }

// Numeric reports whether values of the type are int64.
func (t *Type) Numeric() bool {
	switch t.Base {
	case Money, Count, Minutes, Quantity, Percent, Number:
		return true
	}
	return false
}

// Rankable reports whether "the smallest" of several values makes sense.
func (t *Type) Rankable() bool {
	switch t.Base {
	case Money, Count, Minutes, Quantity, Percent, Date, Time, DateTime:
		return true
	}
	return false
}

// Function is one tool of a world.
type Function struct {
	World  *World
	Name   string
	Does   []string
	Effect string // button.EffectPure, EffectRead, EffectWrite
	Params []*Param
	// List is the name of the result's list of items ("tools"), or "".
	List string
	// Items are the fields of one list item; Fields the fields beside the list.
	Items, Fields []*Field
	Fails         map[string]string

	Fan      []string
	Adds     []string
	Gate     map[string]map[string][]string // field -> at_most|at_least|holds|fails -> writes
	Excludes []string
	NotFrom  map[string][]string
	Resolves map[string]string // parameter -> field
	Alone    bool
	Say      Say

	// Line is the line of the function's name in world.yaml.
	Line int

	resultSchema json.RawMessage
	parameters   json.RawMessage

	input, output []*shape
	// compiled gives both schemas ready for checking; they are compiled once, when
	// first needed.
	compiled func() (*compiledSchemas, error)
}

// compiledSchemas are a function's schemas, ready for checking.
type compiledSchemas struct{ parameters, result *schema.Schema }

// Param returns the parameter with a path, or nil.
func (f *Function) Param(path string) *Param {
	for _, param := range f.Params {
		if param.Path == path {
			return param
		}
	}
	return nil
}

// Field returns a field outside the list, or nil.
func (f *Function) Field(path string) *Field { return findField(f.Fields, path) }

// Item returns a field of the list's items, or nil.
func (f *Function) Item(path string) *Field { return findField(f.Items, path) }

// Writes reports whether the function changes the state.
func (f *Function) Writes() bool { return f.Effect == button.EffectWrite }

func findField(fields []*Field, path string) *Field {
	for _, field := range fields {
		if field.Path == path {
			return field
		}
	}
	return nil
}

// Param is one leaf parameter. Path is "shed" or, inside an object parameter,
// "contact.name". Many marks a list of values.
type Param struct {
	Path        string
	Type        *Type
	Required    bool
	Many        bool
	Description string
}

// Field is one leaf of a result. Path is "fee" or "address.city", relative to the
// item for fields of a list.
type Field struct {
	Path string
	Type *Type
}

// Say holds the words of a function; all strings are patterns.
type Say struct {
	Things []string
	Thing  Noun
	Label  string
	Item   string
	Pick   map[string]Pick   // field -> words
	Filter map[string]Filter // Bool field -> words
	Scene  []string
	Ask    map[string][]string // field or list name -> fragments
	Tell   map[string]Tell     // field or list name
	As     map[string][]string // field, or field + ".date" / ".time"
	Do     []string
	Want   []string
	Done   []string
	Why    []string
	Doing  []string
}

// Pick has the superlatives of a field for its smallest and largest value.
type Pick struct{ Min, Max []string }

// Filter has the words for items whose Bool field holds or fails.
type Filter struct{ Holds, Fails []string }

// Tell is the answer's clause for a field: Text, or Holds and Fails for a Bool.
type Tell struct{ Text, Holds, Fails string }
