package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
)

// The kinds of server that are told apart.
const (
	VLLM     = "vLLM"
	SGLang   = "SGLang"
	LlamaCPP = "llama.cpp"
	Ollama   = "Ollama"
	LMStudio = "LM Studio"
	Button   = "button serve"
	Unknown  = "unknown"
)

// Server is a guess at what software answers.
type Server struct {
	Kind string `json:"kind"`
	// Sure is "certain" where two signs agree, "likely" with one, "" for Unknown.
	Sure    string `json:"sure,omitempty"`
	Version string `json:"version,omitempty"`
	// Signs are what the guess rests on.
	Signs []string `json:"signs,omitempty"`
}

// signs gathers what speaks for each kind.
type signs struct {
	seen []sign
}

type sign struct{ kind, text string }

func (s *signs) add(kind, text string) {
	for _, old := range s.seen {
		if old.text == text {
			return
		}
	}
	s.seen = append(s.seen, sign{kind, text})
}

// guess is the kind with the most signs; the first seen wins a draw, for later
// ones are weaker.
func (s *signs) guess() Server {
	best := Server{Kind: Unknown}
	for _, candidate := range s.seen {
		var texts []string
		for _, other := range s.seen {
			if other.kind == candidate.kind {
				texts = append(texts, other.text)
			}
		}
		if len(texts) > len(best.Signs) {
			best = Server{Kind: candidate.kind, Signs: texts, Sure: "likely"}
		}
	}
	if len(best.Signs) > 1 {
		best.Sure = "certain"
	}
	return best
}

// header reads the signs of a response's header.
func (s *signs) header(header http.Header) {
	software := strings.ToLower(header.Get("Server"))
	for _, known := range []struct{ part, kind string }{
		{"llama.cpp", LlamaCPP}, {"vllm", VLLM}, {"sglang", SGLang}, {"ollama", Ollama}, {"lm studio", LMStudio}, {"lmstudio", LMStudio},
	} {
		if strings.Contains(software, known.part) {
			s.add(known.kind, "the header Server names it")
		}
	}
}

// owner reads the sign of a model's owned_by.
func (s *signs) owner(owner string) {
	for _, known := range []struct{ owner, kind string }{
		{"vllm", VLLM}, {"sglang", SGLang}, {"llamacpp", LlamaCPP}, {"library", Ollama}, {"organization_owner", LMStudio}, {"button", Button},
	} {
		if owner == known.owner {
			s.add(known.kind, `the list of models is owned by "`+owner+`"`)
		}
	}
}

// completion reads the signs of a completion's body.
func (s *signs) completion(raw []byte) {
	var body struct {
		ID          string          `json:"id"`
		Created     int64           `json:"created"`
		Fingerprint json.RawMessage `json:"system_fingerprint"`
		Timings     json.RawMessage `json:"timings"`
		Verbose     json.RawMessage `json:"__verbose"`
		Stats       json.RawMessage `json:"stats"`
		Metadata    struct {
			Version json.RawMessage `json:"weight_version"`
		} `json:"metadata"`
		PromptLogprobs json.RawMessage `json:"prompt_logprobs"`
		Choices        []map[string]json.RawMessage
	}
	if json.Unmarshal(raw, &body) != nil {
		return
	}
	var fingerprint string
	_ = json.Unmarshal(body.Fingerprint, &fingerprint)
	matched := len(body.Choices) > 0 && body.Choices[0]["matched_stop"] != nil
	switch {
	case fingerprint == "fp_ollama":
		s.add(Ollama, `answers carry system_fingerprint "fp_ollama"`)
	case bytes.Contains(body.Timings, []byte("predicted_per_second")):
		s.add(LlamaCPP, "answers carry timings")
	case body.PromptLogprobs != nil, len(body.Choices) > 0 && body.Choices[0]["stop_reason"] != nil:
		s.add(VLLM, "answers carry prompt_logprobs or stop_reason")
	case matched, body.Metadata.Version != nil:
		s.add(SGLang, "answers carry matched_stop")
	case string(body.Stats) == "{}":
		s.add(LMStudio, "answers carry empty stats")
	case body.Created == 1767225600 && strings.HasPrefix(body.ID, "chatcmpl-"):
		s.add(Button, "answers carry the players' fixed date")
	}
}

// confirm asks the one page that a likely server has and others have not. It
// costs one request; what the page tells of the version and the context is kept.
func (e *exam) confirm(ctx context.Context) {
	root := rootOf(e.report.BaseURL)
	guess := e.signs.guess()
	switch guess.Kind {
	case VLLM:
		e.report.Server.Version = e.version(ctx, root+"/version", VLLM)
	case Ollama:
		e.report.Server.Version = e.version(ctx, root+"/api/version", Ollama)
	case SGLang:
		var info struct {
			Path string `json:"model_path"`
		}
		if e.page(ctx, root+"/get_model_info", &info) && info.Path != "" {
			e.signs.add(SGLang, "/get_model_info names a model")
		}
	case LlamaCPP:
		var props struct {
			Build    string `json:"build_info"`
			Settings struct {
				Context int `json:"n_ctx"`
			} `json:"default_generation_settings"`
		}
		if e.page(ctx, root+"/props", &props) && (props.Build != "" || props.Settings.Context > 0) {
			e.signs.add(LlamaCPP, "/props tells its settings")
			e.report.Server.Version = e.clean(shorten(props.Build, 60))
			if usable(props.Settings.Context) {
				e.report.Context = props.Settings.Context
			}
		}
	}
}

func (e *exam) version(ctx context.Context, address, kind string) string {
	var page struct {
		Version string `json:"version"`
	}
	if !e.page(ctx, address, &page) || page.Version == "" {
		return ""
	}
	e.signs.add(kind, "it tells its version")
	return e.clean(shorten(page.Version, 60))
}

// page reads a JSON page of the server's own.
func (e *exam) page(ctx context.Context, address string, into any) bool {
	got, err := e.fetch(ctx, address, nil)
	return err == nil && got.status == http.StatusOK && json.Unmarshal(got.body, into) == nil
}

// settle brings the guess into the report.
func (e *exam) settle() {
	version := e.report.Server.Version
	e.report.Server = e.signs.guess()
	e.report.Server.Version = version
}

func (e *exam) kind() string { return e.signs.guess().Kind }
