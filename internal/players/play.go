package players

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"net/http"

	"github.com/buttonbench/button"
)

// step is one message of a player. Arguments are text, as on the wire: a noisy
// player also writes text that is no JSON.
type step struct {
	content, reasoning string
	calls              []call
}

type call struct{ name, arguments string }

// The fixed sentences of players without words of their own.
const (
	silentAnswer = "I am sorry, I cannot help with that right now."
	closing      = "That is done."
)

// play finds what the player of a request says next.
func (h *handler) play(ask *request) (step, *apiError) {
	switch ask.player {
	case Silent:
		return step{content: silentAnswer}, nil
	case Lexical:
		return playLexical(ask), nil
	}
	last := lastUser(ask.messages)
	gold, ok := h.steps(ask, last)
	if !ok {
		return step{}, &apiError{http.StatusBadRequest, "invalid_request_error",
			"no reference is known for this conversation: this player only plays what it was given", "messages", "no_reference"}
	}
	behind := ask.messages[last+1:]
	if ask.player != Oracle && ask.player != Serial {
		gold = h.disturb(ask, gold, last)
	}
	switch {
	case ask.choice.none:
		return answerOf(gold), nil
	case ask.player == Serial || !ask.parallel:
		return playSerial(gold, behind), nil
	}
	return playWave(gold, behind), nil
}

// steps asks the guides for the user turn that begins at message last.
func (h *handler) steps(ask *request, last int) ([]step, bool) {
	for _, guide := range h.options.Guides {
		messages, ok := guide.Steps(ask.messages[:last+1:last+1], ask.tools)
		if !ok {
			continue
		}
		steps := make([]step, len(messages))
		for i := range messages {
			steps[i] = step{content: messages[i].Content, reasoning: messages[i].Reasoning}
			for _, gold := range messages[i].ToolCalls {
				steps[i].calls = append(steps[i].calls, call{gold.Name, argumentText(gold.Arguments)})
			}
		}
		return steps, true
	}
	return nil, false
}

// playWave plays the step whose turn it is: as many are done as there are
// assistant messages behind the user's.
func playWave(steps []step, behind []button.Message) step {
	done := 0
	for i := range behind {
		if behind[i].Role == button.RoleAssistant {
			done++
		}
	}
	if done < len(steps) {
		return steps[done]
	}
	return answerOf(steps)
}

// playSerial plays the first call that has not been made yet. A wave's thought
// goes out with the first of its calls.
func playSerial(steps []step, behind []button.Message) step {
	made := map[call]int{}
	for i := range behind {
		for _, past := range behind[i].ToolCalls {
			made[canonical(call{past.Name, argumentText(past.Arguments)})]++
		}
	}
	for _, wave := range steps {
		for i, next := range wave.calls {
			key := canonical(next)
			if made[key] > 0 {
				made[key]--
				continue
			}
			single := step{calls: []call{next}}
			if i == 0 {
				single.content, single.reasoning = wave.content, wave.reasoning
			}
			return single
		}
	}
	return answerOf(steps)
}

// answerOf is the last step that calls nothing.
func answerOf(steps []step) step {
	for i := len(steps) - 1; i >= 0; i-- {
		if len(steps[i].calls) == 0 && steps[i].content != "" {
			return steps[i]
		}
	}
	return step{content: closing}
}

func lastUser(messages []button.Message) int {
	for i := len(messages) - 1; i >= 0; i-- {
		if messages[i].Role == button.RoleUser {
			return i
		}
	}
	return len(messages) - 1
}

// argumentText is the text that a model wrote or would write: the object, or
// what a JSON string holds (see wireArguments).
func argumentText(arguments json.RawMessage) string {
	if len(arguments) == 0 {
		return "{}"
	}
	var text string
	if arguments[0] == '"' && json.Unmarshal(arguments, &text) == nil {
		return text
	}
	return string(arguments)
}

// canonical makes calls with the same meaning equal: members in order of their
// names, no white space, numbers as written.
func canonical(c call) call {
	if value, ok := decodeValue(c.arguments); ok {
		c.arguments = encodeValue(value)
	}
	return c
}

// idsOf returns a source of ids that depends on the conversation and the player
// only, and never repeats an id of the conversation.
func idsOf(messages []button.Message, player string) func() string {
	random := button.NewRandom(fingerprint(player, messages))
	taken := map[string]bool{}
	for i := range messages {
		for _, past := range messages[i].ToolCalls {
			taken[past.ID] = true
		}
	}
	return func() string {
		for {
			if id := button.NewID(random, button.CallIDLength); !taken[id] {
				taken[id] = true
				return id
			}
		}
	}
}

// fingerprint hashes messages under a label.
func fingerprint(label string, messages []button.Message) uint64 {
	var buffer []byte
	add := func(text string) {
		buffer = binary.AppendUvarint(buffer, uint64(len(text)))
		buffer = append(buffer, text...)
	}
	add(label)
	for i := range messages {
		add(messages[i].Role)
		add(messages[i].Content)
		add(messages[i].ToolCallID)
		for _, past := range messages[i].ToolCalls {
			add(past.ID)
			add(past.Name)
			add(string(past.Arguments))
		}
	}
	sum := sha256.Sum256(buffer)
	return binary.BigEndian.Uint64(sum[:8])
}
