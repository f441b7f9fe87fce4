package bfcl

import (
	"fmt"
	"path"
	"strings"

	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/python"
)

// ResultLine is one task's result as upstream's result files have it.
type ResultLine struct {
	// File is where it belongs under result/<model>/, such as
	// live/BFCL_v4_live_simple_result.json.
	File string
	ID   string
	// Raw is of a single turn the raw answer, of a conversation a list of turns of
	// steps, of a row without a verdict upstream's text for a failed request.
	Raw python.Value
	// Steps are the answers' counts of tokens, by turn and step.
	Steps [][]llm.Usage
	// Conversation tells that upstream writes counts as lists of lists.
	Conversation bool
}

// inferenceError begins the result of a failed request.
const inferenceError = "Error during inference: "

// ResultOf makes a task's result from the answers that a row holds. reply reads the
// answer of one exchange.
func ResultOf(of eval.Task, row *eval.Row, reply func(eval.Exchange, *llm.Request) (*llm.Reply, error)) (ResultLine, error) {
	t, ok := of.(*task)
	if !ok {
		return ResultLine{}, fmt.Errorf("%s is no task of BFCL", of.ID())
	}
	category, group := t.Group()["category"], t.Group()["group"]
	line := ResultLine{ID: t.id, File: path.Join(group, "BFCL_v4_"+category+"_result.json")}
	if row.Outcome == eval.OutcomeNoVerdict {
		text := inferenceError
		if row.Error != nil {
			text += row.Error.Message
		}
		line.Raw = text
		return line, nil
	}
	episode := t.StartRepeat(row.Repeat)
	var used []llm.Usage
	for at, exchange := range row.Transcript {
		request, more := episode.Next()
		if !more {
			return line, fmt.Errorf("%s: its conversation ends before answer %d", of.ID(), at+1)
		}
		answer, err := reply(exchange, &request)
		if err != nil {
			return line, fmt.Errorf("%s: answer %d: %w", of.ID(), at+1, err)
		}
		used = append(used, answer.Usage)
		episode.Observe(answer)
	}
	switch episode := episode.(type) {
	case *single:
		line.Raw, line.Steps = rawAnswer(t.mode, episode.reply), [][]llm.Usage{used}
	case *dialogue:
		line.talk(episode.talk, used)
	case *agent:
		line.talk(episode.talk, used)
	default:
		return line, fmt.Errorf("%s cannot be told as a result", of.ID())
	}
	return line, nil
}

// talk takes a conversation's turns.
func (l *ResultLine) talk(c *talk, used []llm.Usage) {
	l.Raw, l.Conversation = c.result(), true
	for _, steps := range c.raw {
		l.Steps = append(l.Steps, used[:len(steps)])
		used = used[len(steps):]
	}
}

// JSON is the line, without its newline. latency is that of one answer, in seconds:
// rows hold the sum of a task's, which is spread evenly.
func (l *ResultLine) JSON(latency float64) (string, error) {
	counts := func(of func(llm.Usage) python.Value) python.Value {
		turns := python.NewList()
		for _, steps := range l.Steps {
			turn := python.NewList()
			for _, step := range steps {
				turn.Items = append(turn.Items, of(step))
			}
			turns.Items = append(turns.Items, turn)
		}
		if l.Conversation || len(l.Steps) == 0 {
			return turns
		}
		return turns.Items[0].(*python.List).Items[0]
	}
	whole := func(n int) python.Value { return python.NewInt(int64(max(0, n))) }
	line := python.NewDict()
	line.SetText("id", l.ID)
	line.SetText("result", l.Raw)
	line.SetText("input_token_count", counts(func(u llm.Usage) python.Value { return whole(u.PromptTokens) }))
	line.SetText("output_token_count", counts(func(u llm.Usage) python.Value { return whole(u.CompletionTokens) }))
	line.SetText("latency", counts(func(llm.Usage) python.Value { return latency }))
	return python.DumpJSON(line)
}

// ModelFolder is a model's name as upstream's folders have it.
func ModelFolder(model string) string { return strings.ReplaceAll(model, "/", "_") }

// result is the conversation as a list of turns of raw steps.
func (c *talk) result() python.Value {
	turns := python.NewList()
	for _, steps := range c.raw {
		turns.Items = append(turns.Items, python.NewList(steps...))
	}
	return turns
}
