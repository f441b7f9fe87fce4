package dedup

// Recent finds near-duplicates among the latest texts of a stream that has no end,
// in memory that does not grow: when a generation of texts is full, the one before
// it is forgotten. So a text meets at least the generation's size of those before
// it, and at most twice as many.
type Recent struct {
	options    Options
	generation int
	young, old *Index // old is nil in the first generation
	first      int    // number of the first text of young
}

// NewRecent returns an empty window whose generations hold so many texts, at least
// one, or tells which option makes no sense.
func NewRecent(o Options, generation int) (*Recent, error) {
	young, err := New(o)
	if err != nil {
		return nil, err
	}
	return &Recent{options: o, generation: max(1, generation), young: young}, nil
}

// FindOrAdd returns the earliest near-duplicate of a text that is found in the
// window, and takes the text in where there is none. Match.ID counts the texts
// taken in since the beginning, from 0.
func (r *Recent) FindOrAdd(text string) (match Match, found bool) {
	r.young.take(text)
	if r.old != nil {
		r.old.sketch = r.young.sketch
		if match, found = r.old.find(); found {
			match.ID += r.first - r.generation
			return match, true
		}
	}
	if match, found = r.young.find(); found {
		match.ID += r.first
		return match, true
	}
	r.young.add()
	if r.young.buckets.count == r.generation {
		r.forget()
	}
	return Match{}, false
}

// forget begins a generation.
func (r *Recent) forget() {
	next, err := New(r.options)
	if err != nil {
		panic(err) // the options were good for the first one
	}
	r.old, r.young = r.young, next
	r.first += r.generation
}

// Bytes is what is held for texts now.
func (r *Recent) Bytes() int64 {
	held := r.young.Stats().Bytes
	if r.old != nil {
		held += r.old.Stats().Bytes
	}
	return held
}
