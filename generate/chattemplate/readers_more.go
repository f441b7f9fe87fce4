package chattemplate

import (
	"fmt"
	"strings"
)

func readGLM(r *reader) error {
	for r.accept(glmBegin); !r.done(); {
		switch {
		case r.accept(glmSystem):
			var out strings.Builder
			for !r.done() && r.peek() != glmUser && r.peek() != glmAssistant && r.peek() != glmSystem && r.peek() != glmObservation {
				out.WriteString(r.pieces[r.next].text)
				r.next++
			}
			r.say("system", out.String())
		case r.accept(glmUser):
			r.say("user", r.text())
		case r.accept(glmObservation):
			r.text()
			if err := r.results(respOpen, respClose); err != nil {
				return err
			}
		case r.accept(glmAssistant):
		case r.peek() == thinkOpen:
			s, err := r.between(thinkOpen, thinkDone)
			if err != nil {
				return err
			}
			r.think(s)
		case r.accept(callOpen):
			if err := readGLMCall(r); err != nil {
				return err
			}
		case r.peek() == "":
			r.say("assistant", r.text())
		default:
			return r.unexpected("want a turn")
		}
	}
	return nil
}

func readGLMCall(r *reader) error {
	call := item{kind: itemCall, name: strings.TrimSuffix(r.text(), "\n")}
	for r.peek() == argKey {
		key, err := r.between(argKey, argKeyEnd)
		if err != nil {
			return err
		}
		r.text()
		s, err := r.between(argValue, argValueEnd)
		if err != nil {
			return err
		}
		r.text()
		call.raw = append(call.raw, raw{key, s})
	}
	r.add(call)
	return r.take(callClose)
}

func readHarmony(r *reader) error {
	for !r.done() {
		if err := r.take(harmonyStart); err != nil {
			return err
		}
		head := r.text()
		channel := ""
		if r.accept(harmonyChannel) {
			channel = r.text()
		}
		if err := r.take(harmonyMessage); err != nil {
			return err
		}
		body := r.text()
		end := r.peek()
		if end != harmonyEnd && end != harmonyCall && end != harmonyReturn {
			return r.unexpected("want the end of a message")
		}
		r.next++
		if err := r.harmonyMessage(head, channel, body, end); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) harmonyMessage(head, channel, body, end string) error {
	name, calls := strings.CutPrefix(head, "assistant to=functions.")
	result, isResult := strings.CutPrefix(head, "functions.")
	switch {
	case calls && strings.HasPrefix(channel, "commentary") && end == harmonyCall:
		v, rest, err := leading(body)
		if err != nil || rest != "" || v.kind != object {
			return fmt.Errorf("the arguments of %q are no JSON object", clip(name))
		}
		r.add(item{kind: itemCall, name: name, arguments: v})
	case isResult:
		v, rest, err := leading(body)
		if err != nil || rest != "" || v.kind != text {
			return fmt.Errorf("want a result as a JSON string, have %s", clip(body))
		}
		r.add(item{kind: itemResult, name: strings.TrimSuffix(result, " to=assistant"), text: v.text})
	case head == "assistant" && channel == "analysis":
		r.think(body)
	case head == "assistant":
		r.say(head, body)
	case head == "user":
		r.say(head, body)
	case head == "developer":
		r.say("system", body)
	case head != "system":
		return fmt.Errorf("a message from %q", clip(head))
	}
	return nil
}

func readPhi(r *reader) error {
	for !r.done() {
		role := strings.Trim(r.peek(), "<|>")
		if role == "" || role == "end" {
			return r.unexpected("want a turn")
		}
		r.next++
		if r.done() && role == "assistant" {
			return nil // the prompt that the template always ends in
		}
		body := r.text()
		switch {
		case role == "tool":
			r.add(item{kind: itemResult, text: body})
		case role == "assistant" && r.juxtaposed(body, "arguments", ",") == nil:
		default:
			r.say(role, body)
		}
		if err := r.take(phiEnd); err != nil {
			return err
		}
	}
	return nil
}

func readGemma(words gemmaWords) func(*reader) error {
	return func(r *reader) error {
		for r.accept(gemmaBegin); !r.done(); {
			if err := r.take(words.turn); err != nil {
				return err
			}
			role, rest, _ := strings.Cut(r.text(), "\n")
			var err error
			switch role {
			case "system", "developer":
				var body string
				body, err = r.until(words.end)
				r.say("system", rest+body)
			case "model":
				err = r.gemmaModel(words, rest)
			default:
				r.say(role, rest)
				err = r.take(words.end)
			}
			if err != nil {
				return err
			}
			r.text()
		}
		return nil
	}
}

func (r *reader) gemmaModel(words gemmaWords, rest string) error {
	for {
		r.say("assistant", rest)
		if r.done() {
			return nil
		}
		switch mark := r.peek(); {
		case mark == words.end:
			r.next++
			return nil
		case mark == words.call:
			r.next++
			body, err := r.until(words.callEnd)
			if err != nil {
				return err
			}
			name, arguments, err := readBraces(body, "call:", words.quote)
			if err != nil {
				return err
			}
			r.add(item{kind: itemCall, name: name, arguments: arguments})
		case mark == words.resp:
			r.next++
			body, err := r.until(words.respEnd)
			if err != nil {
				return err
			}
			name, v, err := readBraces(body, "response:", words.quote)
			if err != nil || v.get("value") == nil || v.get("value").kind != text || len(v.members) != 1 {
				return fmt.Errorf("want one string as a result, have %s", clip(body))
			}
			r.add(item{kind: itemResult, name: name, text: v.get("value").text})
		case words.channel != "" && mark == words.channel:
			s, err := r.between(words.channel, words.channelEnd)
			if err != nil {
				return err
			}
			r.think(strings.TrimPrefix(s, "thought\n"))
		default:
			return r.unexpected("want the end of the model's turn")
		}
		rest = r.text()
	}
}

// readBraces reads PREFIX NAME {key:value,...}, strings between quote marks.
func readBraces(s, prefix, quote string) (name string, v *value, err error) {
	s, ok := strings.CutPrefix(s, prefix)
	at := strings.IndexByte(s, '{')
	if !ok || at < 0 {
		return "", nil, fmt.Errorf("want %sNAME{...}, have %s", prefix, clip(s))
	}
	b := braces{s: s, at: at, quote: quote}
	v, err = b.value(0)
	if err == nil && b.at != len(s) {
		err = fmt.Errorf("text behind the closing brace: %s", clip(s[b.at:]))
	}
	return s[:at], v, err
}

// braces reads values without quotation marks.
type braces struct {
	s     string
	at    int
	quote string
}

func (b *braces) accept(s string) bool {
	if strings.HasPrefix(b.s[b.at:], s) {
		b.at += len(s)
		return true
	}
	return false
}

func (b *braces) value(depth int) (*value, error) {
	if depth > 128 {
		return nil, fmt.Errorf("nested too deeply")
	}
	switch {
	case b.accept("{"):
		v := &value{kind: object}
		for !b.accept("}") {
			key, err := b.key()
			if err != nil {
				return nil, err
			}
			inner, err := b.value(depth + 1)
			if err != nil {
				return nil, err
			}
			v.members = append(v.members, member{key, inner})
			if !b.accept(",") && !strings.HasPrefix(b.s[b.at:], "}") {
				return nil, fmt.Errorf("want a comma or a brace at %s", clip(b.s[b.at:]))
			}
		}
		return v, nil
	case b.accept("["):
		v := &value{kind: list}
		for !b.accept("]") {
			inner, err := b.value(depth + 1)
			if err != nil {
				return nil, err
			}
			v.items = append(v.items, inner)
			if !b.accept(",") && !strings.HasPrefix(b.s[b.at:], "]") {
				return nil, fmt.Errorf("want a comma or a bracket at %s", clip(b.s[b.at:]))
			}
		}
		return v, nil
	case b.accept(b.quote):
		s, _, ok := strings.Cut(b.s[b.at:], b.quote)
		if !ok {
			return nil, fmt.Errorf("a string without an end")
		}
		b.at += len(s) + len(b.quote)
		return &value{kind: text, text: s}, nil
	}
	end := strings.IndexAny(b.s[b.at:], ",}]")
	if end < 0 {
		return nil, fmt.Errorf("a value without an end: %s", clip(b.s[b.at:]))
	}
	word := b.s[b.at : b.at+end]
	b.at += end
	if word == "None" {
		return &value{kind: null}, nil
	}
	v, err := parseValue([]byte(word))
	if err == nil && (v.kind == text || v.kind == list || v.kind == object) {
		err = fmt.Errorf("want a number or a word, have %s", clip(word))
	}
	return v, err
}

func (b *braces) key() (string, error) {
	if b.accept(b.quote) {
		key, _, ok := strings.Cut(b.s[b.at:], b.quote+":")
		if !ok {
			return "", fmt.Errorf("a name without an end")
		}
		b.at += len(key) + len(b.quote) + 1
		return key, nil
	}
	key, _, ok := strings.Cut(b.s[b.at:], ":")
	if !ok {
		return "", fmt.Errorf("a name without a colon: %s", clip(b.s[b.at:]))
	}
	b.at += len(key) + 1
	return key, nil
}

// readReAct reads LLaMA-Factory's words. Which of the human's turns are observations
// follows from whether the turn before made calls.
func readReAct(r *reader) error {
	called := false
	for first := true; !r.done(); first = false {
		turn, err := r.until(reactEnd)
		if err != nil {
			if trim(turn) == "" && trim(r.rest()) == "" {
				return nil
			}
			return err
		}
		body := strings.TrimPrefix(turn, "\n")
		switch {
		case first && strings.HasPrefix(body, reactSystem):
			r.say("system", strings.TrimPrefix(body, reactSystem))
		case strings.HasPrefix(body, reactUser) && called:
			called = false
			for result := range strings.SplitSeq(strings.TrimPrefix(body, reactUser), reactJoin) {
				r.add(item{kind: itemResult, text: result})
			}
		case strings.HasPrefix(body, reactUser):
			r.say("user", strings.TrimPrefix(body, reactUser))
		case strings.HasPrefix(turn, reactAnswer):
			if called, err = r.reactTurn(strings.TrimPrefix(turn, reactAnswer)); err != nil {
				return err
			}
		default:
			return fmt.Errorf("a turn that begins with %q", clip(turn))
		}
		if r.done() {
			return nil
		}
		if len(r.pieces)-r.next == 1 && trim(r.pieces[r.next].text) == "" {
			return nil
		}
	}
	return nil
}

// rest is what was not read.
func (r *reader) rest() string {
	var out strings.Builder
	for ; !r.done(); r.next++ {
		out.WriteString(r.pieces[r.next].text)
	}
	return out.String()
}

func (r *reader) reactTurn(body string) (called bool, err error) {
	if thought, rest, ok := strings.Cut(body, thinkDone); ok && strings.HasPrefix(thought, thinkOpen) {
		r.think(strings.TrimPrefix(thought, thinkOpen))
		body = strings.TrimLeft(rest, "\n")
	}
	if !strings.HasPrefix(body, reactAction) {
		r.say("assistant", body)
		return false, nil
	}
	for body != "" {
		name, rest, ok := strings.Cut(strings.TrimPrefix(body, reactAction), reactInput)
		if !ok || strings.Contains(name, "\n") {
			return true, fmt.Errorf("want an action and its input, have %s", clip(body))
		}
		arguments, rest, err := leading(rest)
		if err != nil || arguments.kind != object {
			return true, fmt.Errorf("the input of action %q is no JSON object", clip(name))
		}
		r.add(item{kind: itemCall, name: name, arguments: arguments})
		body = strings.TrimPrefix(rest, "\n")
	}
	return true, nil
}
