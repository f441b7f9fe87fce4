package teach

import "github.com/buttonbench/button/internal/llm"

// Ledger holds what one candidate asked, by stage. The zero value is empty.
type Ledger struct {
	Stages map[string]*StageCount `json:"stages,omitempty"`
}

// StageCount counts the requests of one stage.
type StageCount struct {
	// Requests counts answered requests, those after a complaint included.
	Requests         int         `json:"requests"`
	PromptTokens     int64       `json:"prompt_tokens"`
	CompletionTokens int64       `json:"completion_tokens"`
	Cost             llm.NanoUSD `json:"cost_nano_usd,omitempty"`
	// Faults counts replies that broke a rule, by the first rule they broke.
	Faults map[string]int `json:"faults,omitempty"`
}

func (l *Ledger) stage(name string) *StageCount {
	if l.Stages == nil {
		l.Stages = map[string]*StageCount{}
	}
	if l.Stages[name] == nil {
		l.Stages[name] = &StageCount{}
	}
	return l.Stages[name]
}

func (l *Ledger) count(stage string, reply *llm.Reply, prices llm.Prices) {
	s := l.stage(stage)
	s.Requests++
	s.PromptTokens += int64(max(reply.Usage.PromptTokens, 0))
	s.CompletionTokens += int64(max(reply.Usage.CompletionTokens, 0))
	s.Cost += prices.Cost(reply.Usage)
}

func (l *Ledger) fault(stage string, violations []Violation) {
	s := l.stage(stage)
	if s.Faults == nil {
		s.Faults = map[string]int{}
	}
	s.Faults[violations[0].Rule]++
}

// Total adds up the stages. Its faults are those of all.
func (l *Ledger) Total() StageCount {
	total := &Ledger{}
	for _, stage := range l.Stages {
		total.Add(&Ledger{Stages: map[string]*StageCount{"": stage}})
	}
	return *total.stage("")
}

// Add adds the counts of another ledger.
func (l *Ledger) Add(other *Ledger) {
	for name, from := range other.Stages {
		to := l.stage(name)
		to.Requests += from.Requests
		to.PromptTokens += from.PromptTokens
		to.CompletionTokens += from.CompletionTokens
		to.Cost += from.Cost
		for rule, n := range from.Faults {
			if to.Faults == nil {
				to.Faults = map[string]int{}
			}
			to.Faults[rule] += n
		}
	}
}
