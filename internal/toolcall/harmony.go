package toolcall

import (
	"errors"
	"strings"
)

// The special tokens of Harmony, the language of gpt-oss.
const (
	harmonyStart     = "<|start|>"
	harmonyChannel   = "<|channel|>"
	harmonyMessage   = "<|message|>"
	harmonyConstrain = "<|constrain|>"
	harmonyCall      = "<|call|>"
	harmonyEnd       = "<|end|>"
	harmonyReturn    = "<|return|>"
	harmonyTo        = "to=functions."
)

// harmonyDialects is the family that writes messages on channels. Its thoughts
// are messages too, so it wants the text as it came.
func harmonyDialects() []Dialect {
	return []Dialect{{
		Name: "openai", Number: 27, Aliases: []string{"harmony", "gpt_oss"},
		Markers: []string{harmonyChannel, harmonyMessage, harmonyTo},
		Inner:   []string{harmonyTo},
		raw:     true,
		parse:   parseHarmony,
	}}
}

func parseHarmony(in *input) Result {
	if !strings.Contains(in.text, harmonyMessage) {
		return parseStrippedHarmony(in)
	}
	var thoughts []string
	for {
		at := in.at
		message, ok := in.harmonyMessage()
		if !ok {
			break
		}
		switch {
		case message.recipient != "":
			if err := in.harmonyCall(message); err != nil {
				in.problem(at, err)
			}
		case message.called:
			in.problem(at, errors.New("the call has no function name"))
		case message.channel == "analysis":
			thoughts = append(thoughts, strings.TrimSpace(message.body))
		default:
			in.aside(message.body)
		}
		if in.tooMany || !in.spend(0) {
			break
		}
	}
	result := in.finish()
	if len(result.Calls) == 0 {
		result.Content = strings.Join(in.asides, "\n")
	}
	result.Reasoning = strings.TrimSpace(strings.Join(thoughts, "\n"))
	return result
}

// harmonyPart is one message: on a channel, to a recipient if it is a call. Open
// says that the text ends without its closing token, called that this is a call's.
type harmonyPart struct {
	channel, recipient, body string
	open, called             bool
}

// harmonyMessage reads the next message; false where none is left. Text outside
// of messages is a message without a channel.
func (in *input) harmonyMessage() (harmonyPart, bool) {
	if in.atEnd() {
		return harmonyPart{}, false
	}
	start := in.at
	header, mark := in.until(harmonyMessage, harmonyEnd, harmonyCall, harmonyReturn)
	if mark != harmonyMessage {
		if mark == "" && strings.Contains(header, harmonyTo) {
			return harmonyPart{recipient: "functions.", body: ""}, true // cut off in its header
		}
		return harmonyPart{body: harmonyWords(header)}, true
	}
	// Words may stand before the header where the one before lacks its end.
	first := len(header)
	for _, token := range [...]string{harmonyStart, harmonyChannel} {
		if at := strings.Index(header, token); at >= 0 {
			first = min(first, at)
		}
	}
	if words := strings.TrimSpace(header[:first]); words != "" && first < len(header) && !isHarmonyHead(words) {
		in.at = start + first
		return harmonyPart{body: words}, true
	}
	part := readHarmonyHeader(header)
	in.harmonyBody(&part)
	return part, true
}

// harmonyBody reads the body of a message and the token that closes it; one that
// opens the next message stays. Tokens inside the arguments of a call are data.
func (in *input) harmonyBody(part *harmonyPart) {
	start := in.at
	if part.recipient != "" {
		if _, err := in.readArguments(); err != nil {
			in.at = start
		}
		in.notes = nil // they come again when the body is read
	}
	rest, mark := in.before(harmonyEnd, harmonyCall, harmonyReturn, harmonyStart, harmonyChannel)
	in.at += len(rest)
	part.body, part.open, part.called = in.text[start:in.at], mark == "", mark == harmonyCall
	if mark != harmonyStart && mark != harmonyChannel {
		in.at += len(mark)
	}
}

// isHarmonyHead reports whether words before a channel belong to its header: the
// template itself has opened the message with its role.
func isHarmonyHead(words string) bool {
	return strings.HasPrefix(words, "to=") || strings.HasPrefix(words, "assistant")
}

// harmonyWords is a text outside of messages without tokens.
func harmonyWords(text string) string {
	return strings.NewReplacer(harmonyStart+"assistant", "", harmonyStart, "", harmonyChannel, "", harmonyConstrain, "").Replace(text)
}

// readHarmonyHeader takes a header apart: the channel is the first word after its
// token, the recipient stands behind to=, before or after it.
func readHarmonyHeader(header string) harmonyPart {
	var part harmonyPart
	if _, after, ok := strings.Cut(header, harmonyChannel); ok {
		part.channel = firstWord(after)
	}
	if at := strings.Index(header, "to="); at >= 0 {
		recipient := firstWord(header[at+len("to="):])
		if recipient != "assistant" && recipient != "user" && recipient != "all" {
			part.recipient = recipient
		}
	} else if strings.Contains(header, "functions.") {
		part.recipient = "functions." // meant as a call, of a name that cannot be told
	}
	return part
}

// firstWord is what stands before white space or a token.
func firstWord(text string) string {
	text = strings.TrimLeft(text, " \t\r\n")
	if end := strings.IndexAny(text, " \t\r\n<"); end >= 0 {
		return text[:end]
	}
	return text
}

// harmonyCall takes the message of a call.
func (in *input) harmonyCall(part harmonyPart) error {
	name := strings.TrimPrefix(part.recipient, "functions.")
	if name == "" {
		return errors.New("the call has no function name")
	}
	if part.channel == "analysis" {
		in.note("a call on the channel for thoughts")
	}
	if strings.TrimSpace(part.body) == "" {
		if part.open {
			return errEnd
		}
		in.note("nothing for no arguments")
		return in.accept("", name, objectValue())
	}
	arguments, err := in.harmonyArguments(part.body)
	if err != nil {
		return err
	}
	return in.accept("", name, arguments)
}

// harmonyArguments reads the body of a call: an object, or a string that holds
// one. Text behind the object is left out.
func (in *input) harmonyArguments(body string) (value, error) {
	if v, repairs, err := decodeText(body); err == nil && v.kind == textKind && len(repairs) == 0 {
		return v, nil
	}
	inner := &input{text: body, meter: in.meter, limit: in.limit}
	arguments, err := inner.readArguments()
	if err != nil {
		return arguments, err
	}
	for _, repair := range inner.notes {
		in.note("%s", repair)
	}
	if inner.skipSpace(); !inner.atEnd() {
		in.note("text after the arguments")
	}
	return arguments, nil
}

// parseStrippedHarmony reads an output that a server took the special tokens
// from: a call shows by its recipient alone, and channel words run into the text.
func parseStrippedHarmony(in *input) Result {
	var thoughts []string
	keep := func(text string) {
		thought, words := strippedWords(text)
		if thought != "" {
			thoughts = append(thoughts, thought)
		}
		in.aside(words)
	}
	for in.spend(0) && !in.tooMany {
		text, mark := in.until(harmonyTo)
		keep(text)
		if mark == "" {
			break
		}
		start := in.at
		if err := in.strippedCall(); err != nil {
			in.problem(start-len(mark), err)
			in.at = start
		}
	}
	result := in.finish()
	if len(result.Calls) == 0 && len(in.problems) == 0 {
		result.Content = strings.Join(in.asides, "\n")
	}
	result.Reasoning = strings.Join(thoughts, "\n")
	return result
}

// strippedWords parts what runs together where tokens are missing: the thought
// and the words to the user.
func strippedWords(text string) (thought, words string) {
	words = strings.TrimSpace(harmonyWords(text))
	for _, head := range [...]string{"assistantcommentary", "assistantanalysis", "commentary", "assistant"} {
		words = strings.TrimSpace(strings.TrimSuffix(words, head))
	}
	words = strings.TrimPrefix(words, "assistant")
	if rest, ok := strings.CutPrefix(words, "analysis"); ok {
		thought, words, _ = strings.Cut(rest, "assistantfinal")
	} else if rest, ok := strings.CutPrefix(words, "final"); ok {
		words = rest
	}
	words = strings.TrimPrefix(words, "commentary")
	return strings.TrimSpace(thought), strings.TrimSpace(words)
}

// strippedCall reads a call behind its to=functions.
func (in *input) strippedCall() error {
	name := in.readIdentifier()
	if name == "" {
		return in.failf("want the name of a function")
	}
	for _, word := range [...]string{"commentary", "json"} {
		if short := strings.TrimSuffix(name, word); !in.has(name) && short != "" && in.has(short) {
			name = short
		}
	}
	for moved := true; moved; {
		moved = false
		for _, word := range [...]string{harmonyChannel, harmonyConstrain, "commentary", "analysis", "json", "code"} {
			moved = in.spaced(word) || moved
		}
	}
	arguments, err := in.readArguments()
	if err != nil {
		return err
	}
	in.note("the special tokens around the call are missing")
	if err := in.accept("", name, arguments); err != nil {
		return err
	}
	in.spaced(harmonyCall)
	return nil
}
