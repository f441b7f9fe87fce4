package python

// keptTexts are what Repr and DumpJSON write for a list, as long as it has these
// items.
type keptTexts struct {
	first      *Value
	count      int
	repr, json string
}

// KeepTexts computes the texts in which the list is shown, so that a long list that
// is shown often costs no more than copying them. What the list holds must not
// change from then on; the list itself may be extended and is then shown as it is.
// A list that cannot be written as JSON keeps nothing.
func (l *List) KeepTexts() {
	if len(l.Items) == 0 {
		return
	}
	json, err := DumpJSON(l)
	if err != nil {
		return
	}
	repr, err := Repr(l)
	if err != nil {
		return
	}
	l.texts = &keptTexts{first: &l.Items[0], count: len(l.Items), repr: repr, json: json}
}

// Alias returns another list of the same items, with the texts kept for them. To
// extend it does not change l.
func (l *List) Alias() *List {
	return &List{Items: l.Items[:len(l.Items):len(l.Items)], texts: l.texts}
}

// kept are the list's texts if they are those of its items.
func (l *List) kept() *keptTexts {
	if l.texts == nil || len(l.Items) != l.texts.count || &l.Items[0] != l.texts.first {
		return nil
	}
	return l.texts
}
