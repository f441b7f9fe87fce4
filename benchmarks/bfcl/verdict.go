package bfcl

import (
	"sync"
	"time"

	"github.com/buttonbench/button/benchmarks/bfcl/services"
)

// The error types of conversations, as the official evaluator spells them.
const (
	ErrorInference        = "multi_turn:inference_error"
	ErrorForceTerminated  = "multi_turn:force_terminated"
	ErrorEmptyTurn        = "multi_turn:empty_turn_model_response"
	ErrorStateMismatch    = "multi_turn:instance_state_mismatch"
	ErrorResponseMismatch = "multi_turn:execution_response_mismatch"
)

// Conversation is what a model did in a multi-turn entry.
type Conversation struct {
	Entry *Entry
	// Model is the model's name. It shows in a result where a text among a call's
	// arguments holds the name of a known function before a "(". (While it judges,
	// upstream's evaluator puts "_eval" behind it.)
	Model string
	// Failed tells that the result is no list of turns but an error's text.
	Failed bool
	// Steps are turns of steps of decoded call texts. A step that could not be
	// decoded (nil) or holds no call counts as none.
	Steps [][][]string
}

// ConversationVerdict is the official verdict on a conversation.
type ConversationVerdict struct {
	Valid bool
	// ErrorType is one of the multi_turn error types, empty if valid.
	ErrorType string
	// Turn is the turn that failed, from 0; -1 if none did by itself.
	Turn int
	// StateClass is the first class whose state differs, StateAttributes the
	// attributes in which it does.
	StateClass      string
	StateAttributes []string
	// Missing are the answer's responses of the turn that the model's lack.
	Missing []string
}

// ConversationJudge judges conversations by executing their calls beside those of
// the answer and comparing states and responses. It is safe for many goroutines.
type ConversationJudge struct {
	constants func() (*services.Constants, error)
	today     time.Time
	scripts   sync.Map  // *Entry to *script
	rooms     sync.Pool // of *services.Room
}

// NewConversationJudge returns a judge. The services reckon ages by today.
func NewConversationJudge(data *Data, today time.Time) *ConversationJudge {
	return &ConversationJudge{today: today, constants: sync.OnceValues(func() (*services.Constants, error) {
		all, err := data.LongContextConstants()
		if err != nil {
			return nil, err
		}
		return services.NewConstants(all)
	})}
}

// Judge gives the official verdict (bfcl.md section 8). It stops at the turn that
// decides it. An error is one of the data, never of the conversation.
func (j *ConversationJudge) Judge(c Conversation) (ConversationVerdict, error) {
	s, err := j.script(c.Entry)
	if err != nil {
		return ConversationVerdict{}, err
	}
	if errorType := s.unfit(c); errorType != "" {
		return failedVerdict(errorType, -1), nil
	}
	p, err := s.begin(c.Model)
	if err != nil {
		return ConversationVerdict{}, err
	}
	defer p.end()
	for turn := range s.answers {
		p.play(c.Steps[turn], nil)
		if v := p.check(turn, c.Steps[turn]); v.ErrorType != "" {
			return v, nil
		}
	}
	return ConversationVerdict{Valid: true, Turn: -1}, nil
}

func failedVerdict(errorType string, turn int) ConversationVerdict {
	return ConversationVerdict{ErrorType: errorType, Turn: turn}
}

// performance is a conversation being executed: the model's session and, where
// the answer has to be executed beside it, the answer's in the same environment.
type performance struct {
	script        *script
	environment   *services.Environment
	model, answer *services.Session
	responses     []string // the model's, of all turns so far
}

// begin makes fresh sessions.
func (s *script) begin(model string) (*performance, error) {
	p := &performance{script: s, environment: s.environment()}
	p.environment.Likely = s.likely
	if room, isRoom := s.rooms.Get().(*services.Room); isRoom {
		p.environment.Room = room
	}
	var err error
	if p.model, err = s.session(model, p.environment); err != nil || s.recorded != nil {
		return p, err
	}
	p.answer, err = s.session(model+answerSuffix, p.environment)
	return p, err
}

// end lets others use the room.
func (p *performance) end() { p.script.rooms.Put(p.environment.Room) }

// play executes the model's steps of a turn in the model's session. Results, if
// wanted, are stored step by step.
func (p *performance) play(steps [][]string, results [][]string) {
	for i, calls := range steps {
		for _, call := range calls {
			result := p.model.Execute(call)
			p.responses = append(p.responses, result)
			if results != nil {
				results[i] = append(results[i], result)
			}
		}
	}
}

// check executes the answer's calls of a turn and compares. The verdict's error
// type is empty if the turn passes.
func (p *performance) check(turn int, steps [][]string) ConversationVerdict {
	calls := p.script.answers[turn]
	if len(calls) == 0 {
		return ConversationVerdict{} // what the model does in a turn of silence is executed, not judged
	}
	expected := p.expected(turn)
	if countCalls(steps) == 0 {
		return failedVerdict(ErrorEmptyTurn, turn)
	}
	if class, attributes := services.Compare(p.model, expected.session); class != "" {
		v := failedVerdict(ErrorStateMismatch, turn)
		v.StateClass, v.StateAttributes = class, attributes
		return v
	}
	if missing := missingFrom(p.responses, expected.responses); missing != nil || p.environment.Exhausted() {
		v := failedVerdict(ErrorResponseMismatch, turn)
		v.Missing = missing
		return v
	}
	return ConversationVerdict{}
}

// expected is what the answer's calls of a turn lead to.
func (p *performance) expected(turn int) answered {
	if p.script.recorded != nil {
		return p.script.recorded[turn]
	}
	return perform(p.answer, p.script.calls[turn])
}

func countCalls(steps [][]string) int {
	count := 0
	for _, calls := range steps {
		count += len(calls)
	}
	return count
}

// missingFrom returns the expected texts, each as often as it is expected, that
// the texts which are there do not contain, each as often as it is there.
func missingFrom(there, expected []string) []string {
	var missing []string
	used := make([]bool, len(there))
next:
	for _, text := range expected {
		for i := range there {
			if !used[i] && there[i] == text {
				used[i] = true
				continue next
			}
		}
		missing = append(missing, text)
	}
	return missing
}
