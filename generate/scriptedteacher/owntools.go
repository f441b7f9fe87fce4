package scriptedteacher

import (
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode"
)

// Where a material offers tools of somebody's own, the teacher's private tasks are of
// no use. It then makes a clause of each tool by its schemas alone: "do the NAME with
// PARAMETER VALUE and PARAMETER VALUE", which it can read back like its own.

// ownTool is a tool as the clauses need it.
type ownTool struct {
	name, effect string
	words        string // its name in words
	params       []*ownParam
	fields       []ownField // of its result, those whose name comes once
}

// ownParam is a parameter, or a member of one by its path.
type ownParam struct {
	path, words string
	required    bool
	list        bool // takes several; it is given one
	typ         string
	schema      map[string]any // of what is said
	fixed       any            // what it is where nobody says it, nil for nothing
	examples    []json.RawMessage
}

// ownField is a plain value in a result.
type ownField struct{ path, words, typ string }

// ownClause is what is to be done with a tool.
type ownClause struct {
	tool *ownTool
	args []ownArg
}

// ownArg fills a parameter: by a literal, by a field of what another tool brought, or
// by what is still to be told.
type ownArg struct {
	param         *ownParam
	literal       json.RawMessage
	field, source string
	open          string
}

// ownTools reads tools. Those that need more than can be said come without clauses.
func ownTools(forms []functionForm) []*ownTool {
	var tools []*ownTool
	for _, form := range forms {
		tool := &ownTool{name: form.Name, effect: form.Effect, words: inWords(form.Name)}
		tool.takes(plainSchema(form.Parameters), "", true)
		for _, p := range tool.params {
			p.examples = form.Examples[p.path]
		}
		seen := map[string]int{}
		tool.brings(plainSchema(form.Returns), "", seen, 0)
		tool.fields = slices.DeleteFunc(tool.fields, func(field ownField) bool { return seen[field.words] > 1 })
		tools = append(tools, tool)
	}
	return tools
}

func ownOffered(offered []offeredTool) []*ownTool {
	var forms []functionForm
	for _, tool := range offered {
		forms = append(forms, functionForm{Name: tool.Name, Description: tool.Description, Parameters: tool.Parameters, Returns: tool.Returns})
	}
	return ownTools(forms)
}

// inWords splits a name as people read it.
func inWords(name string) string {
	var out strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			out.WriteByte(' ')
			continue
		case unicode.IsUpper(r) && i > 0 && unicode.IsLower(runes[i-1]):
			out.WriteByte(' ')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// snake is a name as tasks and links write it.
func snake(words string) string {
	name := strings.ReplaceAll(words, " ", "_")
	if name == "" || name[0] < 'a' || name[0] > 'z' {
		name = "the_" + name
	}
	return name[:min(len(name), 40)]
}

func (t *ownTool) takes(schema map[string]any, prefix string, required bool) {
	properties, _ := schema["properties"].(map[string]any)
	needed, _ := schema["required"].([]any)
	for _, name := range sortedKeys(properties) {
		member, _ := properties[name].(map[string]any)
		p := &ownParam{path: prefix + name, words: inWords(prefix + name), schema: member, required: required && slices.Contains(needed, any(name))}
		p.fixed = member["default"]
		if member["const"] != nil {
			p.fixed = member["const"]
		}
		p.typ, _ = member["type"].(string)
		if p.typ == "object" && p.fixed == nil && member["properties"] != nil {
			t.takes(member, p.path+".", p.required)
			continue
		}
		if items, ok := member["items"].(map[string]any); ok && p.typ == "array" {
			p.list, p.schema = true, items
			p.typ, _ = items["type"].(string)
		}
		t.params = append(t.params, p)
	}
}

func (t *ownTool) brings(schema map[string]any, path string, seen map[string]int, depth int) {
	if depth > 6 {
		return
	}
	switch schema["type"] {
	case "object":
		properties, _ := schema["properties"].(map[string]any)
		for _, name := range sortedKeys(properties) {
			if member, ok := properties[name].(map[string]any); ok {
				t.brings(member, strings.TrimPrefix(path+"."+name, "."), seen, depth+1)
			}
		}
	case "array":
		if items, ok := schema["items"].(map[string]any); ok {
			t.brings(items, path+"[]", seen, depth+1)
		}
	case "string", "integer", "number":
		name := inWords(path[strings.LastIndexByte(path, '.')+1:])
		typ, _ := schema["type"].(string)
		if name != "" {
			seen[name]++
			t.fields = append(t.fields, ownField{path, name, typ})
		}
	}
}

func sortedKeys(object map[string]any) []string {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// plainSchema reads a schema with its references written out and one way chosen where
// there are several.
func plainSchema(raw json.RawMessage) map[string]any {
	var root any
	if json.Unmarshal(raw, &root) != nil {
		return map[string]any{}
	}
	left := 3000
	schema, _ := simplified(root, root, 0, &left).(map[string]any)
	return schema
}

func simplified(value, root any, depth int, left *int) any {
	schema, ok := value.(map[string]any)
	if *left--; !ok || depth > 8 || *left < 0 {
		return map[string]any{}
	}
	if reference, refers := schema["$ref"].(string); refers {
		var target any = root
		for _, step := range strings.Split(strings.TrimPrefix(reference, "#"), "/") {
			if parent, isObject := target.(map[string]any); isObject && step != "" {
				target = parent[step]
			}
		}
		return simplified(target, root, depth+1, left)
	}
	out := map[string]any{}
	for name, member := range schema {
		out[name] = member
	}
	for _, keyword := range []string{"anyOf", "oneOf", "allOf"} {
		for _, part := range asList(schema[keyword]) {
			chosen, _ := simplified(part, root, depth+1, left).(map[string]any)
			if chosen["type"] == "null" {
				continue
			}
			for name, member := range chosen {
				if out[name] == nil {
					out[name] = member
				}
			}
			if keyword != "allOf" {
				break
			}
		}
	}
	for _, one := range asList(out["type"]) {
		if one != "null" {
			out["type"] = one
			break
		}
	}
	if properties, has := out["properties"].(map[string]any); has {
		plain := map[string]any{}
		for _, name := range sortedKeys(properties) {
			member, _ := simplified(properties[name], root, depth+1, left).(map[string]any)
			// What may be left out is, where it goes deep or cannot be told.
			if slices.Contains(asList(out["required"]), any(name)) || depth < 3 && member["type"] != nil || member["enum"] != nil {
				plain[name] = member
			}
		}
		out["properties"] = plain
		if out["type"] == nil {
			out["type"] = "object"
		}
	}
	if out["items"] != nil {
		out["items"] = simplified(out["items"], root, depth+1, left)
	}
	return out
}

func asList(value any) []any {
	list, _ := value.([]any)
	return list
}

// sayable reports whether everything that a tool needs can be said.
func (t *ownTool) sayable() bool {
	said := 0
	for _, p := range t.params {
		if !p.required || p.fixed != nil {
			continue
		}
		if said++; said > 4 || p.typ == "boolean" || p.typ == "object" || p.typ == "array" {
			return false
		}
	}
	return true
}

// asks reports whether something has to be said for a tool.
func (t *ownTool) asks() bool {
	return slices.ContainsFunc(t.params, func(p *ownParam) bool { return p.required && p.fixed == nil })
}

// clause makes a clause of a tool. linked, if there is one, is the parameter that
// stays open for what another tool brings.
func (t *ownTool) clause(random *rand.Rand, from locale, used map[string]bool, linked *ownArg) ownClause {
	c := ownClause{tool: t}
	for _, p := range t.params {
		switch {
		case linked != nil && linked.param == p:
			c.args = append(c.args, *linked)
		case p.required && p.fixed == nil:
			literal := p.value(random, from, used)
			used[plain(literal)] = true
			c.args = append(c.args, ownArg{param: p, literal: literal})
		}
	}
	return c
}

// value draws what somebody says for a parameter.
func (p *ownParam) value(random *rand.Rand, from locale, used map[string]bool) json.RawMessage {
	if len(p.examples) > 0 {
		order := random.Perm(len(p.examples))
		for _, i := range order {
			if !used[plain(p.examples[i])] {
				return p.examples[i]
			}
		}
		return p.examples[order[0]]
	}
	if choices := asList(p.schema["enum"]); len(choices) > 0 {
		return encode(choices[random.IntN(len(choices))])
	}
	switch p.typ {
	case "integer", "number":
		low, high := 11, 98
		if bound, ok := p.schema["minimum"].(float64); ok {
			low = max(low, int(bound)+1)
			high = low + 87
		}
		if bound, ok := p.schema["maximum"].(float64); ok {
			high = int(bound)
			low = min(low, high)
		}
		return number(low+random.IntN(high-low+1), used, low, high)
	}
	if pattern, ok := p.schema["pattern"].(string); ok {
		if made := ofPattern(random, pattern, from, used); made != "" {
			return text(made)
		}
	}
	switch p.schema["format"] {
	case "date":
		return (&valueType{kind: "date"}).value(random, from, used)
	case "date-time":
		return text(plain((&valueType{kind: "date"}).value(random, from, used)) + "T09:30:00Z")
	case "time":
		return (&valueType{kind: "time"}).value(random, from, used)
	case "email":
		return text(strings.ToLower(strings.ReplaceAll(unused(random, orElse(from.People, people()), used), " ", ".")) + "@post.net")
	}
	switch {
	case holdsAny(p.words, "city", "place", "town", "location", "origin", "destination"):
		return (&valueType{kind: "city"}).value(random, from, used)
	case holdsAny(p.words, "name", "person", "passenger", "owner"):
		return (&valueType{kind: "person"}).value(random, from, used)
	}
	letters := strings.ToUpper(strings.ReplaceAll(p.words, " ", "") + "X")[:2]
	return (&valueType{kind: "code", words: []string{letters}}).value(random, from, used)
}

func holdsAny(words string, some ...string) bool {
	return slices.ContainsFunc(strings.Fields(words), func(word string) bool { return slices.Contains(some, word) })
}

// said writes a clause.
func (c *ownClause) said() string {
	var args []string
	for _, arg := range c.args {
		switch {
		case arg.source != "":
			args = append(args, arg.param.words+" from the "+arg.field+" of that "+arg.source)
		case arg.open != "":
			args = append(args, arg.param.words+" "+arg.open)
		default:
			args = append(args, arg.param.words+" "+spoken(arg.literal))
		}
	}
	text := "do the " + c.tool.words
	if len(args) > 0 {
		text += " with " + strings.Join(args, " and ")
	}
	return text
}

var ownSentence = regexp.MustCompile(`(?i)\bdo the ([a-z0-9].*)$`)

// ownClauses reads the clauses of a text.
func ownClauses(text string, tools []*ownTool) []ownClause {
	var found []ownClause
	for _, sentence := range sentences(text) {
		if match := ownSentence.FindStringSubmatch(sentence); match != nil {
			if c, ok := readOwn(match[1], tools); ok {
				found = append(found, c)
			}
		}
	}
	return found
}

func readOwn(said string, tools []*ownTool) (ownClause, bool) {
	c := ownClause{}
	rest := ""
	for _, tool := range tools {
		after, named := strings.CutPrefix(strings.ToLower(said), tool.words)
		if named && (after == "" || strings.HasPrefix(after, " with ")) && (c.tool == nil || len(tool.words) > len(c.tool.words)) {
			c.tool, rest = tool, said[len(tool.words):]
		}
	}
	if c.tool == nil {
		return c, false
	}
	rest = strings.TrimPrefix(rest, " with ")
	if rest == "" {
		return c, true
	}
	for _, piece := range strings.Split(rest, " and ") {
		var param *ownParam
		for _, p := range c.tool.params {
			if strings.HasPrefix(piece, p.words+" ") && (param == nil || len(p.words) > len(param.words)) {
				param = p
			}
		}
		if param == nil {
			return c, false
		}
		c.args = append(c.args, param.read(piece[len(param.words)+1:]))
	}
	return c, true
}

// toBeTold stands for a value that the user holds back.
const toBeTold = "to be told"

// read reads what is said for a parameter.
func (p *ownParam) read(said string) ownArg {
	arg := ownArg{param: p}
	if link, ok := strings.CutPrefix(said, "from the "); ok {
		if field, source, both := strings.Cut(link, " of that "); both {
			arg.field, arg.source = field, source
			return arg
		}
	}
	if said == toBeTold || factID.MatchString(said) {
		arg.open = said
		return arg
	}
	arg.literal = text(said)
	switch {
	case p.typ == "integer" || p.typ == "number":
		if json.Valid([]byte(said)) {
			arg.literal = json.RawMessage(said)
		}
	case spokenDate.MatchString(said):
		if day, ok := (&valueType{kind: "date"}).read(said); ok {
			arg.literal = day
		}
	}
	return arg
}
