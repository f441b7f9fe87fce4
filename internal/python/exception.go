package python

import "fmt"

// Exception is a Python exception: Kind is its class (TypeError), Message what
// str(e) shows.
type Exception struct{ Kind, Message string }

// Error is "Kind: Message".
func (e *Exception) Error() string { return e.Kind + ": " + e.Message }

// Raise returns an *Exception with a formatted message.
func Raise(kind, format string, args ...any) error {
	return &Exception{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Bounds on what one operation may make; Python has none and would take all
// memory.
const (
	maxItems = 1 << 22 // elements of a list or tuple
	maxText  = 1 << 26 // bytes of a text
	maxBits  = 1 << 20 // of a whole number
	maxDepth = 990     // of values inside one another, as Python's recursion limit leaves
)

// maxDigits is CPython's limit on converting whole numbers to and from text.
const maxDigits = 4300

func tooLarge(what string) error {
	return Raise("MemoryError", "the result is too large: %s", what)
}

func tooDeep(doing string) error {
	return Raise("RecursionError", "maximum recursion depth exceeded%s", doing)
}
