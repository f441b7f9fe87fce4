package button

// Origin says where an imported record comes from, and what was wrong with it there.
type Origin struct {
	Format string `json:"format"` // the name of the foreign format
	File   string `json:"file"`   // its name, without folders
	Line   int    `json:"line"`   // where the record begins, from 1
	// Faults are what the importer could not read or had to mend.
	Faults []Fault `json:"faults,omitempty"`
	// CallIDs maps the record's call ids to the foreign ones that are none here.
	CallIDs map[string]string `json:"call_ids,omitempty"`
}

// Fault is something in a foreign record that is not as its format wants it.
type Fault struct {
	// Rule says what kind of fault it is: "unreadable_call", "repaired_call", ...
	Rule    string `json:"rule"`
	Message int    `json:"message"` // index into messages, -1 for the record
	Text    string `json:"text"`    // what was wrong, in words
	Span    string `json:"span,omitempty"`
}
