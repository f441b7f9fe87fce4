package chattemplate

import (
	"fmt"
	"strings"
)

// The readers of the families, one for those whose turns are marked alike.

// callReader reads a call behind its opening tag, with the closing one.
type callReader func(r *reader) error

// jsonCalls reads {"name", "arguments"} up to </tool_call>.
func jsonCalls(r *reader) error {
	s := r.text()
	if err := r.juxtaposed(s, "arguments", ""); err != nil {
		return err
	}
	return r.take(callClose)
}

// xmlCalls reads <function=F> with a tag for each parameter, up to </tool_call>.
func xmlCalls(r *reader) error {
	r.text()
	if err := r.take("<function="); err != nil {
		return err
	}
	name, _, ok := strings.Cut(r.text(), ">")
	if !ok {
		return r.unexpected("want the end of a function's name")
	}
	call := item{kind: itemCall, name: name}
	for r.accept("<parameter=") {
		key, body, ok := strings.Cut(r.text(), ">\n")
		if !ok {
			return r.unexpected("want the end of a parameter's name")
		}
		if err := r.take("</parameter>"); err != nil {
			return err
		}
		r.text()
		call.raw = append(call.raw, raw{key, strings.TrimSuffix(body, "\n")})
	}
	if err := r.take("</function>"); err != nil {
		return err
	}
	r.text()
	r.add(call)
	return r.take(callClose)
}

// readChatML reads turns of the form <|im_start|>ROLE\n...<|im_end|>.
func readChatML(calls callReader) func(*reader) error {
	return func(r *reader) error {
		for r.accept(llamaBegin); !r.done(); r.text() {
			if err := r.take(chatStart); err != nil {
				return err
			}
			role, rest, _ := strings.Cut(r.text(), "\n")
			if err := r.taggedTurn(role, rest, chatEnd, calls); err != nil {
				return err
			}
		}
		return nil
	}
}

// readGranite4 reads the same turns between Granite's marks.
func readGranite4(r *reader) error {
	for ; !r.done(); r.text() {
		if err := r.take(graniteStart); err != nil {
			return err
		}
		role := r.text()
		if err := r.take(graniteHeader); err != nil {
			return err
		}
		if err := r.taggedTurn(role, r.text(), graniteEnd, jsonCalls); err != nil {
			return err
		}
	}
	return nil
}

// taggedTurn reads a turn whose thoughts, calls and results stand between tags.
func (r *reader) taggedTurn(role, rest, end string, calls callReader) error {
	switch role {
	case "system":
		body, err := r.until(end)
		r.say(role, rest+body)
		return err
	case "user", "tool":
		if r.peek() == respOpen && trim(rest) == "" {
			if err := r.results(respOpen, respClose); err != nil {
				return err
			}
		} else {
			r.say(role, rest)
		}
		return r.take(end)
	case "assistant":
		return r.taggedAnswer(rest, end, calls)
	}
	return fmt.Errorf("a turn of role %q", clip(role))
}

func (r *reader) taggedAnswer(rest, end string, calls callReader) error {
	for {
		r.say("assistant", rest)
		switch {
		case r.accept(end):
			return nil
		case r.accept(thinkOpen):
			r.think(r.text())
			if err := r.take(thinkDone); err != nil {
				return err
			}
		case r.accept(callOpen):
			if err := calls(r); err != nil {
				return err
			}
		default:
			return r.unexpected("want the end of the assistant's turn")
		}
		rest = r.text()
	}
}

// headers are the marks of turns of the form START ROLE HEADER ... END.
type headers struct {
	start, header, end string
	gap                string // between the header and the body
	// answer reads an assistant's turn; nil where calls have no form.
	answer func(r *reader, body string) error
}

func readHeaders(h headers) func(*reader) error {
	return func(r *reader) error {
		for r.accept(llamaBegin); !r.done(); r.text() {
			if err := r.take(h.start); err != nil {
				return err
			}
			role := r.text()
			if err := r.take(h.header); err != nil {
				return err
			}
			if err := r.headedTurn(h, role); err != nil {
				return err
			}
		}
		return nil
	}
}

func (r *reader) headedTurn(h headers, role string) error {
	if role == "system" {
		body, err := r.until(h.end)
		r.say(role, body)
		return err
	}
	body := strings.TrimPrefix(r.text(), h.gap)
	switch role {
	case "available_tools":
	case "ipython":
		v, rest, err := leading(body)
		if err != nil || v.kind != text || trim(rest) != "" {
			return fmt.Errorf("want a result as a JSON string, have %s", clip(body))
		}
		r.add(item{kind: itemResult, text: v.text})
	case "tool", "tool_response":
		r.add(item{kind: itemResult, text: body})
	case "assistant":
		if h.answer == nil {
			r.say(role, body)
			break
		}
		if err := h.answer(r, body); err != nil {
			return err
		}
	default:
		r.say(role, body)
	}
	return r.take(h.end)
}

// readLlamaCall takes a turn that is one JSON object with name and parameters for a call.
func readLlamaCall(r *reader, body string) error {
	if v, rest, err := leading(body); err == nil && trim(rest) == "" {
		if call, err := calledJSON(v, "parameters"); err == nil {
			r.add(call)
			return nil
		}
	}
	r.say("assistant", body)
	return nil
}

func readLlama4Calls(r *reader, body string) error {
	r.say("assistant", body)
	if !r.accept(pythonStart) {
		return nil
	}
	r.say("assistant", r.text())
	if err := r.take(pythonEnd); err != nil {
		return err
	}
	return r.juxtaposed(r.text(), "parameters", "")
}

func readGraniteCalls(r *reader, body string) error {
	r.say("assistant", body)
	if !r.accept(graniteCall) {
		return nil
	}
	return r.callList(r.text(), "arguments")
}

// readPythonicCalls reads a text that ends in [f(a="1"), g()]. All values are
// strings that end at the first quotation mark.
func readPythonicCalls(r *reader, body string) error {
	if strings.HasSuffix(body, ")]") {
		for at := strings.IndexByte(body, '['); at >= 0; {
			if calls, ok := pythonicCalls(body[at+1 : len(body)-1]); ok {
				r.say("assistant", body[:at])
				r.items = append(r.items, calls...)
				return nil
			}
			next := strings.IndexByte(body[at+1:], '[')
			if next < 0 || at > 1<<16 {
				break
			}
			at += 1 + next
		}
	}
	r.say("assistant", body)
	return nil
}

func pythonicCalls(s string) (calls []item, ok bool) {
	for {
		name, rest, found := strings.Cut(s, "(")
		if !found || name == "" || strings.ContainsAny(name, " =\",)]\n") {
			return nil, false
		}
		call := item{kind: itemCall, name: name, arguments: &value{kind: object}}
		for s = rest; !strings.HasPrefix(s, ")"); {
			key, after, found := strings.Cut(s, `="`)
			if !found || strings.ContainsAny(key, " \",)(\n") {
				return nil, false
			}
			spelled, after, found := strings.Cut(after, `"`)
			if !found {
				return nil, false
			}
			call.arguments.members = append(call.arguments.members, member{key, &value{kind: text, text: spelled}})
			if s = strings.TrimPrefix(after, ", "); s == after && !strings.HasPrefix(s, ")") {
				return nil, false
			}
		}
		calls = append(calls, call)
		if s = s[1:]; s == "" {
			return calls, true
		}
		if s, found = strings.CutPrefix(s, ", "); !found {
			return nil, false
		}
	}
}

func readMistral(r *reader) error {
	for !r.done() {
		switch {
		case r.accept(mistralBegin), r.accept(mistralEnd):
		case r.peek() == systemOpen:
			s, err := r.between(systemOpen, systemClose)
			if err != nil {
				return err
			}
			r.say("system", s)
		case r.accept(toolsOpen):
			if _, err := r.until(toolsClose); err != nil {
				return err
			}
		case r.peek() == instOpen:
			s, err := r.between(instOpen, instClose)
			if err != nil {
				return err
			}
			r.say("user", s)
		case r.accept(mistralCalls):
			if err := readMistralCall(r); err != nil {
				return err
			}
		case r.accept(resultsOpen):
			if err := readMistralResult(r); err != nil {
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

func readMistralCall(r *reader) error {
	s := r.text()
	if strings.HasPrefix(trim(s), "[") {
		return r.callList(s, "arguments")
	}
	call := item{kind: itemCall, name: s}
	if r.accept(callIDMark) {
		call.id = r.text()
	}
	if err := r.take(argsMark); err != nil {
		return err
	}
	v, rest, err := leading(r.text())
	if err != nil || v.kind != object || rest != "" {
		return fmt.Errorf("the arguments of %q are no JSON object", clip(s))
	}
	call.arguments = v
	r.add(call)
	return nil
}

func readMistralResult(r *reader) error {
	s := r.text()
	if r.accept(contentMark) {
		r.add(item{kind: itemResult, id: s, text: r.text()})
		return r.take(resultsClose)
	}
	body, ok := strings.CutPrefix(trim(s), `{"content": `)
	at := strings.LastIndex(body, `, "call_id": "`)
	if !ok || at < 0 || !strings.HasSuffix(body, `"}`) {
		return fmt.Errorf("want a result with content and call_id, have %s", clip(s))
	}
	id := body[at+len(`, "call_id": "`) : len(body)-2]
	r.add(item{kind: itemResult, id: id, text: body[:at]})
	return r.take(resultsClose)
}

// readDeepseekCall reads what stands between the marks of one call.
type readDeepseekCall func(before, after string) (item, error)

func readDeepseek3Call(kind, body string) (item, error) {
	name, code, ok := strings.Cut(body, "\n```json\n")
	arguments, rest, err := leading(code)
	if !ok || kind != "function" || err != nil || rest != "\n```" || arguments.kind != object {
		return item{}, fmt.Errorf("want a function and its arguments in a fence, have %s", clip(body))
	}
	return item{kind: itemCall, name: name, arguments: arguments}, nil
}

func readDeepseek31Call(name, body string) (item, error) {
	arguments, rest, err := leading(body)
	if err != nil || rest != "" || arguments.kind != object {
		return item{}, fmt.Errorf("want the arguments of %q, have %s", clip(name), clip(body))
	}
	return item{kind: itemCall, name: name, arguments: arguments}, nil
}

func readDeepseek(readCall readDeepseekCall) func(*reader) error {
	return func(r *reader) error {
		role := "system"
		for !r.done() {
			switch mark := r.peek(); mark {
			case "":
				r.say(role, r.text())
			case deepUser:
				role = "user"
				r.next++
			case deepBegin:
				r.next++
			case deepAssistant, deepCalls, deepCallsEnd, deepOutputs, deepOutputsDone, deepEnd:
				role = "assistant"
				r.next++
			case thinkOpen:
				s, err := r.between(thinkOpen, thinkDone)
				if err != nil {
					return err
				}
				r.think(s)
			case deepOutput:
				s, err := r.between(deepOutput, deepOutputEnd)
				if err != nil {
					return err
				}
				r.add(item{kind: itemResult, text: s})
				role = "assistant"
			case deepCall:
				before, err := r.between(deepCall, deepSeparator)
				if err != nil {
					return err
				}
				call, err := readCall(before, r.text())
				if err != nil {
					return err
				}
				r.add(call)
				if err := r.take(deepCallEnd); err != nil {
					return err
				}
			default:
				return r.unexpected("want a turn")
			}
		}
		return nil
	}
}
