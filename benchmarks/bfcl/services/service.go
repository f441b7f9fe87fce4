// Package services plays the eight simulated services of BFCL v4's multi-turn
// categories: a call text goes in, the result text that upstream's Python
// classes give comes out, and the state behind it changes as theirs does.
// Nothing is executed but the methods listed here.
//
// Arguments are Python values of any kind; a method meets them with Python's
// operators (internal/python) and fails as those fail.
package services

import (
	"time"

	"github.com/buttonbench/button/internal/python"
)

// Service is one instance of a class: the state of one service on one side
// (model or answer) of one entry. It is used by one goroutine at a time.
type Service interface {
	// Differences names the compared public attributes, in upstream's spelling
	// and order, in which this instance and the answer's instance of the same
	// class differ. Comparison is Python's ==.
	Differences(answer Service) []string
}

// Class is what upstream writes as a Python class.
type Class struct {
	Name    string
	Methods []Method

	// New makes an instance from the entry's initial_config member for the class;
	// nil stands for an entry without one. The configuration is a template that
	// many instances read, so New copies whatever the instance could change. An
	// error says that the configuration cannot be loaded.
	New func(configuration *python.Dict, environment *Environment) (Service, error)
}

// Method is a public method of a class. Names do not repeat among the classes of an
// entry.
type Method struct {
	Name       string
	Parameters []Parameter // in positional order, without self

	// Call runs the method's body. There is one argument for each parameter, in
	// order, with defaults filled in. The service is an instance of the class. An
	// error is a python.Exception: what was changed before it stays changed.
	Call func(service Service, arguments []python.Value) (python.Value, error)
}

// Parameter is a parameter of a method. Default counts unless Required; it must
// be of a kind that cannot change, for all calls share it.
type Parameter struct {
	Name     string
	Default  python.Value
	Required bool
}

// required returns parameters without defaults, the commonest kind.
func required(names ...string) []Parameter {
	parameters := make([]Parameter, len(names))
	for i, name := range names {
		parameters[i] = Parameter{Name: name, Required: true}
	}
	return parameters
}

// optional returns a parameter with a default.
func optional(name string, value python.Value) Parameter {
	return Parameter{Name: name, Default: value}
}

// Environment is what the instances of one entry have in common: the model's and
// the answer's alike, in the order in which their calls run. Upstream keeps the
// mutable part for the whole process; here each entry begins afresh (bfcl.md
// section 8: the verdicts are the same). It is used by one goroutine at a time.
type Environment struct {
	LongContext bool       // the category is multi_turn_long_context
	Constants   *Constants // nil unless LongContext
	Today       time.Time  // the date by which ages are reckoned

	// Memory is what earlier conversations left, nil for nothing, and Embed what a
	// memory of vectors is searched with; both are for the memory categories.
	Memory Memory
	Embed  Embed

	// The defaults of TwitterAPI.post_tweet, one list object each for all posts
	// of all instances.
	Tags, Mentions *python.List

	// Likely are result texts that are likely, each under itself: where a result is
	// one of them, no text is made for it. It is only read.
	Likely map[string]string

	// Room is memory that sessions use for one call after another; who makes many
	// environments hands it from one to the next.
	Room *Room

	shared map[string]python.Value
	left   int // of the work, in bytes made or steps taken
}

// Room is memory to be used again. The zero value is ready; one environment uses it
// at a time.
type Room struct {
	text   []byte        // a result's, while it is made
	reader python.Reader // of the call being made
}

// keptText is how much room for results is kept, in bytes.
const keptText = 1 << 17

// own makes a text of what stands in the room for results.
func (e *Environment) own(text []byte) string {
	if likely, known := e.Likely[string(text)]; known {
		return likely
	}
	return string(text)
}

// maxWork bounds what all calls of an entry together may make, in bytes: Python has
// no such bound, and real conversations need a tenth at most. A call counts as callWork
// at least, so that there are at most 16,384 of them.
const (
	maxWork     = 1 << 28
	callWork    = 1 << 14
	valueWork   = 16      // of an item of a list
	putInWork   = 4       // of a byte put into a call text
	unshownWork = 1 << 26 // of a result too large to be shown
)

// spend takes from the work that is left.
func (e *Environment) spend(work int) error {
	if e.left -= work; e.left < 0 {
		return python.Raise("MemoryError", "the conversation makes more than may be made")
	}
	return nil
}

// NewEnvironment returns a fresh environment for one entry.
func NewEnvironment(longContext bool, constants *Constants, today time.Time) *Environment {
	return &Environment{
		LongContext: longContext, Constants: constants, Today: today,
		Tags: &python.List{}, Mentions: &python.List{}, Room: &Room{}, left: maxWork,
	}
}

// Shared returns this entry's own copy of a long-context constant: the same
// object for every instance, so that a change by one shows in all of them. It is
// for the credit cards, the booking records and the weather map.
func (e *Environment) Shared(constant string) python.Value {
	if value, found := e.shared[constant]; found {
		return value
	}
	if e.shared == nil {
		e.shared = map[string]python.Value{}
	}
	value := python.Copy(e.Constants.value(constant))
	e.shared[constant] = value
	return value
}

// classes are all classes, in upstream's order.
var classes = []*Class{
	&fileSystemClass, &mathClass, &messageClass, &twitterClass,
	&ticketClass, &tradingClass, &travelClass, &vehicleClass,
}

var withMemories = append(memoryClasses(), classes...)

// Lookup finds a class by its name, e.g. "TravelAPI". It returns nil when there
// is none.
func Lookup(name string) *Class {
	for _, class := range withMemories {
		if class.Name == name {
			return class
		}
	}
	return nil
}
