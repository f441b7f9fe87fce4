package python

// NewRecord returns a dict of text keys and values in turn, in that order. The
// keys are different texts.
func NewRecord(keysAndValues ...Value) *Dict {
	d := &Dict{entries: make([]entry, len(keysAndValues)/2)}
	for i := range d.entries {
		key := keysAndValues[2*i]
		d.entries[i] = entry{key: key, value: keysAndValues[2*i+1], hashed: key}
	}
	if len(d.entries) > smallDict {
		d.reindex()
	}
	return d
}

// AppendJSON appends what DumpJSON returns. After an error the text is unchanged.
func AppendJSON(text []byte, v Value) ([]byte, error) {
	var room [4]any // for all but deep values, at once
	p := printer{out: text, inside: room[:0]}
	if err := p.json(v); err != nil {
		return text, err
	}
	return p.out, nil
}
