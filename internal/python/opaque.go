package python

// Opaque is an object of a class that is not known here, such as a decimal
// number: it has a kind and a repr, and equals what shows alike. Operators do not
// take it, and JSON cannot carry it.
type Opaque struct{ Kind, Text string }
