package bfcl

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/buttonbench/button/benchmarks/bfcl/services"
	"github.com/buttonbench/button/internal/python"
)

// script is what executing and judging needs of a multi-turn entry.
type script struct {
	id            string
	classes       []string
	configuration *python.Dict       // a template
	answers       [][]string         // turns of call texts
	calls         [][]*services.Call // the same, parsed
	longContext   bool
	constants     *services.Constants // of long-context entries
	today         time.Time
	rooms         *sync.Pool // the judge's

	// recorded is what the answer's calls lead to, turn by turn, where that does not
	// depend on what the model did. The sessions are only compared with.
	recorded []answered
	likely   map[string]string // the results of the answer's calls
}

// answered is what the answer's calls lead to in one turn: the session after them
// and their results.
type answered struct {
	session   *services.Session
	responses []string
}

// answerSuffix stands behind the model's name in the instances' names of the
// answer's session.
const answerSuffix = "_ground_truth_eval"

// script prepares an entry when it is first judged.
func (j *ConversationJudge) script(e *Entry) (*script, error) {
	if s, known := j.scripts.Load(e); known {
		return s.(*script), nil
	}
	s, err := j.prepare(e)
	if err != nil {
		return nil, fmt.Errorf("judging %s: %w", e.ID, err)
	}
	j.scripts.Store(e, s)
	return s, nil
}

func (j *ConversationJudge) prepare(e *Entry) (*script, error) {
	if e.Category.Checker != CheckExecution {
		return nil, fmt.Errorf("the category %s is not judged by executing calls", e.Category.Name)
	}
	s := &script{id: e.ID, today: j.today, rooms: &j.rooms, longContext: e.Category.Name == "multi_turn_long_context"}
	var err error
	if s.classes, err = e.InvolvedClasses(); err != nil {
		return nil, err
	}
	if s.configuration, err = e.InitialConfig(); err != nil {
		return nil, err
	}
	if s.answers, err = e.ExpectedCalls(); err != nil {
		return nil, err
	}
	s.calls = make([][]*services.Call, len(s.answers))
	for turn, calls := range s.answers {
		for _, call := range calls {
			s.calls[turn] = append(s.calls[turn], services.NewCall(call))
		}
	}
	if s.longContext {
		if s.constants, err = j.constants(); err != nil {
			return nil, err
		}
	}
	recorded, err := s.record()
	if err != nil {
		return nil, err
	}
	s.likely = map[string]string{}
	for _, a := range recorded {
		for _, response := range a.responses {
			s.likely[response] = response
		}
	}
	if s.independent() {
		s.recorded = recorded
	}
	return s, nil
}

func (s *script) environment() *services.Environment {
	return services.NewEnvironment(s.longContext, s.constants, s.today)
}

func (s *script) session(name string, environment *services.Environment) (*services.Session, error) {
	return services.NewSession(s.id, name, s.classes, s.configuration, environment)
}

// independent reports whether the answer's calls have the same results and lead to
// the same state whatever the model does. They do unless the two share an object
// that can change (bfcl.md section 8): the mentions of a post that names none, the
// cards and bookings of long context. The model's name, too, must not show, as it
// might in a text with a bracket.
func (s *script) independent() bool {
	if s.longContext && slices.Contains(s.classes, "TravelAPI") {
		return false
	}
	for _, calls := range s.answers {
		for _, call := range calls {
			name, arguments, _ := strings.Cut(call, "(")
			if strings.Contains(arguments, "(") || name == "post_tweet" && !strings.Contains(arguments, "mentions") {
				return false
			}
		}
	}
	return true
}

// record executes the answer, for each turn that has calls in a session of its own.
func (s *script) record() ([]answered, error) {
	all := make([]answered, len(s.answers))
	for turn, calls := range s.calls {
		if len(calls) == 0 {
			continue
		}
		session, err := s.session(answerSuffix, s.environment())
		if err != nil {
			return nil, err
		}
		for _, before := range s.calls[:turn] {
			perform(session, before)
		}
		all[turn] = perform(session, calls)
	}
	return all, nil
}

func perform(session *services.Session, calls []*services.Call) answered {
	a := answered{session: session, responses: make([]string, len(calls))}
	for i, call := range calls {
		a.responses[i] = session.Run(call)
	}
	return a
}

// unfit is the error type of a result that cannot be compared turn by turn.
func (s *script) unfit(c Conversation) string {
	switch {
	case c.Failed:
		return ErrorInference
	case len(c.Steps) != len(s.answers):
		return ErrorForceTerminated
	}
	return ""
}
