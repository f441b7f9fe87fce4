package services

import "github.com/buttonbench/button/internal/python"

// settings read a class's member of initial_config: each value is the
// configuration's, copied, or else the default. The first value of a wrong kind
// is kept as the error.
type settings struct {
	class         string
	configuration *python.Dict // may be nil
	err           error
}

// value returns a member of any kind.
func (s *settings) value(name string, standard python.Value) python.Value {
	if s.configuration != nil {
		if value, found := s.configuration.GetText(name); found {
			return python.Copy(value)
		}
	}
	return standard
}

// dict returns a member that is to be a map; the default is used as it is.
func (s *settings) dict(name string, standard *python.Dict) *python.Dict {
	value, isMap := s.value(name, standard).(*python.Dict)
	if !isMap {
		s.wrong(name, "a map")
		return standard
	}
	return value
}

// list returns a member that is to be a list.
func (s *settings) list(name string, standard *python.List) *python.List {
	value, isList := s.value(name, standard).(*python.List)
	if !isList {
		s.wrong(name, "a list")
		return standard
	}
	return value
}

func (s *settings) wrong(name, want string) {
	if s.err == nil {
		s.err = python.Raise("ValueError", "%s: %s is to be %s", s.class, name, want)
	}
}
