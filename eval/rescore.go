package eval

import (
	"errors"
	"fmt"
	"slices"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
)

// ErrorDiverged is the class of a rescored row whose conversation would have gone
// another way under the new reading: what the model would have answered is not
// known.
const ErrorDiverged = "diverged"

// Rescorer judges recorded answers anew, without a model.
type Rescorer struct {
	Suite, SuiteVersion, ScorerVersion, Label string
	// Decode turns a raw response into a reply.
	Decode func(raw []byte) (*llm.Reply, error)
	// Read reads tool calls out of a reply's text; it may return the reply itself.
	Read func(reply *llm.Reply, tools []button.Tool) *llm.Reply
}

// Row judges the answers of one row of a run on its task. As long as the new
// reading leads to the same next question, the recorded answer holds; where it
// does not, the row has no verdict.
func (r *Rescorer) Row(task Task, old Row) Row {
	row := old
	row.Suite, row.SuiteVersion, row.ScorerVersion, row.Model = r.Suite, r.SuiteVersion, r.ScorerVersion, r.Label
	row.Outcome, row.Error, row.Scores, row.Faults, row.Calls = OutcomeNoVerdict, nil, nil, nil, nil
	if old.Error != nil {
		row.Error = old.Error
		return row
	}
	row.Transcript = nil
	episode := start(task, old.Repeat)
	cuts, err := r.replay(episode, old.Transcript, &row)
	if err != nil {
		row.Error = &RowError{Class: ErrorDiverged, Message: err.Error()}
		return row
	}
	row.judge(episode.Verdict(), cuts)
	return row
}

// replay feeds the recorded answers to an episode, and returns those cut short.
func (r *Rescorer) replay(episode Episode, transcript []Exchange, row *Row) (cuts []cut, err error) {
	var sent []button.Message
	var last *llm.Reply
	for at := 0; ; at++ {
		request, more := episode.Next()
		if !more {
			return cuts, nil
		}
		if at >= len(transcript) {
			return nil, errors.New("the conversation would go on, but the run holds no further answer")
		}
		exchange := transcript[at]
		if asked := news(request.Messages, sent, last); !sameQuestion(asked, exchange.Messages) {
			return nil, fmt.Errorf("answer %d was given to another question", at+1)
		}
		sent = request.Messages
		reply, err := r.Decode(exchange.Response)
		if err != nil {
			return nil, fmt.Errorf("answer %d: %w", at+1, err)
		}
		if len(reply.Calls) == 0 {
			reply = r.Read(reply, request.Tools)
		}
		last = reply
		if c, short := cutShort(at+1, reply); short {
			cuts = append(cuts, c)
		}
		exchange.Reading = reply.Reading
		row.Transcript = append(row.Transcript, exchange)
		episode.Observe(reply)
	}
}

// sameQuestion compares what was put to the model, the ids of calls aside: they
// are made up where the text had none.
func sameQuestion(a, b []button.Message) bool {
	return slices.EqualFunc(a, b, func(a, b button.Message) bool { return a.Role == b.Role && a.Content == b.Content })
}
