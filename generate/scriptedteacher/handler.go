package scriptedteacher

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/buttonbench/button"
)

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method, serve := http.MethodGet, h.serveModels
	switch r.URL.Path {
	case "/v1/chat/completions":
		method, serve = http.MethodPost, h.serveChat
	case "/v1/embeddings":
		method, serve = http.MethodPost, h.serveEmbeddings
	case "/v1/models":
	case "/log":
		serve = h.serveLog
	default:
		writeError(w, http.StatusNotFound, "unknown path: there are /v1/chat/completions, /v1/embeddings, /v1/models and /log")
		return
	}
	if r.Method != method {
		w.Header().Set("Allow", method)
		writeError(w, http.StatusMethodNotAllowed, "this path takes %s only", method)
		return
	}
	serve(w, r)
}

func (h *Handler) serveModels(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, encode(map[string]any{"object": "list", "data": []any{
		map[string]any{"id": Model, "object": "model", "created": created, "owned_by": "button"},
	}}))
}

func (h *Handler) serveLog(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/x-ndjson")
	_ = h.writeLog(w) // a client that has gone needs no log
}

func (h *Handler) serveEmbeddings(w http.ResponseWriter, r *http.Request) {
	body, ok := h.readBody(w, r)
	if !ok || !h.wait(r) {
		return
	}
	reply, err := embeddings(body)
	if err != nil {
		writeError(w, http.StatusBadRequest, "%v", err)
		return
	}
	h.log.add(sha256.Sum256(body), Entry{Stage: "embeddings"})
	writeJSON(w, http.StatusOK, reply)
}

func (h *Handler) serveChat(w http.ResponseWriter, r *http.Request) {
	body, ok := h.readBody(w, r)
	if !ok {
		return
	}
	var request wireRequest
	if err := json.Unmarshal(body, &request); err != nil {
		writeError(w, http.StatusBadRequest, "the body cannot be read: %v", err)
		return
	}
	if len(request.Messages) == 0 || request.Stream {
		writeError(w, http.StatusBadRequest, "want messages, and no stream")
		return
	}
	// What is in the log was asked, even if the client does not wait for the answer.
	reply, entry := h.answer(&request)
	sum := sha256.Sum256(body)
	h.log.add(sum, entry)
	if !h.wait(r) {
		return
	}
	ids := hashed(h.options.Seed, "ids", string(sum[:]))
	writeJSON(w, http.StatusOK, completion(&request, reply, func() string { return button.NewID(ids, 24) }))
}

// wait lets the latency pass; false if the client has gone.
func (h *Handler) wait(r *http.Request) bool {
	if h.options.Latency == 0 {
		return true
	}
	timer := time.NewTimer(h.options.Latency)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// refusalText is what the teacher says when it can make nothing of a request.
const refusalText = "I am sorry, but I cannot help with that request."

// answer finds out what is asked, writes the reply, and spoils it where a fault is due.
func (h *Handler) answer(request *wireRequest) (reply, Entry) {
	first, complaints, rule := beforeComplaints(request)
	isNative := len(request.Tools) > 0
	name := stageOf(request)
	t := &turn{world: h.world, reader: h.reader, seed: h.options.Seed, stage: name, complaints: complaints}
	if request.Seed != nil {
		t.wire = *request.Seed
	}
	about := map[string]any{"messages": first, "tools": request.Tools, "stage": name}
	if !isNative {
		about["seed"] = t.wire // a turn of a conversation is asked for anew with another seed
	}
	sum := sha256.Sum256(encode(about))
	t.subject = string(sum[:])
	entry := Entry{Subject: hex.EncodeToString(sum[:]), Stage: name, Complaints: complaints, ReturnedFor: rule}
	var read, written any
	if isNative {
		m := assistantMaterial{Parallel: request.Parallel == nil || *request.Parallel, Tools: toolsOf(request), Dialogue: native(first)}
		if own, foreign := t.ownNative(m); foreign {
			return plainReply(own, true), entry
		}
		read, written = m, t.assistant(m)
	} else if raw, ok := material(userText(first)); ok && h.stages[name] != nil {
		if own, foreign := t.own(raw); foreign {
			if own == nil {
				return reply{text: refusalText}, entry
			}
			return plainReply(own, false), entry
		}
		read, written = h.stages[name](t, raw)
	}
	if written == nil {
		return reply{text: refusalText}, entry
	}
	out := h.spoil(t, &entry, read, written, isNative)
	return out, entry
}

// plainReply writes a reply as text, or as calls where they are wanted.
func plainReply(written any, isNative bool) reply {
	step, ok := written.(*assistantReply)
	if !isNative || !ok {
		return reply{text: string(encode(written))}
	}
	if step.Action != "call" {
		return reply{text: step.Text}
	}
	out := reply{text: step.Thought}
	for _, one := range step.Calls {
		out.calls = append(out.calls, call{one.Name, string(one.Arguments)})
	}
	return out
}

// stageOf tells the stage by the name of the form that is asked for, or, where the
// endpoint is told none, by the members of the material.
func stageOf(request *wireRequest) string {
	if len(request.Tools) > 0 {
		return stageAssistant
	}
	if name := request.ResponseFormat.JSONSchema.Name; name != "" {
		return name
	}
	if raw, ok := material(userText(request.Messages)); ok {
		return stageByMembers(raw)
	}
	return "unknown"
}

// userText is the first message of the user.
func userText(messages []wireMessage) string {
	for i := range messages {
		if messages[i].Role == button.RoleUser {
			return messages[i].text()
		}
	}
	return ""
}

func toolsOf(request *wireRequest) []offeredTool {
	var tools []offeredTool
	for _, tool := range request.Tools {
		tools = append(tools, offeredTool{Name: tool.Function.Name, Description: tool.Function.Description, Parameters: tool.Function.Parameters})
	}
	return tools
}

// beforeComplaints cuts off what is wrong with earlier replies, and those replies,
// and counts how often one came back. The rule is the first that the last complaint
// names.
func beforeComplaints(request *wireRequest) (first []wireMessage, complaints int, rule string) {
	messages := request.Messages
	end := len(messages)
	for i := range messages {
		if !isComplaint(&messages[i]) {
			continue
		}
		if end == len(messages) {
			if end = i; i > 0 && messages[i-1].Role == button.RoleAssistant {
				end--
			}
		}
		// Of several calls each has its own copy of the complaint.
		if i == 0 || messages[i].Role == button.RoleUser || !isComplaint(&messages[i-1]) {
			complaints++
			rule = ""
			if match := firstRule.FindStringSubmatch(messages[i].text()); match != nil {
				rule = match[1]
			}
		}
	}
	return messages[:end], complaints, rule
}

// How a prompt begins that sends a reply, or a turn of a conversation, back.
const (
	replyReturned = "That reply cannot be used"
	turnReturned  = "That turn cannot be used"
)

var firstRule = regexp.MustCompile(`(?m)^- ([a-z_.]+)`)

func isComplaint(message *wireMessage) bool {
	return message.Role != button.RoleAssistant && message.Role != button.RoleSystem &&
		(strings.HasPrefix(message.text(), replyReturned) || strings.HasPrefix(message.text(), turnReturned))
}
