// Package benchmarks declares what a benchmark suite is: tasks with stable
// identities, the version of its data and of its scorer, and, for the embedded
// reference players, the reference solution. Each suite lives in a package of its
// own beside this one.
package benchmarks

import (
	"github.com/buttonbench/button"
	"github.com/buttonbench/button/eval"
)

// Suite is a loaded benchmark.
type Suite struct {
	// Name is what --bench takes; Title is for people.
	Name, Title string
	// Version names the data; Hash is the SHA-256 of its content.
	Version, Hash string
	// ScorerVersion changes whenever a verdict could.
	ScorerVersion string
	Tasks         []eval.Task
	// Guide plays the reference for the embedded players; nil if there is none.
	Guide Guide
	// Temperature is what the benchmark asks with unless the user says otherwise; nil
	// leaves it to the server.
	Temperature *float64
	// Before is a suite that must be run first: what its conversations leave is where
	// those of this one start. nil for none.
	Before *Suite
	// Prepare takes the decided rows of Before, once, before any task is started.
	Prepare func(rows []eval.Row) error
	// Warnings tell what is not as whoever asked for the suite would think: what is
	// left out and why, what data differs from the published one.
	Warnings []string
	// Notes tell what a reader of the scores has to know.
	Notes []string
}

// Guide finds, for a conversation, the reference's assistant messages of the
// current user turn: each carries one wave of tool calls or, last, the answer.
type Guide interface {
	Steps(messages []button.Message, tools []button.Tool) (steps []button.Message, ok bool)
}
