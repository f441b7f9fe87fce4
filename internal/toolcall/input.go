package toolcall

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// input is a text under way: a position, what was found so far, and the
// readers that all grammars share.
//
// A grammar reads with the readers and reports with accept (a call), aside
// (text beside the calls) and problem (a call that cannot be read), and ends
// with finish.
type input struct {
	text string
	at   int
	*offer

	meter *meter
	limit int // of the meter; beyond it every reader fails

	// markerless is set by a grammar that read a call without a marker: it then
	// counts only if a known tool is named.
	markerless bool

	calls    []Call
	asides   []string
	thoughts []string // between calls
	endless  []string // marks of thoughts that nothing closes from here on
	problems []string
	failed   int // calls that cannot be read; of the first ones the problem is kept
	tooMany  bool

	reached int      // how far the call that failed last was read
	cutOff  bool     // the text ended before a value did
	notes   []string // repairs since the last accept
	values  int      // JSON values read
}

// maxFailed bounds the calls that cannot be read, each of which costs a message.
const maxFailed = 1024

// maxValues bounds the memory that the values of one text take.
const maxValues = 1 << 17

var (
	errBudget = errors.New("the text starts too many calls that do not end")
	errEnd    = errors.New("the text ends in the middle of a call")
)

func newInput(text string, offer *offer, meter *meter) *input {
	text = trimEndTokens(text)
	return &input{text: text, offer: offer, meter: meter, limit: meter.steps + 8*len(text) + 1<<20}
}

// spend counts n bytes looked at; false when the text has been gone over too often
// or too much in it cannot be read.
func (in *input) spend(n int) bool {
	in.meter.steps += n + 1
	return in.meter.steps <= in.limit && in.failed <= maxFailed
}

// rest is the text from the position on.
func (in *input) rest() string { return in.text[in.at:] }

// atEnd reports whether nothing is left.
func (in *input) atEnd() bool { return in.at >= len(in.text) }

// peek is the next byte, 0 at the end.
func (in *input) peek() byte {
	if in.at < len(in.text) {
		return in.text[in.at]
	}
	return 0
}

// skipSpace moves over white space.
func (in *input) skipSpace() {
	start := in.at
	for in.at < len(in.text) {
		switch in.text[in.at] {
		case ' ', '\t', '\n', '\r':
			in.at++
			continue
		}
		break
	}
	in.spend(in.at - start)
}

// literal moves over a string that stands at the position; false if it does not.
func (in *input) literal(want string) bool {
	in.spend(len(want))
	if !strings.HasPrefix(in.rest(), want) {
		return false
	}
	in.at += len(want)
	return true
}

// spaced moves over white space and a string after it; if the string is not
// there the position stays.
func (in *input) spaced(want string) bool {
	start := in.at
	in.skipSpace()
	if in.literal(want) {
		return true
	}
	in.at = start
	return false
}

// until returns the text before the first of the marks and moves behind that
// mark. Where there is none it returns the rest, an empty mark, and moves to the
// end. Marks that start at the same byte: the first in the list wins.
func (in *input) until(marks ...string) (text, mark string) {
	start := in.at
	text, mark = in.before(marks...)
	in.at = start + len(text) + len(mark)
	return text, mark
}

// before is until without moving.
func (in *input) before(marks ...string) (text, mark string) {
	return in.scan(len(in.text), marks)
}

// near is before for names and ids: it looks only as far as those can be long.
func (in *input) near(marks ...string) (text, mark string) {
	return in.scan(min(in.at+maxName, len(in.text)), marks)
}

// maxName bounds names of functions and ids, in bytes.
const maxName = 256

// scan looks for the first mark that starts before an offset.
func (in *input) scan(end int, marks []string) (text, mark string) {
	var first [256]bool
	for _, mark := range marks {
		first[mark[0]] = true
	}
	for i := in.at; i < end; i++ {
		if !first[in.text[i]] {
			continue
		}
		for _, mark := range marks {
			if strings.HasPrefix(in.text[i:], mark) {
				in.spend(i - in.at)
				return in.text[in.at:i], mark
			}
		}
	}
	in.spend(end - in.at)
	return in.text[in.at:end], ""
}

// readIdentifier reads a function's name: letters, digits, "_", and inside it
// also "-", "." and ":"; it returns "" if none stands there.
func (in *input) readIdentifier() string {
	start := in.at
	for in.at < len(in.text) {
		r, size := utf8.DecodeRuneInString(in.rest())
		if !identifierRune(r, in.at == start) {
			break
		}
		in.at += size
	}
	in.spend(in.at - start)
	// What may stand inside may not end a name.
	name := strings.TrimRight(in.text[start:in.at], "-.:")
	in.at = start + len(name)
	return name
}

func identifierRune(r rune, first bool) bool {
	switch {
	case r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
		return true
	case '0' <= r && r <= '9' || r == '-' || r == '.' || r == ':':
		return !first
	}
	return false
}

// maxRepairs bounds the repairs told of one call.
const maxRepairs = 16

// note records a repair; the next accepted call carries it.
func (in *input) note(format string, values ...any) {
	text := fmt.Sprintf(format, values...)
	if len(in.notes) < maxRepairs && !slices.Contains(in.notes, text) {
		in.notes = append(in.notes, text)
	}
}

// noteLast records a repair on the call accepted last.
func (in *input) noteLast(format string, values ...any) {
	if n := len(in.calls); n > 0 {
		in.calls[n-1].Repairs = append(in.calls[n-1].Repairs, fmt.Sprintf(format, values...))
	}
}

// notesToLast gives the repairs since the call accepted last to that call.
func (in *input) notesToLast() {
	for _, text := range in.notes {
		in.noteLast("%s", text)
	}
	in.notes = nil
}

// accept takes a call. id may be empty. arguments must be an object, or a string
// that holds one; they are coerced by the schema of the tool.
func (in *input) accept(id, name string, arguments value) error {
	call, err := in.build(id, name, arguments)
	if err != nil {
		return err
	}
	if len(in.calls) == MaxCalls {
		in.tooMany = true
		return fmt.Errorf("more than %d calls", MaxCalls)
	}
	in.calls = append(in.calls, call)
	return nil
}

// aside keeps text that stands beside the calls.
func (in *input) aside(text string) {
	if text = strings.TrimSpace(text); text != "" {
		in.asides = append(in.asides, text)
	}
}

// problem records a call that cannot be read. Repairs noted for it are dropped.
func (in *input) problem(at int, err error) {
	in.notes = nil
	in.failed++
	if in.reached = max(in.reached, in.at); errors.Is(err, errEnd) {
		in.reached = len(in.text)
	}
	const shown = 4
	if len(in.problems) < shown {
		in.problems = append(in.problems, fmt.Sprintf("the call at byte %d: %v", at, err))
	}
}

// failf makes an error that names the position.
func (in *input) failf(format string, values ...any) error {
	if in.atEnd() {
		return errEnd
	}
	return fmt.Errorf("%s at byte %d", fmt.Sprintf(format, values...), in.at)
}

// blocks reads every block that starts with one of the marks: block is called
// with the position behind the mark and leaves it behind the block. Text between
// blocks goes aside. A block that cannot be read is a problem, and the search
// goes on behind its mark.
func (in *input) blocks(marks []string, block func(mark string) error) {
	for {
		mark := in.between(marks)
		if mark == "" {
			return
		}
		start := in.at
		if err := block(mark); err != nil {
			in.problem(start-len(mark), err)
			in.at = start
		}
		if in.tooMany || !in.spend(0) {
			return
		}
	}
}

// between moves behind the next of the marks and keeps the text before it, apart
// from thoughts: marks in those are none.
func (in *input) between(marks []string) string {
	for in.spend(0) {
		text, mark := in.until(append(in.openThoughts(), marks...)...)
		if len(in.problems) == 0 {
			in.aside(text) // behind a problem, text is likely a piece of a call
		}
		closing := thoughtEnd(mark)
		if closing == "" {
			return mark
		}
		if thought, found := in.before(closing); found != "" {
			in.thoughts = append(in.thoughts, strings.TrimSpace(thought))
			in.at += len(thought) + len(closing)
		} else {
			in.endless = append(in.endless, mark)
		}
	}
	return ""
}

// openThoughts are the marks that open a thought which ends.
func (in *input) openThoughts() []string {
	var marks []string
	for _, mark := range thinkingMarks {
		if !slices.Contains(in.endless, mark.open) {
			marks = append(marks, mark.open)
		}
	}
	return marks
}

// finish sums up what was found.
func (in *input) finish() Result {
	whole := strings.TrimSpace(in.text)
	detail := strings.Join(in.problems, "; ")
	switch {
	case !in.spend(0):
		return Result{Outcome: Malformed, Content: whole, Detail: errBudget.Error()}
	case in.tooMany:
		return Result{Outcome: Malformed, Content: whole, Detail: fmt.Sprintf("more than %d calls", MaxCalls)}
	case len(in.calls) == 0 && len(in.problems) > 0 && !in.markerless:
		return Result{Outcome: Malformed, Content: whole, Detail: detail}
	case len(in.calls) == 0:
		return Result{Outcome: NotACall, Content: whole}
	case in.markerless && !in.anyKnown():
		return Result{Outcome: NotACall, Content: whole,
			Detail: fmt.Sprintf("looks like a call, but no tool is called %q", in.calls[0].Name)}
	}
	result := Result{Outcome: Parsed, Calls: in.calls, Content: strings.Join(in.asides, "\n"), Detail: detail, Reasoning: joinBlocks(in.thoughts...)}
	if len(in.problems) > 0 {
		result.Outcome = Repaired
	}
	for _, call := range in.calls {
		if len(call.Repairs) > 0 {
			result.Outcome = Repaired
		}
	}
	return result
}

func (in *input) anyKnown() bool {
	for _, call := range in.calls {
		if call.Known {
			return true
		}
	}
	return false
}

// answer is the result of a text that is an answer in words.
func (in *input) answer(content string) Result {
	return Result{Outcome: NotACall, Content: strings.TrimSpace(content)}
}

// endTokens are what servers leave behind at the end of a turn.
var endTokens = [...]string{
	"<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|eot|>", "<|end_of_text|>", "<|endoftext|>", "</s>", "<|END_OF_TURN_TOKEN|>",
	"<｜end▁of▁sentence｜>", "<end_of_turn>", "<turn|>", "<|end_of_role|>", "<|endofturn|>", "[|endofturn|]", "<|assistant_end|>",
}

func trimEndTokens(text string) string {
	for {
		before := len(text)
		text = strings.TrimRight(text, " \t\r\n")
		for _, token := range endTokens {
			text = strings.TrimSuffix(text, token)
		}
		if len(text) == before {
			return text
		}
	}
}
