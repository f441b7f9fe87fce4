// Package export writes canonical records in the formats that trainers read, reads
// them back and compares. What describes a record's making (plan, provenance,
// checks, meta, origin) never enters an export; it goes to a side file.
//
// A record passes three steps. It is shaped: one call a turn if wanted, thoughts
// kept or dropped, every assistant message marked as trained or not. It is encoded:
// a line or a row of the format. It is checked: decoded again by what the format's
// description says and compared with the shaped record, less what the format's
// table of losses declares.
package export

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/chattemplate"
)

// Format is one export format.
type Format struct {
	Name string
	For  string // who reads it, in words
	// Thoughts are the places that the format has for thoughts, the default first.
	Thoughts []Thought
	Masks    Masks
	// Parquet formats are rows of a Parquet file, the others lines of JSON.
	Parquet bool
	// PlainOnly: the trainer does not read compressed files.
	PlainOnly bool
	// Lost is what the format cannot hold.
	Lost []Part

	encode func(e *Exporter, record *button.Record) (Example, error)
	decode func(e *Exporter, example Example) (*button.Record, error)
	// rows opens the Parquet file of a format that is one.
	rows func() rowCodec
	// beside writes what the trainer wants beside the data.
	beside func(e *Exporter, s *Set) []Attachment
}

// Thought is where thoughts stand in an export.
type Thought string

// The places of thoughts.
const (
	ThoughtField  Thought = "reasoning_content" // in a member of its own
	ThoughtInline Thought = "inline"            // <think>...</think> before the content
	ThoughtText   Thought = "text"              // as plain text before the content
	ThoughtNone   Thought = "none"              // nowhere
)

// Masks is how far a format can say which assistant messages the loss counts.
type Masks int

// The kinds of Masks.
const (
	MasksNone Masks = iota // every assistant message is trained
	MasksLast              // all of them or the last alone
	MasksTurn              // each by itself
)

// Loss chooses the assistant messages that are trained.
type Loss string

// The choices of Loss.
const (
	LossRecord  Loss = "record"  // as the record's train members say; unsaid means yes
	LossAll     Loss = "all"     // all of them
	LossCalls   Loss = "calls"   // those with calls
	LossAnswers Loss = "answers" // those without
	LossLast    Loss = "last"    // the last one
)

// Losses lists the choices of Loss.
func Losses() []Loss { return []Loss{LossRecord, LossAll, LossCalls, LossAnswers, LossLast} }

// Options say how records are exported. The zero value is the format's default.
type Options struct {
	Thought Thought // "" for the format's first
	// Serial makes every turn with several calls into several turns with one.
	Serial bool
	Loss   Loss // "" for LossRecord
	// Template is the chat template of the format that is rendered text.
	Template string
	// Damages are the kinds of rejected answers of preference data; none means all.
	Damages []string
	// Seed decides which turn is damaged and how; the record's id has the other half.
	Seed uint64
}

// Formats is the table of formats.
func Formats() []Format {
	return []Format{
		openaiFormat(), dpoFormat(), trlFormat(), llamaFactoryFormat(), llamaFactoryOpenAIFormat(), axolotlFormat(), swiftFormat(),
		unslothFormat(), hermesFormat(), buttonFormat(), xlamFormat(), verlFormat(), parquetFormat(),
	}
}

// Names lists the formats.
func Names() []string {
	var names []string
	for _, format := range Formats() {
		names = append(names, format.Name)
	}
	return names
}

// Lookup finds a format by name.
func Lookup(name string) (Format, bool) {
	for _, format := range Formats() {
		if format.Name == name {
			return format, true
		}
	}
	return Format{}, false
}

// Exporter is a format with its options settled. It may be used by several
// goroutines.
type Exporter struct {
	Format  Format
	Options Options
	family  chattemplate.Family
	lost    []Part
	tools   toolCache
}

// New settles options, and refuses those that the format has no place for.
func New(format Format, o Options) (*Exporter, error) {
	e := &Exporter{Format: format, Options: o, lost: slices.Clone(format.Lost)}
	if o.Thought == "" {
		e.Options.Thought = format.Thoughts[0]
	} else if !slices.Contains(format.Thoughts, o.Thought) {
		return nil, fmt.Errorf("%s has no place for thoughts called %q; it has: %s", format.Name, o.Thought, joined(format.Thoughts))
	}
	if o.Loss == "" {
		e.Options.Loss = LossRecord
	} else if !slices.Contains(Losses(), o.Loss) {
		return nil, fmt.Errorf("there is no loss %q; there are: %s", o.Loss, joined(Losses()))
	}
	switch loss := e.Options.Loss; {
	case format.Masks == MasksNone && loss != LossRecord && loss != LossAll,
		format.Masks == MasksLast && (loss == LossCalls || loss == LossAnswers):
		return nil, fmt.Errorf("%s cannot say that the loss counts %q alone", format.Name, loss)
	}
	if err := e.settleTemplate(); err != nil {
		return nil, err
	}
	if err := e.settleDamages(); err != nil {
		return nil, err
	}
	switch e.Options.Thought {
	case ThoughtNone:
		e.lost = append([]Part{PartThoughts}, e.lost...)
	case ThoughtText:
		if format.Name != "button" {
			e.lost = append([]Part{PartThoughtBorder}, e.lost...)
		}
	}
	return e, nil
}

// Lost is what this export cannot hold, with its options.
func (e *Exporter) Lost() []Part { return slices.Clone(e.lost) }

func (e *Exporter) loses(part Part) bool {
	return slices.ContainsFunc(e.lost, func(p Part) bool { return p.Name == part.Name })
}

func joined[T ~string](values []T) string {
	var texts []string
	for _, value := range values {
		texts = append(texts, string(value))
	}
	return strings.Join(texts, ", ")
}

// Example is what one record became.
type Example struct {
	Line []byte            // of a JSONL format, without its newline
	row  any               // of a Parquet format
	size int               // bytes of the row, roughly
	hash [sha256.Size]byte // of what the row reads back as
	// Damage tells of the rejected answer of preference data.
	Damage *Damage
}

// Unfit is the reason why a format cannot hold a record.
type Unfit struct {
	Reason  string // the same for records of one kind
	Message int    // index, -1 for the record
	Detail  string
}

func (u *Unfit) Error() string {
	text := u.Detail
	if text == "" {
		text = u.Reason
	}
	if u.Message >= 0 {
		return fmt.Sprintf("message %d: %s", u.Message, text)
	}
	return text
}

func unfit(message int, reason, format string, values ...any) error {
	return &Unfit{Reason: reason, Message: message, Detail: fmt.Sprintf(format, values...)}
}

// Encode gives a record in the format, or an *Unfit error. The example is read back
// before it is returned: what it holds must be the record, less what Lost declares.
func (e *Exporter) Encode(record *button.Record) (Example, error) {
	shaped, err := e.shape(record)
	if err != nil {
		return Example{}, err
	}
	example, err := e.Format.encode(e, shaped)
	if err != nil {
		return Example{}, err
	}
	err = e.check(shaped, &example)
	return example, err
}
