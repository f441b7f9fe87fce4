package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
)

// maxNamed is how many models a line or a list names.
const maxNamed = 20

// listedModel is one model of a server's list.
type listedModel struct {
	id, owner string
	context   int // tokens, 0 if the list does not say
}

// parseModels reads a list of models: the protocol's object with data, or a bare
// array. Entries without an id are left out.
func parseModels(body []byte) ([]listedModel, bool) {
	var list struct {
		Data []json.RawMessage `json:"data"`
	}
	body = bytes.TrimSpace(body)
	if len(body) > 0 && body[0] == '[' {
		if json.Unmarshal(body, &list.Data) != nil {
			return nil, false
		}
	} else if json.Unmarshal(body, &list) != nil || list.Data == nil {
		return nil, false
	}
	var models []listedModel
	for _, raw := range list.Data {
		var entry struct {
			ID     string  `json:"id"`
			Owner  string  `json:"owned_by"`
			VLLM   float64 `json:"max_model_len"` // SGLang too
			Length float64 `json:"context_length"`
			Window float64 `json:"context_window"`
			Max    float64 `json:"max_context_length"`
			Meta   struct {
				Context float64 `json:"n_ctx"`
			} `json:"meta"`
		}
		// A member of another type than expected leaves the rest as read.
		_ = json.Unmarshal(raw, &entry)
		if entry.ID == "" {
			continue
		}
		model := listedModel{id: entry.ID, owner: entry.Owner}
		for _, length := range []float64{entry.VLLM, entry.Meta.Context, entry.Length, entry.Window, entry.Max} {
			if model.context == 0 && length == math.Trunc(length) && usable(int(length)) {
				model.context = int(length)
			}
		}
		models = append(models, model)
	}
	return models, true
}

// usable tells a context limit from a number that cannot be one.
func usable(tokens int) bool { return tokens > 0 && tokens <= 1<<30 }

// reach fills the probes reachable and models, and opens the client.
func (e *exam) reach(ctx context.Context) {
	if e.report.BaseURL == "" && !e.search(ctx) {
		addresses := e.options.Addresses
		if addresses == nil {
			addresses = Addresses()
		}
		e.note("reachable", Failed, "no base URL was given, and no server lists models at "+strings.Join(addresses, ", "),
			"start a server, or give its base URL, for example http://127.0.0.1:8000/v1")
		return
	}
	if wrong := e.checkURL(); wrong != "" {
		e.note("reachable", Failed, wrong, "want something like http://127.0.0.1:8000/v1")
		return
	}
	got, err := e.fetch(ctx, e.report.BaseURL+"/models", nil)
	if err != nil {
		if ctx.Err() != nil {
			e.note("reachable", Skipped, timeUp(ctx), "")
			return
		}
		seen, advice := e.unreachable(err)
		e.note("reachable", Failed, seen, advice)
		return
	}
	if got.status == http.StatusBadRequest && bytes.Contains(got.body, []byte("HTTP request to an HTTPS server")) {
		e.note("reachable", Failed, "the port wants TLS", "write https:// in the place of http://")
		return
	}
	client, err := e.options.Open(e.report.BaseURL)
	if err != nil {
		e.note("reachable", Failed, "the client cannot be made: "+e.quote(err.Error()), "give a base URL such as http://127.0.0.1:8000/v1")
		return
	}
	e.client = client
	e.signs.header(got.header)
	status, seen, advice := e.list(ctx, got)
	for _, model := range e.listed {
		e.signs.owner(model.owner)
	}
	e.confirm(ctx)
	e.settle()
	e.note("reachable", OK, e.reached(got.status), e.others())
	e.note("models", status, seen, advice)
	if e.report.Model == "" {
		e.stopped = "no model is named"
	}
}

func (e *exam) reached(status int) string {
	text := fmt.Sprintf("%s answers with HTTP %d", e.report.BaseURL, status)
	if server := e.report.Server; server.Kind != Unknown {
		text += fmt.Sprintf("; %s (%s)", strings.TrimSpace(server.Kind+" "+server.Version), server.Sure)
	}
	return text
}

// others mentions the servers that a search found beside the examined one.
func (e *exam) others() string {
	if len(e.report.Found) < 2 {
		return ""
	}
	var urls []string
	for _, one := range e.report.Found[1:] {
		urls = append(urls, one.BaseURL)
	}
	return "there is also " + strings.Join(urls, ", ") + ": give the base URL to examine another"
}

// list judges the answer to GET /models and picks the model.
func (e *exam) list(ctx context.Context, got *answer) (status Status, seen, advice string) {
	listed, ok := parseModels(got.body)
	switch {
	case got.status == http.StatusUnauthorized || got.status == http.StatusForbidden:
		advice = "name the variable that holds the key with --api-key-env or api_key_env"
		if e.options.Key != "" {
			advice = "the key was sent and not taken: is it the right one for this host, and still valid?"
		}
		return e.unlisted(Warning), fmt.Sprintf("HTTP %d: %s", got.status, e.quote(string(got.body))), advice
	case got.status >= 300 && got.status < 400:
		return e.unlisted(Warning), "the server points to " + e.quote(got.header.Get("Location")), "use that address in the base URL"
	case got.status != http.StatusOK || !ok:
		if !strings.HasSuffix(e.report.BaseURL, "/v1") {
			again, err := e.fetch(ctx, e.report.BaseURL+"/v1/models", nil)
			if err == nil && again.status == http.StatusOK {
				if _, ok := parseModels(again.body); ok {
					e.stopped = "the base URL is not the endpoint's"
					return Failed, "the list of models is at " + e.report.BaseURL + "/v1/models", "the base URL is " + e.report.BaseURL + "/v1"
				}
			}
		}
		return e.unlisted(Warning), fmt.Sprintf("no list of models: HTTP %d, %s", got.status, e.quote(string(got.body))), "does the base URL end in /v1, or wherever the API begins?"
	}
	e.listed = listed
	return e.pick()
}

// unlisted is the status of a list that cannot be had: without a model to ask
// for, nothing can go on.
func (e *exam) unlisted(status Status) Status {
	if e.report.Model == "" {
		return Failed
	}
	return status
}

// pick finds the asked model in the list, or the first that can be asked.
func (e *exam) pick() (status Status, seen, advice string) {
	var names []string
	for _, model := range e.listed {
		if len(names) < maxNamed {
			names = append(names, shorten(model.id, maxQuoted))
		}
		if model.id == e.report.Model && e.report.Model != "" {
			e.keepContext(model)
			return OK, fmt.Sprintf("%s is listed, among %s", e.report.Model, count(len(e.listed), "model")), ""
		}
	}
	named := strings.Join(names, ", ")
	switch {
	case e.report.Model != "" && len(names) == 0:
		return Warning, fmt.Sprintf("%s is not listed: the list is empty", e.report.Model), "is the model loaded?"
	case e.report.Model != "":
		return Warning, fmt.Sprintf("%s is not among %s: %s", e.report.Model, count(len(e.listed), "listed model"), named), "use one of the ids in the list, as it is written there"
	}
	for _, model := range e.listed {
		if !strings.Contains(strings.ToLower(model.id), "embed") {
			e.report.Model = model.id
			e.keepContext(model)
			advice = ""
			if len(e.listed) > 1 {
				advice = "name another with --model"
			}
			return OK, fmt.Sprintf("no model was named: examined is %s of %s: %s", model.id, count(len(e.listed), "model"), named), advice
		}
	}
	return Failed, "no model was named and the server lists none for chat", "load a model, or name one with --model"
}

func (e *exam) keepContext(model listedModel) {
	if model.context > 0 {
		e.report.Context = model.context
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
