package services

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// Session is one side of one entry: an instance of each class involved, whose
// methods call texts run. It is used by one goroutine at a time.
type Session struct {
	instances []instance // in the order of the entry's involved classes
	evaluator python.Evaluator
	arguments []python.Value // of the call being made; free again when it returns
}

// instance is a service under the name that it has in call texts.
type instance struct {
	class   *Class
	name    string
	service Service
}

// NewSession makes the instances for an entry, e.g. multi_turn_base_7. The model's
// name goes into the instances' names, which now and then show in results (see
// rewrite): upstream's is that of the model, with "_eval" or "_ground_truth_eval"
// behind it where it judges. The configuration is the entry's initial_config,
// which is not changed; classes are its involved_classes.
func NewSession(entryID, modelName string, classes []string, configuration *python.Dict, environment *Environment) (*Session, error) {
	s := &Session{instances: make([]instance, 0, len(classes))}
	prefix := identifier(modelName + "_" + entryID + "_")
	for _, name := range classes {
		class := Lookup(name)
		if class == nil {
			return nil, fmt.Errorf("entry %s: no service of class %q is simulated here", entryID, name)
		}
		var member *python.Dict
		if configuration != nil {
			if value, found := configuration.GetText(name); found {
				var isMap bool
				if member, isMap = value.(*python.Dict); !isMap {
					return nil, fmt.Errorf("entry %s: initial_config of %s is to be an object", entryID, name)
				}
			}
		}
		service, err := class.New(member, environment)
		if err != nil {
			return nil, fmt.Errorf("entry %s: initial_config of %s: %w", entryID, name, err)
		}
		s.instances = append(s.instances, instance{class: class, name: prefix + name + "_instance", service: service})
	}
	s.evaluator = python.Evaluator{Known: s.known, Call: s.call}
	return s, nil
}

// identifier makes a text usable in a Python name. Upstream replaces only - . / :
// and fails on the rest.
func identifier(text string) string {
	mapped := strings.Map(func(r rune) rune {
		if r < 0x80 && python.IsWord(r) {
			return r
		}
		return '_'
	}, text)
	if mapped != "" && '0' <= mapped[0] && mapped[0] <= '9' {
		return "_" + mapped
	}
	return mapped
}

const failed = "Error during execution: "

// Execute runs one call text and returns its result text, as upstream's executor
// does: nothing that the text says can make it fail otherwise than by a result
// text.
func (s *Session) Execute(callText string) string {
	text := s.rewrite(callText)
	if name := guarded(text); forbidden(name) {
		return failed + "Function call " + name + " is not allowed."
	}
	expression, err := python.ParseExpression(strings.TrimLeft(text, " \t"))
	if err != nil {
		return failed + err.Error()
	}
	value, err := s.evaluator.Evaluate(expression)
	if err == nil {
		var result string
		if result, err = resultText(value); err == nil {
			return result
		}
	}
	return failed + message(err)
}

// message is what str() of an exception shows.
func message(err error) string {
	if exception, isException := err.(*python.Exception); isException {
		return exception.Message
	}
	return err.Error()
}

// resultText is the text of a result: text as it is, a map as JSON unless JSON
// cannot carry it, anything else as Python's str.
func resultText(value python.Value) (string, error) {
	if dict, isMap := value.(*python.Dict); isMap {
		if text, err := python.DumpJSON(dict); err == nil {
			return text, nil
		}
	}
	return python.Str(value)
}

// guarded is the name that the guard against dangerous calls looks at: what
// stands before the first "(", or between its first and second dot.
func guarded(text string) string {
	before, _, _ := strings.Cut(text, "(")
	_, after, dotted := strings.Cut(before, ".")
	if !dotted {
		return before
	}
	name, _, _ := strings.Cut(after, ".")
	return name
}

func forbidden(name string) bool {
	switch name {
	case "kill", "exit", "quit", "remove", "unlink", "popen", "Popen", "run":
		return true
	}
	return false
}

// method finds a method of one of the classes involved.
func (s *Session) method(name string) (*instance, *Method) {
	found, known := methods[name]
	if !known {
		return nil, nil
	}
	for i := range s.instances {
		if s.instances[i].class == found.class {
			return &s.instances[i], found.method
		}
	}
	return nil, nil
}

// methods are all methods of all classes by name; no two share one.
var methods = indexMethods(classes)

type methodOfClass struct {
	class  *Class
	method *Method
}

func indexMethods(classes []*Class) map[string]methodOfClass {
	index := map[string]methodOfClass{}
	for _, class := range classes {
		for i := range class.Methods {
			index[class.Methods[i].Name] = methodOfClass{class, &class.Methods[i]}
		}
	}
	return index
}

// dotted finds the method that "<instance>.<method>" names.
func (s *Session) dotted(name string) (*instance, *Method) {
	object, attribute, _ := strings.Cut(name, ".")
	on, method := s.method(attribute)
	if on == nil || on.name != object {
		return nil, nil
	}
	return on, method
}

func (s *Session) known(name string) bool {
	on, _ := s.dotted(name)
	return on != nil
}

// call makes one call of an expression.
func (s *Session) call(name string, positional []python.Value, keywords []python.Keyword) (python.Value, error) {
	on, method := s.dotted(name)
	arguments, err := bind(s.arguments[:0], on.class, method, positional, keywords)
	if err != nil {
		return nil, err
	}
	s.arguments = arguments
	return method.Call(on.service, arguments)
}

// Compare finds the first class, in the entry's order, whose instance in the
// model's session differs from that in the answer's, and the names of the
// attributes in which it does. The class is "" when all are equal. Both sessions
// are of the same entry.
func Compare(model, answer *Session) (class string, attributes []string) {
	for i := range model.instances {
		if names := model.instances[i].service.Differences(answer.instances[i].service); len(names) > 0 {
			return model.instances[i].class.Name, names
		}
	}
	return "", nil
}
