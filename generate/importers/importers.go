// Package importers makes canonical records of foreign datasets, so that these can be
// verified, counted, filtered and exported as one's own. What is wrong in a foreign
// record stays visible: the record says so in its origin, and what has no place in a
// record is kept under its own name. Only what is no conversation at all is refused.
//
// Foreign data is hostile: sizes and depths are bounded, and nothing panics.
package importers

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/buttonbench/button"
)

// Format is one foreign form of datasets.
type Format struct {
	Name string
	// What names the members by which it is told, and where it comes from.
	What string
	read func(*draft, button.Members) error
	// fits tells how surely an element is of the format: 0 is not.
	fits func(button.Members) int
}

// Formats lists the formats; where several fit equally, the first one counts.
func Formats() []Format {
	return []Format{
		{"button", "messages with <tool>, <call> and <final> as text: the released BUTTON data", readButton, fitsButton},
		{"hermes", "turns with <tools>, <tool_call> and <tool_response> as text: the Hermes sets", readHermes, fitsHermes},
		{"toolbench", "conversations with Action and Action Input as text, or answer_generation: ToolLLaMA, ToolBench", readToolBench, fitsToolBench},
		{"seal-tools", "conversations with api_list and task_instruction as text: Seal-Tools", readSealTools, fitsSealTools},
		{"toolace", "system and conversations, calls as [name(parameter=value)]: ToolACE", readToolACE, fitsToolACE},
		{"sharegpt", "conversations of from and value, calls as turns of function_call: LLaMA-Factory, APIGen-MT", readShareGPT, fitsShareGPT},
		{"glaive", "system and chat, both one text: glaive-function-calling-v2", readGlaive, fitsMembers("chat")},
		{"xlam", "query, tools and answers: APIGen, xLAM", readXLAM, fitsMembers("query", "answers")},
		{"openai", "messages with tool_calls, arguments as texts: OpenAI's fine-tuning", readMessages, fitsOpenAI},
		{"trl", "messages with tool_calls, arguments as objects; prompt and completion: TRL, Axolotl, ms-swift", readMessages, fitsTRL},
	}
}

// Names lists the names of the formats.
func Names() []string {
	var names []string
	for _, format := range Formats() {
		names = append(names, format.Name)
	}
	return names
}

// Lookup finds a format by its name.
func Lookup(name string) (Format, bool) {
	formats := Formats()
	at := slices.IndexFunc(formats, func(f Format) bool { return f.Name == name })
	if at < 0 {
		return Format{}, false
	}
	return formats[at], true
}

// Reject is an element of which no record can be made.
type Reject struct {
	Rule string // "decode": no JSON object; "form": not of the format
	Err  error
}

func (r *Reject) Error() string { return r.Rule + ": " + r.Err.Error() }
func (r *Reject) Unwrap() error { return r.Err }

// The rules of rejects.
const (
	RejectDecode = "decode"
	RejectForm   = "form"
)

// Record makes a record of an element; the error is a *Reject. Its id is the
// element's where that can serve, and else hashed from its text.
func (f Format) Record(element *Element, file string) (*button.Record, error) {
	members, err := button.ParseMembers(element.Text)
	if err != nil {
		return nil, &Reject{RejectDecode, err}
	}
	d := newDraft(f.Name, file, element)
	if err := f.read(d, members); err != nil {
		return nil, &Reject{RejectForm, err}
	}
	if d.excess != "" {
		return nil, &Reject{RejectForm, errors.New(d.excess)}
	}
	record := d.seal()
	if len(record.Messages) == 0 {
		return nil, &Reject{RejectForm, errors.New("the conversation is empty")}
	}
	if record.ID == "" {
		record.ID = NextID(string(element.Text), 0)
	}
	return record, nil
}

// NextID is the n-th id that is hashed from a text.
func NextID(text string, n int) string {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(text), uint64(n)))
	return button.NewID(button.NewRandom(binary.BigEndian.Uint64(sum[:])), recordIDLength)
}

// recordIDLength is that of generated records' ids.
const recordIDLength = 12
