package simulated

import (
	"fmt"
	"strings"
	"testing"

	"github.com/buttonbench/button"
)

// BenchmarkRegistry looks for near-duplicates and for functions to offer in a large
// registry.
func BenchmarkRegistry(b *testing.B) {
	random := button.NewRandom(1)
	var nouns []string
	for i := range 160 {
		nouns = append(nouns, fmt.Sprintf("thing%c%c", 'a'+i%26, 'a'+i/26%26)+strings.Repeat("z", i/676))
	}
	verbs := strings.Fields("get find book cancel update compare list create check track")
	draw := func() Function {
		words := some(random, nouns, 8)
		return plain(verbs[random.IntN(len(verbs))]+"_"+words[0]+"_"+words[1], "Does "+strings.Join(words, " for ")+".", button.EffectRead, strings.Join(words[2:5], " "), strings.Join(words[5:], " "))
	}
	r := NewRegistry(0)
	const size = 4000
	for r.Facts().Functions < size {
		r.Commit([]Function{draw()})
	}
	view := View{r, size}
	b.Run("near", func(b *testing.B) {
		for b.Loop() {
			view.Near(draw())
		}
	})
	b.Run("offer", func(b *testing.B) {
		task := chain()
		task.Tasks[0].Task = "Find " + strings.Join(nouns[:10], " ")
		for b.Loop() {
			view.Offer(task, mostOffered)
		}
	})
}
