package bfcl

import (
	"errors"
	"fmt"
	"time"

	"github.com/buttonbench/button/internal/python"
)

// ModeCalls is the mode of a multi-turn case whose steps are already lists of call
// texts.
const ModeCalls Mode = "calls"

// Case is one result to be judged.
type Case struct {
	ID   string
	Mode Mode
	// Underscores tells that dots in function names had been turned into underscores
	// for this model.
	Underscores bool
	// Raw is the result as result files have it: of a single-turn entry one response,
	// else turns of responses. In mode calls a response is a list of call texts.
	Raw python.Value
}

// ParseCase reads a case from a line: an object with id, mode, underscore_to_dot,
// raw and perhaps category. Other members are not looked at.
func ParseCase(line string) (Case, error) {
	var c Case
	var category, mode string
	given := false
	err := eachMember(line, func(name, value string) (err error) {
		switch name {
		case "id":
			c.ID, err = textValue(value)
		case "category":
			if value != "null" {
				category, err = textValue(value)
			}
		case "mode":
			mode, err = textValue(value)
		case "underscore_to_dot":
			if c.Underscores = value == "true"; !c.Underscores && value != "false" && value != "null" {
				err = errors.New("neither true nor false")
			}
		case "raw":
			given = true
			c.Raw, err = python.ParseJSON(value)
		default:
			return nil
		}
		if err != nil {
			return fmt.Errorf("the member %q: %w", name, err)
		}
		return nil
	})
	c.Mode = Mode(mode)
	switch {
	case err != nil:
		return Case{}, err
	case c.ID == "":
		return Case{}, errors.New(`the member "id" is missing`)
	case !given:
		return Case{}, errors.New(`the member "raw" is missing`)
	case c.Mode != ModeNative && c.Mode != ModePrompt && c.Mode != ModeCalls:
		return Case{}, fmt.Errorf(`the member "mode" is %q: want fc, prompt or calls`, mode)
	case category != "" && currentName(category) != CategoryOf(c.ID):
		return Case{}, fmt.Errorf("the id %q does not belong to the category %q", c.ID, category)
	}
	return c, nil
}

// Scored is a case with the official verdict.
type Scored struct {
	ID, Category string
	Valid        bool
	ErrorType    string // empty if valid
	// Judged is the judgement of a single-turn or agentic case, Conversation that of a
	// conversation; they tell what was wrong.
	Judged       Judgement
	Conversation ConversationVerdict
	// Calls are the decoded calls: of a single-turn case a list of one-key maps, or
	// nil if it does not decode.
	Calls python.Value
	// Talk tells that the case is a conversation.
	Talk bool
	// Steps and Results are a conversation's decoded call texts and the results of
	// executing them, by turn and step; nil is a step that does not decode.
	Steps, Results [][][]string
}

// Scorer judges cases. It is safe for many goroutines.
type Scorer struct {
	data  *Data
	judge *ConversationJudge
}

// NewScorer returns a scorer. The services of conversations reckon ages by today.
func NewScorer(data *Data, today time.Time) *Scorer {
	return &Scorer{data: data, judge: NewConversationJudge(data, today)}
}

// Score judges one case. With results the decoded calls and the results of executed
// calls are kept. An error is one of the case or of the data: the case then has no
// verdict.
func (s *Scorer) Score(c Case, results bool) (Scored, error) {
	entry, err := s.data.Entry(c.ID)
	if err != nil {
		return Scored{}, err
	}
	scored := Scored{ID: c.ID, Category: CategoryOf(c.ID)}
	if entry.Category.Checker == CheckExecution {
		err = s.scoreConversation(&scored, entry, c, results)
		return scored, err
	}
	if c.Mode == ModeCalls {
		return Scored{}, fmt.Errorf("mode calls is for multi-turn cases, not for %s", c.ID)
	}
	if entry.Category.Checker == CheckAnswer {
		scored.Judged, err = entry.JudgeAgent(c.Mode, c.Raw)
	} else {
		scored.Judged, err = s.scoreSingle(&scored, entry, c, results)
	}
	scored.Valid, scored.ErrorType = scored.Judged.Valid, scored.Judged.ErrorType
	return scored, err
}

func (s *Scorer) scoreSingle(scored *Scored, entry *Entry, c Case, results bool) (Judgement, error) {
	var decoded python.Value
	var decodeErr error
	if configuration, _, formatted := FormattedID(c.ID); formatted {
		decoded, decodeErr = DecodeFormatted(configuration, c.Raw)
	} else {
		decoded, decodeErr = entry.DecodeSingle(c.Mode, c.Raw)
	}
	if results && decodeErr == nil {
		scored.Calls = decoded
	}
	return entry.judgeDecoded(decoded, decodeErr, c.Underscores)
}

// scoredModel stands for the model in the names of service instances.
const scoredModel = "model"

func (s *Scorer) scoreConversation(scored *Scored, entry *Entry, c Case, results bool) error {
	scored.Talk = true
	conversation := Conversation{Entry: entry, Model: scoredModel}
	turns, ok := c.Raw.(*python.List)
	if !ok {
		conversation.Failed = true
	} else {
		conversation.Steps = make([][][]string, len(turns.Items))
		for i, turn := range turns.Items {
			conversation.Steps[i] = decodeTurn(c.Mode, turn)
		}
	}
	var v ConversationVerdict
	var err error
	if results {
		scored.Steps = conversation.Steps
		v, scored.Results, err = s.judge.JudgeWithResults(conversation)
	} else {
		v, err = s.judge.Judge(conversation)
	}
	scored.Valid, scored.ErrorType, scored.Conversation = v.Valid, v.ErrorType, v
	return err
}

// decodeTurn decodes the steps of a turn; nil is a step that does not decode. A turn
// that is no list has none.
func decodeTurn(mode Mode, turn python.Value) [][]string {
	list, ok := turn.(*python.List)
	if !ok {
		return nil
	}
	steps := make([][]string, len(list.Items))
	for i, step := range list.Items {
		if mode == ModeCalls {
			steps[i] = callTexts(step)
		} else if calls, err := DecodeExecution(mode, step); err == nil {
			steps[i] = calls
		}
	}
	return steps
}

// callTexts is a step of mode calls; nil if it is no list of texts.
func callTexts(step python.Value) []string {
	list, ok := step.(*python.List)
	if !ok {
		return nil
	}
	texts := make([]string, len(list.Items))
	for i, item := range list.Items {
		if texts[i], ok = item.(string); !ok {
			return nil
		}
	}
	return texts
}
