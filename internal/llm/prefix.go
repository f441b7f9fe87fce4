package llm

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/buttonbench/button"
)

// Prefix names what a server can keep of a request for others: its model, tools
// and leading system messages. Requests with equal prefixes that are sent near
// one another find it in the server's prefix cache. Together with work.Grouped
// it puts the tasks of a run in a good order; that conversations under way go
// before new ones is Spread's doing.
func Prefix(request *Request) string {
	systems := 0
	for systems < len(request.Messages) && request.Messages[systems].Role == button.RoleSystem {
		systems++
	}
	head := Request{Model: request.Model, Tools: request.Tools, Messages: request.Messages[:systems]}
	sum := sha256.Sum256(AppendCanonical(nil, &head))
	return hex.EncodeToString(sum[:8])
}
