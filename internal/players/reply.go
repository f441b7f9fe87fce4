package players

import (
	"io"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/buttonbench/button"
)

// reply is an answer on its way to the wire.
type reply struct {
	id, model        string
	step             step
	callIDs          []string
	prompt, answered int // tokens, by the rule of thumb of four bytes each
}

func newReply(ask *request, played step) reply {
	draw := idsOf(ask.messages, ask.player)
	r := reply{id: "chatcmpl-" + draw(), model: ask.model, step: played}
	for range played.calls {
		r.callIDs = append(r.callIDs, draw())
	}
	bytes := 0
	for i := range ask.messages {
		bytes += len(ask.messages[i].Content)
		for _, call := range ask.messages[i].ToolCalls {
			bytes += len(call.Name) + len(call.Arguments)
		}
	}
	for i := range ask.tools {
		bytes += len(ask.tools[i].Name) + len(ask.tools[i].Description) + len(ask.tools[i].Parameters)
	}
	r.prompt = (bytes + 3) / 4
	bytes = len(played.content) + len(played.reasoning)
	for _, call := range played.calls {
		bytes += len(call.name) + len(call.arguments)
	}
	r.answered = (bytes + 3) / 4
	return r
}

func (r reply) finish() string {
	if len(r.step.calls) > 0 {
		return "tool_calls"
	}
	return "stop"
}

// appendJSON writes the whole completion.
func (r reply) appendJSON(out []byte) []byte {
	out = r.appendHead(out, "chat.completion")
	out = append(out, `,"choices":[{"index":0,"message":{"role":"assistant","content":`...)
	if r.step.content == "" && len(r.step.calls) > 0 {
		out = append(out, "null"...)
	} else {
		out = button.AppendString(out, r.step.content)
	}
	if r.step.reasoning != "" {
		out = button.AppendString(append(out, `,"reasoning_content":`...), r.step.reasoning)
	}
	if len(r.step.calls) > 0 {
		out = append(out, `,"tool_calls":[`...)
		for i, call := range r.step.calls {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, '{')
			out = r.appendCall(out, i, call.arguments)
		}
		out = append(out, ']')
	}
	out = append(out, `},"logprobs":null,"finish_reason":"`...)
	out = append(append(out, r.finish()...), `"}],"usage":`...)
	return append(r.appendUsage(out), '}')
}

// appendCall writes the inside of a call, with the closing brace.
func (r reply) appendCall(out []byte, index int, arguments string) []byte {
	out = append(append(append(out, `"id":"`...), r.callIDs[index]...), `","type":"function","function":{"name":`...)
	out = button.AppendString(out, r.step.calls[index].name)
	out = button.AppendString(append(out, `,"arguments":`...), arguments)
	return append(out, "}}"...)
}

func (r reply) appendHead(out []byte, object string) []byte {
	out = append(append(append(out, `{"id":"`...), r.id...), `","object":"`...)
	out = append(append(out, object...), `","created":`...)
	out = strconv.AppendInt(out, created, 10)
	return button.AppendString(append(out, `,"model":`...), r.model)
}

func (r reply) appendUsage(out []byte) []byte {
	out = strconv.AppendInt(append(out, `{"prompt_tokens":`...), int64(r.prompt), 10)
	out = strconv.AppendInt(append(out, `,"completion_tokens":`...), int64(r.answered), 10)
	out = strconv.AppendInt(append(out, `,"total_tokens":`...), int64(r.prompt+r.answered), 10)
	return append(out, '}')
}

// pieceBytes is about how much text one event of a stream carries.
const pieceBytes = 24

// writeStream sends the completion as server-sent events: the role, the
// thought, the content and the arguments of every call in pieces, the reason to
// stop, the usage if asked for, and the end mark.
func (r reply) writeStream(w http.ResponseWriter, includeUsage bool) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	controller := http.NewResponseController(w)
	send := func(choices, usage string) {
		out := r.appendHead(append(make([]byte, 0, 256), "data: "...), "chat.completion.chunk")
		out = append(append(out, `,"choices":`...), choices...)
		if usage != "" {
			out = append(append(out, `,"usage":`...), usage...)
		}
		w.Write(append(out, "}\n\n"...))
		controller.Flush()
	}
	usage := ""
	if includeUsage {
		usage = "null"
	}
	delta := func(inside []byte, finish string) {
		send(`[{"index":0,"delta":{`+string(inside)+`},"logprobs":null,"finish_reason":`+finish+`}]`, usage)
	}
	delta([]byte(`"role":"assistant","content":""`), "null")
	for _, piece := range pieces(r.step.reasoning) {
		delta(button.AppendString([]byte(`"reasoning_content":`), piece), "null")
	}
	for _, piece := range pieces(r.step.content) {
		delta(button.AppendString([]byte(`"content":`), piece), "null")
	}
	for i, call := range r.step.calls {
		index := strconv.AppendInt([]byte(`"tool_calls":[{"index":`), int64(i), 10)
		first := r.appendCall(append(index[:len(index):len(index)], ','), i, "")
		delta(append(first, ']'), "null")
		for _, piece := range pieces(call.arguments) {
			next := append(index[:len(index):len(index)], `,"function":{"arguments":`...)
			delta(append(button.AppendString(next, piece), "}}]"...), "null")
		}
	}
	delta(nil, `"`+r.finish()+`"`)
	if includeUsage {
		send("[]", string(r.appendUsage(nil)))
	}
	io.WriteString(w, "data: [DONE]\n\n")
}

// pieces cuts a text at character borders.
func pieces(text string) []string {
	var all []string
	for len(text) > pieceBytes {
		cut := pieceBytes
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		if cut == 0 {
			cut = pieceBytes
		}
		all = append(all, text[:cut])
		text = text[cut:]
	}
	if text != "" {
		all = append(all, text)
	}
	return all
}

func appendModels(out []byte, models []string) []byte {
	out = append(out, `{"object":"list","data":[`...)
	for i, model := range models {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendModel(out, model)
	}
	return append(out, "]}"...)
}

func appendModel(out []byte, model string) []byte {
	out = button.AppendString(append(out, `{"id":`...), model)
	out = strconv.AppendInt(append(out, `,"object":"model","created":`...), created, 10)
	return append(out, `,"owned_by":"button"}`...)
}
