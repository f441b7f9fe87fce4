package bfcl

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/python"
	"github.com/buttonbench/button/internal/work"
)

// chunk is how many results are read before they are judged; they may be large.
const chunk = 256

// ScoreModel judges all results of a model as the official evaluator does.
func (s *Scorer) ScoreModel(ctx context.Context, results ModelResults, options OfficialOptions) (*ModelScore, error) {
	mode, underscores, err := s.traits(ctx, results)
	if err != nil {
		return nil, err
	}
	if options.Mode != "" {
		mode = options.Mode
		underscores = underscores && mode == ModeNative
	}
	if options.Underscores != nil {
		underscores = *options.Underscores
	}
	m := &ModelScore{Model: results.Model, Mode: mode, Underscores: underscores, Categories: map[string]CategoryScore{}, Formats: map[string]Share{}}
	for _, file := range results.Files {
		if err := s.scoreFile(ctx, m, file, options); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// judgedLine is a result with its verdict.
type judgedLine struct {
	officialLine
	scored Scored
	failed bool
	text   string // of a wrong result, its line in the score file
}

func (s *Scorer) scoreFile(ctx context.Context, m *ModelScore, file ResultFile, options OfficialOptions) error {
	have := map[string]bool{}
	var all []judgedLine
	var waiting []officialLine
	judge := func() error {
		err := work.Ordered(ctx, options.Workers, func(_ context.Context, at int) (judgedLine, error) {
			return s.scoreOfficial(m, file, waiting[at])
		}, func(_ int, one judgedLine) (bool, error) {
			one.result, one.input, one.output, one.timing = nil, nil, nil, nil
			all = append(all, one)
			return true, nil
		}, work.Count(len(waiting)))
		waiting = waiting[:0]
		return err
	}
	err := eachResult(ctx, file.Path, func(line officialLine) error {
		if strings.Contains(line.id, "_prereq_") {
			return nil // a conversation before the tasks
		}
		if have[line.id] {
			return fmt.Errorf("the id %q stands twice", line.id)
		}
		have[line.id] = true
		m.Usage.add(line)
		if waiting = append(waiting, line); len(waiting) < chunk {
			return nil
		}
		return judge()
	})
	if err == nil {
		err = judge()
	}
	if err != nil {
		return err
	}
	if err := s.complete(file, have, options.Partial); err != nil {
		return err
	}
	m.enter(file.Category, all)
	return nil
}

// complete refuses results that lack entries, unless partial ones are wanted.
func (s *Scorer) complete(file ResultFile, have map[string]bool, partial bool) error {
	wanted, err := s.data.wantedIDs(file.Category)
	if err != nil || partial {
		return err
	}
	if count, first := missing(wanted, have); count > 0 {
		return fmt.Errorf("%s lacks %d of %d entries, %s for one: %w", file.Path, count, len(wanted), first, errIncomplete)
	}
	return nil
}

// enter counts a category's verdicts.
func (m *ModelScore) enter(category string, all []judgedLine) {
	slices.SortStableFunc(all, func(a, b judgedLine) int { return sortNumber(a.id) - sortNumber(b.id) })
	var c CategoryScore
	for _, one := range all {
		right := 0
		if one.scored.Valid {
			right = 1
		} else {
			c.Failures = append(c.Failures, one.text)
		}
		c.Total++
		c.Correct += right
		if one.failed {
			c.NoAnswer.Total++
			c.NoAnswer.Correct += right
		}
		if configuration, _, ok := FormattedID(one.id); ok {
			share := m.Formats[configuration]
			m.Formats[configuration] = Share{share.Correct + right, share.Total + 1}
		}
	}
	m.Categories[category] = c
}

func (s *Scorer) scoreOfficial(m *ModelScore, file ResultFile, line officialLine) (judgedLine, error) {
	one := judgedLine{officialLine: line, failed: failedRequest(line.result)}
	if CategoryOf(line.id) != file.Category {
		return one, fmt.Errorf("%s:%d: the id %q does not belong to %s", file.Path, line.number, line.id, file.Category)
	}
	mode := m.Mode
	if file.Category == FormatSensitivity {
		mode = ModePrompt
	}
	var err error
	one.scored, err = s.Score(Case{ID: line.id, Mode: mode, Underscores: m.Underscores && mode == ModeNative, Raw: line.result}, false)
	if err != nil {
		return one, fmt.Errorf("%s:%d: %w", file.Path, line.number, err)
	}
	if !one.scored.Valid {
		one.text, err = s.failureLine(m, file.Category, line, one.scored)
	}
	return one, err
}

// failureLine is the line of a wrong result in a score file.
func (s *Scorer) failureLine(m *ModelScore, category string, line officialLine, scored Scored) (string, error) {
	entry, err := s.data.Entry(line.id)
	if err != nil {
		return "", err
	}
	record := python.NewDict()
	record.SetText("id", line.id)
	record.SetText("model_name", m.Model)
	record.SetText("test_category", category)
	record.SetText("valid", false)
	if entry.Category.Checker == CheckExecution {
		record.SetText("error", conversationError(scored.Conversation))
	} else {
		list := python.NewList()
		for _, text := range scored.Judged.Errors() {
			list.Items = append(list.Items, text)
		}
		record.SetText("error", list)
		record.SetText("error_type", scored.ErrorType)
	}
	record.SetText("model_result_raw", line.result)
	if entry.Category.answered {
		expected, err := entry.truth()
		if err != nil {
			return "", err
		}
		record.SetText("possible_answer", &python.List{Items: expected})
	}
	return python.DumpJSON(jsonValue(record))
}

// conversationError says what decided a conversation's verdict.
func conversationError(v ConversationVerdict) *python.Dict {
	details := python.NewDict()
	if v.Turn >= 0 {
		details.SetText("turn", python.NewInt(int64(v.Turn)))
	}
	if v.StateClass != "" {
		details.SetText("class", v.StateClass)
		details.SetText("attributes", textList(v.StateAttributes))
	}
	if v.Missing != nil {
		details.SetText("missing_responses", textList(v.Missing))
	}
	object := python.NewDict()
	object.SetText("error_type", v.ErrorType)
	object.SetText("error_message", conversationWords(v))
	object.SetText("details", details)
	return object
}

func conversationWords(v ConversationVerdict) string {
	switch v.ErrorType {
	case ErrorInference:
		return "the result is no list of turns"
	case ErrorForceTerminated:
		return "the run ended before the last turn"
	case ErrorEmptyTurn:
		return fmt.Sprintf("turn %d makes no call, and calls are expected", v.Turn)
	case ErrorStateMismatch:
		return fmt.Sprintf("after turn %d the state of %s is not the expected one", v.Turn, v.StateClass)
	}
	return fmt.Sprintf("the results of turn %d lack expected ones", v.Turn)
}

func textList(texts []string) *python.List {
	list := python.NewList()
	for _, text := range texts {
		list.Items = append(list.Items, text)
	}
	return list
}
