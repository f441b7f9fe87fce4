package llm

import "sync"

// Estimates before anything is known: four bytes a token, and an answer as long
// as a short message with a call or two.
const (
	firstBytesPerToken = 4.0
	firstAnswerTokens  = 200.0
	// learning is the weight of one observation, once there have been some.
	learning = 0.02
)

// estimator guesses the tokens of a request before it is sent, and learns from
// what servers report. The zero value is not ready; see newEstimator.
type estimator struct {
	mu            sync.Mutex
	bytesPerToken float64
	answer        float64
	seen          float64 // observations
}

func newEstimator() *estimator {
	return &estimator{bytesPerToken: firstBytesPerToken, answer: firstAnswerTokens}
}

// guess returns a usage without cached tokens.
func (e *estimator) guess(request *Request) Usage {
	size := float64(promptBytes(request))
	e.mu.Lock()
	defer e.mu.Unlock()
	answer := e.answer
	if most := request.Sampling.MaxTokens; most != nil {
		answer = min(answer, float64(max(*most, 0)))
	}
	return Usage{PromptTokens: int(size/e.bytesPerToken) + 1, CompletionTokens: int(answer)}
}

// learn takes in what a server reported for a request.
func (e *estimator) learn(request *Request, used Usage) {
	size := promptBytes(request)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.seen++
	weight := max(learning, 1/(e.seen+1))
	if used.PromptTokens > 0 && size > 0 {
		ratio := min(max(float64(size)/float64(used.PromptTokens), 0.5), 20)
		e.bytesPerToken += weight * (ratio - e.bytesPerToken)
	}
	if used.CompletionTokens >= 0 {
		e.answer += weight * (float64(used.CompletionTokens) - e.answer)
	}
}

// fill puts estimates where the server reported nothing, and tells whether it had to.
func (e *estimator) fill(request *Request, reply *Reply) (used Usage, estimated bool) {
	used = reply.Usage
	if used.PromptTokens < 0 {
		used.PromptTokens, estimated = e.guess(request).PromptTokens, true
	}
	if used.CompletionTokens < 0 {
		size := len(reply.Content) + len(reply.Reasoning)
		for _, call := range reply.Calls {
			size += len(call.Name) + len(call.Arguments)
		}
		e.mu.Lock()
		used.CompletionTokens, estimated = int(float64(size)/e.bytesPerToken)+1, true
		e.mu.Unlock()
	}
	return used, estimated
}

// promptBytes is the text that a prompt is made of, without what a template adds.
func promptBytes(request *Request) int {
	size := 0
	for i := range request.Messages {
		m := &request.Messages[i]
		size += len(m.Content) + len(m.Reasoning) + len(m.Name)
		for j := range m.ToolCalls {
			size += len(m.ToolCalls[j].Name) + len(m.ToolCalls[j].Arguments)
		}
	}
	for i := range request.Tools {
		tool := &request.Tools[i]
		size += len(tool.Name) + len(tool.Description) + len(tool.Parameters)
	}
	return size
}
