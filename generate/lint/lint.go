// Package lint checks training data against what a trainer or a chat template is
// known to choke on, each rule from a reported failure: records in the canonical
// form, and lines of the formats that trainers read, each by its own shape. It
// changes nothing; a finding says where, which rule, and what to do.
package lint

import (
	"fmt"
	"slices"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/chattemplate"
	"github.com/buttonbench/button/internal/tokens"
)

// Finding is one breach of a rule.
type Finding struct {
	File    string `json:"file"`
	Line    int    `json:"line"` // from 1; 0 for the file as a whole
	Record  string `json:"record,omitempty"`
	Message int    `json:"message"` // index in the line's own list, -1 for the whole line
	Rule    string `json:"rule"`
	// Warning: the target takes the line, but not as one would expect.
	Warning bool   `json:"warning,omitempty"`
	Text    string `json:"text"`
	Remedy  string `json:"remedy"`
}

// String gives "file:line: record ID, message 3: rule: text".
func (f Finding) String() string {
	where := f.File
	if f.Line > 0 {
		where += fmt.Sprintf(":%d", f.Line)
	}
	where += ": "
	if f.Record != "" {
		where += "record " + f.Record
		if f.Message >= 0 {
			where += ", "
		}
	}
	if f.Message >= 0 {
		where += fmt.Sprintf("message %d", f.Message)
	}
	if f.Record != "" || f.Message >= 0 {
		where += ": "
	}
	level := ""
	if f.Warning {
		level = "warning: "
	}
	return where + level + f.Rule + ": " + f.Text
}

// Options say how a target is linted.
type Options struct {
	// Template is the chat template that a trainer renders with; "" if not known.
	Template string
	// MaxTokens is the length beyond which a record is warned of; 0 for the target's default.
	MaxTokens int
	// Tokenizer counts tokens; nil estimates them.
	Tokenizer *tokens.Tokenizer
}

// Linter holds a target and its options. Line may be called from several
// goroutines; Across takes the results in the order of the lines.
type Linter struct {
	target   Target
	family   *chattemplate.Family // of the target or of Options.Template
	marks    []string
	options  Options
	columns  columns
	previous string // shape of the lines so far
	lines    int
	lengths  Lengths
}

// Lengths counts records longer than the lengths that trainers cut at by default.
type Lengths struct {
	Over1024 int `json:"over_1024"`
	Over2048 int `json:"over_2048"`
	Over4096 int `json:"over_4096"`
	Most     int `json:"most"`
	// Estimated: no tokenizer was given.
	Estimated bool `json:"estimated"`
}

// New makes a linter. The error names what is unknown.
func New(target string, o Options) (*Linter, error) {
	found, ok := Lookup(target)
	if !ok {
		return nil, fmt.Errorf("no target is called %q", target)
	}
	l := &Linter{target: found, options: o, columns: columns{}}
	name := o.Template
	if found.Family != "" {
		name = found.Family
	}
	if name != "" {
		family, ok := chattemplate.Lookup(name)
		if !ok {
			return nil, fmt.Errorf("no chat template is called %q", name)
		}
		l.family = &family
	}
	l.marks = l.allMarks()
	if l.options.MaxTokens == 0 {
		l.options.MaxTokens = found.MaxTokens
	}
	l.lengths.Estimated = o.Tokenizer == nil
	return l, nil
}

// allMarks is the marks that must not stand in a value: a family's own, or those of
// all families where the model is not known. Words of plain language among them
// count for their own family only.
func (l *Linter) allMarks() []string {
	if l.family != nil {
		return l.family.Marks
	}
	if l.target.Marks != nil {
		return l.target.Marks
	}
	var marks []string
	for _, family := range chattemplate.Families() {
		for _, mark := range family.Marks {
			if plain := mark == "Action:" || mark == "Action Input:"; !plain && !slices.Contains(marks, mark) {
				marks = append(marks, mark)
			}
		}
	}
	return marks
}

// Checked is what Line found in one line.
type Checked struct {
	Findings []Finding // in the order of the messages
	shape    Shape
	id       string
	cells    []cell // the types of its fields
	length   int
}

// Line checks one line of a JSONL file. Line numbers and file names are the
// caller's to fill in.
func (l *Linter) Line(text []byte) Checked {
	v, err := readLine(text)
	if err != nil {
		return Checked{Findings: []Finding{{Message: -1, Rule: RuleShape, Text: err.Error(), Remedy: "write one JSON object a line"}}}
	}
	c := &check{Linter: l, line: v}
	c.run()
	for i := range c.findings {
		c.findings[i].Record = v.id
	}
	checked := Checked{Findings: c.findings, shape: v.shape, id: v.id, length: c.length}
	if l.target.Arrow && v.shape != Canonical {
		checked.cells = cellsOf(v.members)
	}
	return checked
}

// Across checks a line against those before it.
func (l *Linter) Across(c Checked) []Finding {
	l.lines++
	l.count(c.length)
	var findings []Finding
	report := func(f Finding) {
		f.Record = c.id
		findings = append(findings, f)
	}
	if l.previous != "" && c.shape != "" && string(c.shape) != l.previous {
		report(Finding{Message: -1, Rule: RuleShape, Text: fmt.Sprintf("this line is %s, those before are %s", c.shape, l.previous), Remedy: "keep one format in a file"})
	}
	if l.previous == "" {
		l.previous = string(c.shape)
	}
	if l.target.Arrow && c.shape != Canonical {
		for _, change := range l.columns.add(c.cells) {
			report(change)
		}
	}
	return findings
}

func (l *Linter) count(length int) {
	l.lengths.Most = max(l.lengths.Most, length)
	for _, limit := range []struct {
		at    int
		count *int
	}{{1024, &l.lengths.Over1024}, {2048, &l.lengths.Over2048}, {4096, &l.lengths.Over4096}} {
		if length > limit.at {
			*limit.count++
		}
	}
}

// Lengths is the count of lengths so far.
func (l *Linter) Lengths() Lengths { return l.lengths }

// End is what there is to say of the file as a whole, behind its last line.
func (l *Linter) End() []Finding {
	var findings []Finding
	if l.family != nil && l.target.NeedsGeneration && l.family.Generation == "" {
		findings = append(findings, Finding{Message: -1, Rule: RuleLoss, Warning: true,
			Text:   fmt.Sprintf("the template of %s does not mark the assistant's turns: a loss on these alone is empty or refused", l.family.Name),
			Remedy: "train on prompt and completion, or give the trainer a template with generation marks"})
	}
	if l.target.LeastLines > l.lines {
		findings = append(findings, Finding{Message: -1, Rule: RuleShape, Text: fmt.Sprintf("%d lines; %s wants at least %d", l.lines, l.target.Name, l.target.LeastLines), Remedy: "add records"})
	}
	return findings
}

// check is one pass over one line.
type check struct {
	*Linter
	line     *line
	findings []Finding
	length   int
}

func (c *check) report(message int, rule, remedy, format string, values ...any) {
	c.findings = append(c.findings, Finding{Message: message, Rule: rule, Text: fmt.Sprintf(format, values...), Remedy: remedy})
}

func (c *check) warn(message int, rule, remedy, format string, values ...any) {
	c.report(message, rule, remedy, format, values...)
	c.findings[len(c.findings)-1].Warning = true
}

// run applies every rule.
func (c *check) run() {
	if !c.shape() {
		return
	}
	c.tools()
	c.contents()
	c.calls()
	c.order()
	c.turns()
	c.values()
	c.leaks()
	c.loss()
	c.tokens()
	slices.SortStableFunc(c.findings, func(a, b Finding) int { return a.Message - b.Message })
}

// record is the line as a record, for the estimate of its length and its rendering.
func (c *check) record() *button.Record { return c.line.record() }
