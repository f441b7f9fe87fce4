package quality_test

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
)

func TestScratch(t *testing.T) {
	var mu sync.Mutex
	var rs []*button.Record
	vss := map[*button.Record][]quality.Violation{}
	quality.DebugHook = func(r *button.Record, v []quality.Violation) {
		mu.Lock()
		defer mu.Unlock()
		rs = append(rs, r)
		vss[r] = v
	}
	load(t)
	counts := map[string]int{}
	ex := map[string][]string{}
	bad := 0
	for _, r := range rs {
		vs := vss[r]
		if len(vs) > 0 {
			bad++
		}
		for _, x := range vs {
			counts[x.Rule]++
			if len(ex[x.Rule]) < 4 {
				var b strings.Builder
				fmt.Fprintf(&b, "  %s %s: %s [%s]", r.Meta.World, r.Kind, x.Text, x.Span)
				if x.Message >= 0 {
					fmt.Fprintf(&b, "\n      <%s%s>", r.Messages[x.Message].Content, r.Messages[x.Message].Reasoning)
				}
				if strings.HasPrefix(x.Rule, "coverage") {
					for _, m := range r.Messages {
						if m.Role == "user" {
							fmt.Fprintf(&b, "\n      U<%s>", m.Content)
						}
					}
				}
				ex[x.Rule] = append(ex[x.Rule], b.String())
			}
		}
	}
	var keys []string
	for k := range counts {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return counts[keys[i]] > counts[keys[j]] })
	fmt.Fprintln(os.Stderr, "records", len(rs), "bad", bad)
	for _, k := range keys {
		fmt.Fprintln(os.Stderr, k, counts[k])
		for _, e := range ex[k] {
			fmt.Fprintln(os.Stderr, e)
		}
	}
}
