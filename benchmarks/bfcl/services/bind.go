package services

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// missing marks a parameter without an argument.
type missing struct{}

// bind puts a call's arguments, then defaults, into the order of the method's
// parameters. It fails as Python does, and in that order: keywords from left to
// right, too many positional arguments, missing ones. The result uses the room
// of into.
func bind(into []python.Value, class *Class, method *Method, positional []python.Value, keywords []python.Keyword) ([]python.Value, error) {
	parameters := method.Parameters
	for i := range parameters {
		if i < len(positional) {
			into = append(into, positional[i])
		} else {
			into = append(into, missing{})
		}
	}
	for _, keyword := range keywords {
		at := method.parameter(keyword.Name)
		switch {
		case keyword.Name == "self":
			return nil, bindError(class, method, "got multiple values for argument 'self'")
		case at < 0:
			return nil, bindError(class, method, "got an unexpected keyword argument '"+keyword.Name+"'")
		case into[at] != missing{}:
			return nil, bindError(class, method, "got multiple values for argument '"+keyword.Name+"'")
		}
		into[at] = keyword.Value
	}
	if len(positional) > len(parameters) {
		return nil, tooMany(class, method, len(positional)+1)
	}
	lacking := 0
	for i := range parameters {
		if into[i] != (missing{}) {
			continue
		}
		if parameters[i].Required {
			lacking++
		} else {
			into[i] = parameters[i].Default
		}
	}
	if lacking > 0 {
		return nil, tooFew(class, method, into, lacking)
	}
	return into, nil
}

// parameter is the place of a parameter, -1 without.
func (m *Method) parameter(name string) int {
	for i := range m.Parameters {
		if m.Parameters[i].Name == name {
			return i
		}
	}
	return -1
}

func bindError(class *Class, method *Method, text string) error {
	return &python.Exception{Kind: "TypeError", Message: class.Name + "." + method.Name + "() " + text}
}

// tooMany is the error of more positional arguments than parameters; both count
// self.
func tooMany(class *Class, method *Method, given int) error {
	most := len(method.Parameters) + 1
	least := 1
	for _, parameter := range method.Parameters {
		if parameter.Required {
			least++
		}
	}
	takes, noun := fmt.Sprint(most), "arguments"
	switch {
	case least < most:
		takes = fmt.Sprintf("from %d to %d", least, most)
	case most == 1:
		noun = "argument"
	}
	return bindError(class, method, fmt.Sprintf("takes %s positional %s but %d were given", takes, noun, given))
}

// tooFew is the error of required parameters without arguments.
func tooFew(class *Class, method *Method, bound []python.Value, lacking int) error {
	names := make([]string, 0, lacking)
	for i, value := range bound {
		if value == (missing{}) {
			names = append(names, "'"+method.Parameters[i].Name+"'")
		}
	}
	noun := "arguments"
	list := strings.Join(names, " and ")
	switch {
	case lacking == 1:
		noun = "argument"
	case lacking > 2:
		list = strings.Join(names[:lacking-1], ", ") + ", and " + names[lacking-1]
	}
	return bindError(class, method, fmt.Sprintf("missing %d required positional %s: %s", lacking, noun, list))
}
