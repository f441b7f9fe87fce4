package wording

import (
	"math/rand/v2"
	"strings"

	"github.com/buttonbench/button/internal/plan"
)

// Script is a plan in words.
type Script struct {
	Speaker Speaker
	// Requests and Answers have one text a user turn.
	Requests, Answers []Text
	// Skeleton is the first request with its literals blanked.
	Skeleton string
}

// Narrator words the plans of one world. It is safe for concurrent use.
type Narrator struct{ grammar Grammar }

// Tell words an executed draft. The error is a *plan.Reject when no wording
// passes the rules, or another error when the world's words are broken.
func (n *Narrator) Tell(draft *plan.Draft, random *rand.Rand) (*Script, error) {
	script := &Script{Speaker: NewSpeaker(random, draft.World.We)}
	user := &teller{grammar: &n.grammar, draft: draft, speaker: script.Speaker, random: random, said: map[any]bool{}, used: map[string]bool{}, picked: map[*plan.Selection]string{}}
	for turn := range draft.Turns {
		text, err := user.request(turn)
		if err != nil {
			return nil, err
		}
		if turn == 0 {
			script.Skeleton = plain(user.blank(text))
		}
		script.Requests = append(script.Requests, user.finish(text))
		user.last = nil // the answer in between may have named other things
	}
	assistant := n.answerer(draft, random)
	assistant.picked = user.picked
	for turn := range draft.Turns {
		assistant.marks = nil
		text, err := assistant.answer(turn)
		if err != nil {
			return nil, asReject(err)
		}
		script.Answers = append(script.Answers, assistant.finish(text))
	}
	return script, nil
}

func (n *Narrator) answerer(draft *plan.Draft, random *rand.Rand) *answerer {
	return &answerer{grammar: &n.grammar, draft: draft, random: random, named: map[any]bool{}}
}

// Thought words the step before a wave of calls.
func (n *Narrator) Thought(draft *plan.Draft, wave []*plan.Node, position Position, random *rand.Rand) (Text, error) {
	assistant := n.answerer(draft, random)
	text, err := assistant.thought(wave, position)
	if err != nil {
		return Text{}, asReject(err)
	}
	return assistant.finish(text), nil
}

func asReject(err error) error {
	if unfilled, ok := err.(errUnfilled); ok {
		return reject("unfilled", "%v", unfilled)
	}
	return err
}

// Tasks words each goal by itself, without frame and manners, as an atomic task
// (paper section 2.2), and all of them in order as the composed task (section 2.3).
func (n *Narrator) Tasks(draft *plan.Draft, random *rand.Rand) (atomic []string, composed string, err error) {
	for range attempts {
		user := &teller{grammar: &n.grammar, draft: draft, speaker: Speaker{Register: Plain}, random: random, said: map[any]bool{}, used: map[string]bool{}, picked: map[*plan.Selection]string{}}
		atomic = nil
		for _, goal := range draft.Goals {
			var one clause
			if one, err = user.express(goal); err != nil {
				break
			}
			atomic = append(atomic, plain(user.finishSentence(one.text, false)))
		}
		if err == nil {
			return atomic, strings.Join(atomic, " "), nil
		}
	}
	return nil, "", asReject(err)
}
