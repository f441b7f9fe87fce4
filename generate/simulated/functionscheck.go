package simulated

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/grounding"
	"github.com/buttonbench/button/internal/schema"
)

var (
	identifierForm = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]{0,63}$`)
	nameStyles     = map[string]*regexp.Regexp{
		StyleSnake:  regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`),
		StyleCamel:  regexp.MustCompile(`^[a-z][a-z0-9]*([A-Z][a-z0-9]*)*$`),
		StylePascal: regexp.MustCompile(`^([A-Z][a-z0-9]*)+$`),
	}
)

// faults checks the functions, and then the mapping.
func (m *mapper) faults(style string) []teach.Violation {
	var faults []teach.Violation
	names := map[string]bool{}
	compiler := &schema.Compiler{}
	for i := range m.written {
		f := &m.written[i]
		if m.closed() {
			faults = append(faults, broken(RuleNotOffered, f.Name, "no function may be written here: map the tasks to the tools that are there"))
			continue
		}
		switch _, taken := m.existing[f.Name]; {
		case !identifierForm.MatchString(f.Name):
			faults = append(faults, broken(RuleNameForm, f.Name, "it is no name of letters, digits and underscores"))
		case taken:
			faults = append(faults, broken(RuleNameTaken, f.Name, "a function of this name exists: use it as it is, or choose another name"))
		case names[f.Name]:
			faults = append(faults, broken(RuleNameTaken, f.Name, "two functions have the same name"))
		case !nameStyles[style].MatchString(f.Name):
			faults = append(faults, broken(RuleNameStyle, f.Name, "names are to be in %s", style))
		}
		names[f.Name] = true
		faults = append(faults, m.contractFaults(f, compiler)...)
		if !slices.ContainsFunc(m.mapping, func(one Mapping) bool { return one.Function == f.Name }) {
			faults = append(faults, broken(RuleFunctionUnused, f.Name, "no task uses the function"))
		}
	}
	if slices.ContainsFunc(faults, func(fault teach.Violation) bool { return fault.Rule == RuleSchemaInvalid }) {
		return faults // what a mapping is worth cannot be told
	}
	return append(faults, m.mappingFaults()...)
}

// contractFaults checks one function by itself and against the request.
func (m *mapper) contractFaults(f *FunctionForm, compiler *schema.Compiler) []teach.Violation {
	c, err := contractOf(f.function())
	for _, text := range []json.RawMessage{f.Parameters, f.Returns} {
		if err == nil {
			_, err = compiler.Compile(text)
		}
	}
	if err == nil && len(c.returns.Properties) == 0 {
		return []teach.Violation{broken(RuleSchemaInvalid, f.Name, "the result of %s has no fields", f.Name)}
	}
	if err != nil {
		return []teach.Violation{broken(RuleSchemaInvalid, err.Error(), "the schemas of %s are not sound", f.Name)}
	}
	var faults []teach.Violation
	texts := []string{strings.Join(nameParts(f.Name), " "), f.Description}
	for _, one := range f.Errors {
		texts = append(texts, strings.Join(nameParts(one.Code), " "), one.When)
	}
	note := func(name string, node *schemaNode) {
		texts = append(texts, strings.Join(nameParts(name), " "), node.Description)
		for _, value := range node.Enum {
			if !(len(node.Enum) >= 3 && shortCode(textOf(value))) {
				texts = append(texts, textOf(value))
			}
		}
	}
	c.parameters.walk("", note)
	c.returns.walk("", note)
	// Functions are of no day: "the first" and "today" are no dates of the request.
	said := grounding.Reader{Order: m.reader.Order}.Read(strings.Join(texts, "\n"))
	for _, task := range m.composed.Tasks {
		for _, value := range task.KnownValues {
			if telling(value.Value) && said.Says(value.Value) {
				faults = append(faults, broken(RuleRequestLiteral, textOf(value.Value), "%s must be of use to other requests too, and say nothing of this one", f.Name))
			}
		}
	}
	for _, name := range sortedNames(c.parameters.Properties) {
		if slices.Contains(requestNames, strings.Join(nameParts(name), "_")) {
			faults = append(faults, broken(RuleWholeRequest, name, "a parameter of %s takes the request as it is", f.Name))
		}
	}
	return faults
}

// requestNames are parameters that can only hold what the user said.
var requestNames = []string{"request", "task", "question", "instruction", "instructions", "prompt", "user_request", "user_input", "user_query", "user_message", "user_question"}

// telling reports whether a value can only have come from its request: it has a
// capital or several digits.
func telling(value json.RawMessage) bool {
	text := textOf(value)
	digits := 0
	for _, r := range text {
		switch {
		case unicode.IsUpper(r):
			return len(text) >= 3
		case unicode.IsDigit(r):
			digits++
		}
	}
	return digits >= 3 || digits >= 1 && len(text) > digits
}

// shortCode reports whether a text is like the code of a currency or a country,
// of which an enum may list many.
func shortCode(text string) bool {
	return len(text) <= 3 && strings.ToUpper(text) == text && !strings.ContainsAny(text, "0123456789")
}

// mappingFaults checks that every task is done and that every argument comes from
// somewhere.
func (m *mapper) mappingFaults() []teach.Violation {
	var faults []teach.Violation
	seen := map[int]bool{}
	for i := range m.mapping {
		one := &m.mapping[i]
		switch {
		case one.Task >= len(m.composed.Tasks):
			faults = append(faults, broken(RuleFunctionUnknown, taskPlace(one.Task), "there is no such task"))
			continue
		case m.byName[one.Function] == nil && m.closed():
			faults = append(faults, broken(RuleNotOffered, one.Function, "no tool of this name is on offer"))
			continue
		case m.byName[one.Function] == nil:
			faults = append(faults, broken(RuleFunctionUnknown, one.Function, "no function of this name is defined or exists"))
			continue
		case seen[one.Task]:
			faults = append(faults, broken(RuleTaskMappedTwice, taskPlace(one.Task), "a task has one function"))
			continue
		}
		seen[one.Task] = true
		faults = append(faults, m.argumentFaults(one, m.byName[one.Function])...)
	}
	for number := range m.composed.Tasks {
		if task := &m.composed.Tasks[number]; task.Effect != button.EffectPure && !seen[number] {
			faults = append(faults, broken(RuleTaskUnmapped, taskPlace(number), "the task has the effect %q and no function", task.Effect))
		}
	}
	return faults
}

// argumentFaults checks how one task is done.
func (m *mapper) argumentFaults(one *Mapping, c *contract) []teach.Violation {
	var faults []teach.Violation
	task := &m.composed.Tasks[one.Task]
	if (task.Effect == button.EffectWrite) != (c.effect == button.EffectWrite) {
		faults = append(faults, broken(RuleEffect, c.name, "%s has the effect %q, its function %q", taskPlace(one.Task), task.Effect, c.effect))
	}
	sourced, used, taken := map[string]bool{}, map[string]bool{}, map[int]bool{}
	for _, argument := range one.Arguments {
		parameter := m.parameter(c, argument.Param)
		switch {
		case parameter == nil:
			faults = append(faults, broken(RuleParameterUnknown, argument.Param, "%s has no such parameter", c.name))
			continue
		case sourced[argument.Param]:
			faults = append(faults, broken(RuleParameterTwice, argument.Param, "the parameter of %s has two sources", c.name))
		}
		sourced[argument.Param] = true
		switch argument.Source {
		case button.FromUser:
			used[argument.Ref] = true
			faults = append(faults, m.userFaults(task, argument, parameter)...)
		case button.FromResult:
			from, found := m.resultFaults(one.Task, argument, parameter)
			taken[from] = true
			faults = append(faults, found...)
		case button.FromDefault:
			if parameter.Default == nil {
				faults = append(faults, broken(RuleSourceUnknown, argument.Param, "the parameter of %s declares no default", c.name))
			}
		}
	}
	for _, name := range m.required(c) {
		if !sourced[name] && !(m.closed() && withDefault(c, name)) {
			faults = append(faults, broken(RuleNoSource, name, "the required parameter of %s has no source in %s", c.name, taskPlace(one.Task)))
		}
	}
	for _, value := range task.KnownValues {
		if !used[value.Name] {
			faults = append(faults, broken(RuleValueUnused, value.Name, "the known value of %s goes into no parameter of %s", taskPlace(one.Task), c.name))
		}
	}
	for _, link := range m.composed.Links {
		if link.To == one.Task && !slices.ContainsFunc(m.origins(link.From), func(from int) bool { return taken[from] }) {
			faults = append(faults, broken(RuleLinkUnmapped, link.Input, "%s takes what %s brings, yet no argument comes from there", taskPlace(one.Task), taskPlace(link.From)))
		}
	}
	return faults
}

// parameter is the schema of a parameter; of somebody's own function also that of a
// member of one, by its path.
func (m *mapper) parameter(c *contract, name string) *schemaNode {
	if !m.closed() {
		return c.parameters.Properties[name]
	}
	node, _ := c.parameters.at(name)
	return node
}

// required lists what a call cannot do without. A source of a whole object stands
// for all of its members.
func (m *mapper) required(c *contract) []string {
	if !m.closed() {
		return c.parameters.Required
	}
	return c.parameters.required("")
}

// withDefault reports whether a required parameter has a value of its own.
func withDefault(c *contract, path string) bool {
	node, _ := c.parameters.at(path)
	return node != nil && node.Default != nil
}

// origins are the tasks from whose functions something that a task brings can
// come: the task itself, or where it has no function, those that it takes from.
func (m *mapper) origins(task int) []int {
	if m.byTask[task] != nil {
		return []int{task}
	}
	var from []int
	for _, link := range m.composed.Links {
		if link.To == task && link.From < task {
			from = append(from, m.origins(link.From)...)
		}
	}
	return from
}

// userFaults checks an argument that the user is said to give.
func (m *mapper) userFaults(task *AtomicTask, argument Argument, parameter *schemaNode) []teach.Violation {
	at := slices.IndexFunc(task.KnownValues, func(value KnownValue) bool { return value.Name == argument.Ref })
	if at < 0 {
		return []teach.Violation{broken(RuleSourceUnknown, argument.Ref, "the task has no known value of this name")}
	}
	value := task.KnownValues[at].Value
	if n := len(strings.Fields(textOf(value))); n > mostArgumentWords && 2*n > len(strings.Fields(m.composed.Request)) {
		return []teach.Violation{broken(RuleWholeRequest, textOf(value), "the parameter %s takes most of the request", argument.Param)}
	}
	if !m.valueFits(value, parameter) {
		return []teach.Violation{broken(RuleSourceType, textOf(value), "the known value %s cannot be a %s for the parameter %s", argument.Ref, parameter.Type, argument.Param)}
	}
	return nil
}

// mostArgumentWords is how long an argument may be without being suspected of
// holding the request.
const mostArgumentWords = 10

// valueFits reports whether what a user says can become a parameter's value.
func (m *mapper) valueFits(value json.RawMessage, parameter *schemaNode) bool {
	if parameter.Type == "array" && parameter.Items != nil {
		parameter = parameter.Items
	}
	if len(parameter.Enum) > 0 {
		said := m.reader.Read(textOf(value))
		return slices.ContainsFunc(parameter.Enum, func(allowed json.RawMessage) bool { return said.Says(allowed) })
	}
	switch parameter.Type {
	case "string", "": // the latter has anything
		return true
	case "integer":
		number, isNumber := numberOf(value)
		return isNumber && number.IsInt() || !isNumber && m.saysNumber(textOf(value))
	case "number":
		_, isNumber := numberOf(value)
		return isNumber || m.saysNumber(textOf(value))
	}
	return false // no user says an object, and a boolean cannot be traced to words
}

func (m *mapper) saysNumber(text string) bool {
	literals := m.reader.Literals(text)
	return len(literals) > 0 && strings.ContainsFunc(text, unicode.IsDigit) || slices.ContainsFunc(literals, func(l grounding.Literal) bool { return l.Spelled })
}

// resultFaults checks an argument that is said to come from an earlier result, and
// tells from which task.
func (m *mapper) resultFaults(task int, argument Argument, parameter *schemaNode) (from int, faults []teach.Violation) {
	number, path, _ := strings.Cut(argument.Ref, ".")
	from, err := strconv.Atoi(number)
	if err != nil || from < 0 || from >= len(m.composed.Tasks) || m.byTask[from] == nil || m.byName[m.byTask[from].Function] == nil {
		return -1, []teach.Violation{broken(RuleSourceUnknown, argument.Ref, "it names no task with a function")}
	}
	linked := slices.ContainsFunc(m.composed.Links, func(link Link) bool {
		return link.To == task && slices.Contains(m.origins(link.From), from)
	})
	if !linked {
		return -1, []teach.Violation{broken(RuleSourceUnlinked, argument.Ref, "%s is not linked to %s", taskPlace(task), taskPlace(from))}
	}
	source, several := m.byName[m.byTask[from].Function].returns.at(path)
	if source == nil {
		return from, []teach.Violation{broken(RuleSourceUnknown, argument.Ref, "the result of %s has no such field", m.byTask[from].Function)}
	}
	if !resultFits(source, several, parameter) {
		return from, []teach.Violation{broken(RuleSourceType, argument.Ref, "a %s cannot go into %s, which is a %s", source.Type, argument.Param, parameter.Type)}
	}
	return from, nil
}

// resultFits reports whether a field of a result can become a parameter's value.
// Of several, one can be picked or all be handed on.
func resultFits(source *schemaNode, several bool, parameter *schemaNode) bool {
	if source.Type == "array" && source.Items != nil && parameter.Type == "array" && parameter.Items != nil {
		return resultFits(source.Items, several, parameter.Items)
	}
	if several && parameter.Type == "array" && parameter.Items != nil {
		return resultFits(source, false, parameter.Items)
	}
	if source.Type == "integer" && parameter.Type == "number" || source.open || parameter.open {
		return true
	}
	formats := source.Format == "" || parameter.Format == "" || source.Format == parameter.Format || source.Format == "date-time"
	return source.Type == parameter.Type && source.Type != "array" && formats
}
