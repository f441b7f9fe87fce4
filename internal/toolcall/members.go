package toolcall

// members builds an object, member by member, in the time that its length takes.
type members struct {
	list   []member
	places map[string]int
}

// set adds a member, or gives one that is there another value.
func (m *members) set(name string, to value) (replaced bool) {
	if place, ok := m.places[name]; ok {
		m.list[place].value = to
		return true
	}
	if m.places == nil {
		m.places = map[string]int{}
	}
	m.places[name] = len(m.list)
	m.list = append(m.list, member{name, to})
	return false
}

func (m *members) value() value { return value{kind: objectKind, members: m.list} }

// parameters are the names of a tool's parameters, in the schema's order.
type parameters struct {
	names []string
	known map[string]bool
}

// parameters are those of a function; none for one that is not offered.
func (in *input) parameters(function string) *parameters {
	function = in.functionName(function)
	if found, ok := in.named[function]; ok {
		return found
	}
	found := &parameters{known: map[string]bool{}}
	if !in.has(function) {
		return found
	}
	for _, schema := range in.coercer(function).root {
		if properties, ok := schema.get("properties"); ok {
			for _, property := range properties.members {
				found.names = append(found.names, property.name)
				found.known[property.name] = true
			}
		}
	}
	in.named[function] = found
	return found
}
