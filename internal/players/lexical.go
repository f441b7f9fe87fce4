package players

import (
	"maps"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// The lexical player is a baseline without a language model: it calls the
// functions that share the most telling words with the user's message, with
// arguments by type from the message and by name from earlier results.
const (
	// lexicalTurns bounds the messages with calls in one user turn.
	lexicalTurns = 6
	// lexicalWidth bounds the calls of one message.
	lexicalWidth = 4
	// togetherShare and laterShare are the shares of the best score that a
	// function needs to go out at once, or once results have filled its arguments.
	togetherShare = 0.6
	laterShare    = 0.35
	// statedValues bounds the values of an answer.
	statedValues = 12
)

// playLexical decides the next message from the request alone.
func playLexical(ask *request) step {
	last := lastUser(ask.messages)
	said, behind := ask.messages[last].Content, ask.messages[last+1:]
	turns := 0
	called := map[string]bool{} // a function is called in one message of a user turn
	for i := range behind {
		if len(behind[i].ToolCalls) > 0 {
			turns++
		}
		for _, past := range behind[i].ToolCalls {
			called[past.Name] = true
		}
	}
	if ask.choice.none || turns >= lexicalTurns {
		return lexicalAnswer(behind)
	}
	profiles := profilesOf(ask.tools)
	rated := scores(said, profiles)
	if len(rated) == 0 || slices.Max(rated) == 0 {
		return lexicalAnswer(behind)
	}
	fill := newFiller(said, extract(said, todayOf(ask.messages)), resultsOf(ask.messages))
	best := slices.Max(rated)
	var calls []call
	if turns == 0 {
		calls = chooseCalls(profiles, rated, fill, togetherShare*best, func(profile) bool { return true })
		if len(calls) == 0 {
			calls = chooseCalls(profiles, rated, fill, laterShare*best, func(profile) bool { return true })
		}
	} else {
		calls = chooseCalls(profiles, rated, fill, laterShare*best, func(p profile) bool { return !called[p.tool.Name] && fill.fresh > 0 })
	}
	if len(calls) == 0 {
		return lexicalAnswer(behind)
	}
	if !ask.parallel {
		calls = calls[:1]
	}
	return step{calls: calls}
}

// chooseCalls fills the functions that rate at least the threshold, best first,
// and keeps those that can be filled and suit. A function is called again for
// every further code that its pattern finds in the text.
func chooseCalls(profiles []profile, rated []float64, fill *filler, threshold float64, suits func(profile) bool) []call {
	order := make([]int, len(profiles))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case rated[a] > rated[b]:
			return -1
		case rated[a] < rated[b]:
			return 1
		}
		return 0
	})
	var calls []call
	for _, i := range order {
		if rated[i] < threshold || len(calls) >= lexicalWidth {
			break
		}
		fill.taken = map[string]bool{}
		for again := false; len(calls) < lexicalWidth; again = true {
			arguments, ok := fill.arguments(profiles[i])
			if !ok || !suits(profiles[i]) || again && fill.coded == 0 {
				break
			}
			next := call{profiles[i].tool.Name, encodeValue(arguments)}
			if slices.Contains(calls, next) {
				break
			}
			calls = append(calls, next)
			if fill.coded == 0 {
				break
			}
			for _, value := range arguments {
				if text, ok := value.(string); ok {
					fill.taken[text] = true
				}
			}
		}
	}
	return calls
}

// lexicalAnswer states the values of the last results in a sentence.
func lexicalAnswer(behind []button.Message) step {
	start := len(behind)
	for start > 0 && behind[start-1].Role == button.RoleTool {
		start--
	}
	var stated []string
	for i := start; i < len(behind); i++ {
		value, ok := decodeValue(behind[i].Content)
		if !ok {
			stated = append(stated, behind[i].Content)
			continue
		}
		named := map[string]any{}
		collect(value, named)
		for _, name := range sortedKeys(named) {
			stated = append(stated, strings.Join(splitName(name), " ")+" is "+plain(named[name]))
		}
	}
	if len(stated) == 0 {
		return step{content: "I found nothing that helps with that."}
	}
	return step{content: "Here is what I found: " + strings.Join(stated[:min(len(stated), statedValues)], ", ") + "."}
}

func sortedKeys(values map[string]any) []string { return slices.Sorted(maps.Keys(values)) }
