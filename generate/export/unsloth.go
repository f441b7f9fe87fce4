package export

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/chattemplate"
	"github.com/buttonbench/button/internal/python"
)

// Rendered text, for trainers that take a column of it: what the model's chat
// template prints, and beside it the spans that the loss counts, as offsets of code
// points, which is how Python counts. Masks by markers, as such trainers make them,
// train on tool results in several families; the spans do not.
func unslothFormat() Format {
	return Format{
		Name: "unsloth-text", For: "Unsloth, and whatever trains on a column of text",
		Thoughts: []Thought{ThoughtField, ThoughtInline, ThoughtText, ThoughtNone}, Masks: MasksTurn,
		Lost:   []Part{PartToolExtras, PartExtras, partUnprinted},
		encode: encodeUnsloth, beside: unslothBeside,
	}
}

// partUnprinted is not dropped: the text is proven by the template's own marks.
var partUnprinted = Part{"what the template does not print", "ids, names, and thoughts where the template leaves them out; the text is proven to hold every call, result and visible text once", func(*button.Record) {}}

func (e *Exporter) settleTemplate() error {
	if e.Format.Name != "unsloth-text" {
		if e.Options.Template != "" {
			return fmt.Errorf("a chat template is for unsloth-text")
		}
		return nil
	}
	if e.Options.Template == "" {
		return fmt.Errorf("unsloth-text needs the model's chat template: name one of %s", strings.Join(chattemplate.Names(), ", "))
	}
	family, ok := chattemplate.Lookup(e.Options.Template)
	if !ok {
		return fmt.Errorf("there is no chat template %q; there are: %s", e.Options.Template, strings.Join(chattemplate.Names(), ", "))
	}
	e.family, e.Options.Template = family, family.Name
	return nil
}

func encodeUnsloth(e *Exporter, r *button.Record) (Example, error) {
	printed := e.printed(r)
	rendered, findings := e.family.Check(printed)
	for _, finding := range findings {
		if !finding.Warning {
			return Example{}, unfit(finding.Message, fmt.Sprintf("template %s: %s.%s", e.family.Name, finding.What, finding.Rule), "template %s: %s", e.family.Name, finding.Text)
		}
	}
	masked := slices.ContainsFunc(r.Messages, func(m button.Message) bool { return m.Train != nil && !*m.Train })
	if masked && e.family.Generation == "" {
		return Example{}, unfit(-1, "a message is not to be trained on", "template %s does not mark the assistant's turns, so that single ones cannot be left out", e.family.Name)
	}
	w := object{}
	w.text("id", r.ID)
	w.text("text", rendered.Text)
	w.name("spans")
	w.out = append(w.out, '[')
	count := counter{text: rendered.Text}
	for i, span := range rendered.Loss {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.out = fmt.Appendf(w.out, "[%d,%d]", count.to(span.Start), count.to(span.End))
	}
	w.out = append(w.out, ']')
	return Example{Line: w.end()}, nil
}

// printed is the record as it is handed to the template.
func (e *Exporter) printed(r *button.Record) *button.Record {
	printed := cloned(r)
	printed.Meta = r.Meta
	for i := range printed.Messages {
		if m := &printed.Messages[i]; e.Options.Thought == ThoughtInline && m.Reasoning != "" {
			m.Content, m.Reasoning = e.inline(m), ""
		}
	}
	return printed
}

// counter turns growing byte offsets into offsets of code points.
type counter struct {
	text          string
	bytes, points int
}

func (c *counter) to(offset int) int {
	c.points += utf8.RuneCountInString(c.text[c.bytes:offset])
	c.bytes = offset
	return c.points
}

// verifyUnsloth proves the text of a line by the template's marks, and that each
// trained message's span holds its words, less the white space that templates, being
// Python's, strip.
func (e *Exporter) verifyUnsloth(r *button.Record, line []byte) error {
	all, err := members(line, "id", "text", "spans")
	if err != nil {
		return err
	}
	var id, printed string
	if err := texts(all, map[string]*string{"id": &id, "text": &printed}); err != nil {
		return err
	}
	var spans [][2]int
	if err := json.Unmarshal(all.Get("spans"), &spans); err != nil {
		return fmt.Errorf("spans: %w", err)
	}
	if id != r.ID {
		return &Mismatch{"id", r.ID, id}
	}
	for _, finding := range e.family.Prove(e.printed(r), printed) {
		if !finding.Warning {
			return &Mismatch{fmt.Sprintf("message %d", finding.Message), finding.What, finding.Text}
		}
	}
	if e.family.Generation == "" {
		return nil
	}
	points, next := []rune(printed), 0
	for i := range r.Messages {
		m := &r.Messages[i]
		if m.Role != button.RoleAssistant || m.Train == nil || !*m.Train {
			continue
		}
		if next == len(spans) {
			return &Mismatch{fmt.Sprintf("message %d", i), "a span", "none"}
		}
		span := spans[next]
		next++
		if span[0] < 0 || span[1] < span[0] || span[1] > len(points) || len(m.ToolCalls) == 0 && !strings.Contains(string(points[span[0]:span[1]]), strings.TrimFunc(m.Content, python.IsSpace)) {
			return &Mismatch{fmt.Sprintf("message %d", i), m.Content, fmt.Sprint("the span ", span)}
		}
	}
	if next != len(spans) {
		return &Mismatch{"spans", fmt.Sprint(next), fmt.Sprint(len(spans))}
	}
	return nil
}
