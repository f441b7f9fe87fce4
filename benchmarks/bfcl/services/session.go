package services

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// Session is one side of one entry: an instance of each class involved, whose
// methods call texts run. It is used by one goroutine at a time.
type Session struct {
	instances   []instance // in the order of the entry's involved classes
	prefix      string     // of the instances' names in call texts
	evaluator   python.Evaluator
	rewritten   bool           // methods stand behind an instance's name in the text being evaluated
	arguments   []python.Value // of the call being made; free again when it returns
	environment *Environment
}

type instance struct {
	class   *Class
	service Service
}

// name is an instance's name in rewritten call texts.
func (s *Session) name(of *instance) string { return s.prefix + of.class.Name + "_instance" }

// NewSession makes the instances for an entry, e.g. multi_turn_base_7. The model's
// name goes into the instances' names, which now and then show in results (see
// rewrite): upstream's is that of the model, with "_eval" or "_ground_truth_eval"
// behind it where it judges. The configuration is the entry's initial_config,
// which is not changed; classes are its involved_classes.
func NewSession(entryID, modelName string, classes []string, configuration *python.Dict, environment *Environment) (*Session, error) {
	s := &Session{
		instances: make([]instance, 0, len(classes)), prefix: identifier(modelName + "_" + entryID + "_"),
		environment: environment,
	}
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
		s.instances = append(s.instances, instance{class: class, service: service})
	}
	s.evaluator = python.Evaluator{Known: s.known, Call: s.call, Left: &environment.left}
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
	if err := s.environment.spend(callWork + len(callText)); err != nil {
		return failed + message(err)
	}
	text, rewritten := callText, false
	if !s.takes(methodOfSingle(callText)) {
		var err error
		if text, err = s.rewrite(callText); err != nil {
			return failed + message(err)
		}
		rewritten = true
		if name := guarded(text); forbidden(name) {
			return failed + "Function call " + name + " is not allowed."
		}
		text = strings.TrimLeft(text, " \t")
	}
	reader := &s.environment.Room.reader
	defer reader.Forget()
	expression, err := reader.ParseExpression(text)
	return s.evaluate(expression, err, rewritten)
}

// evaluate computes a parsed text and shows its value.
func (s *Session) evaluate(expression python.Expression, err error, rewritten bool) string {
	if err != nil {
		return failed + err.Error()
	}
	s.rewritten = rewritten
	value, err := s.evaluator.Evaluate(expression)
	var result string
	if err == nil {
		if result, err = s.resultText(value); err == nil {
			err = s.environment.spend(len(result))
		} else if isKind(err, "MemoryError") {
			_ = s.environment.spend(unshownWork) // this call has failed already
		}
	}
	if err != nil {
		return failed + message(err)
	}
	return result
}

// takes reports whether a method of that name is one of this session's.
func (s *Session) takes(method string) bool {
	on, _ := s.method(method)
	return on != nil
}

// methodOfSingle is what stands before the only "(" of a text, "" when there are
// more. If it is the name of a known method, the text holds no other call, and
// rewrite would only put the instance's name before it: such a text, the usual
// one, is evaluated as it is.
func methodOfSingle(text string) string {
	name, rest, _ := strings.Cut(text, "(")
	if strings.IndexByte(rest, '(') >= 0 {
		return ""
	}
	return name
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
func (s *Session) resultText(value python.Value) (string, error) {
	if dict, isMap := value.(*python.Dict); isMap {
		room := s.environment.Room
		text, err := s.environment.Constants.appendJSON(room.text[:0], dict)
		if cap(text) <= keptText {
			room.text = text
		}
		if err == nil {
			return s.environment.own(text), nil
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
	for _, candidate := range methods[name] {
		for i := range s.instances {
			if s.instances[i].class == candidate.class {
				return &s.instances[i], candidate.method
			}
		}
	}
	return nil, nil
}

// Service is the instance of a class, nil where the entry does not involve it.
func (s *Session) Service(class string) Service {
	for i := range s.instances {
		if s.instances[i].class.Name == class {
			return s.instances[i].service
		}
	}
	return nil
}

// methods are all methods of all classes by name. Only those of the memories, of
// which an entry has one, share names.
var methods = indexMethods(withMemories)

type methodOfClass struct {
	class  *Class
	method *Method
}

func indexMethods(classes []*Class) map[string][]methodOfClass {
	index := map[string][]methodOfClass{}
	for _, class := range classes {
		for i := range class.Methods {
			name := class.Methods[i].Name
			index[name] = append(index[name], methodOfClass{class, &class.Methods[i]})
		}
	}
	return index
}

// LookUpMethod finds a method of the eight services by its name, nil for none.
func LookUpMethod(name string) *Method {
	for _, candidate := range methods[name] {
		return candidate.method
	}
	return nil
}

// called finds the method that a call in the text being evaluated names.
func (s *Session) called(name string) (*instance, *Method) {
	if !s.rewritten {
		return s.method(name)
	}
	object, attribute, _ := strings.Cut(name, ".")
	on, method := s.method(attribute)
	if on == nil || s.name(on) != object {
		return nil, nil
	}
	return on, method
}

func (s *Session) known(name string) bool {
	on, _ := s.called(name)
	return on != nil
}

// call makes one call of an expression.
func (s *Session) call(name string, positional []python.Value, keywords []python.Keyword) (python.Value, error) {
	on, method := s.called(name)
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
