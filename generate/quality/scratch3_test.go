package quality_test

import (
	"fmt"
	"os"
	"sort"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
	"github.com/buttonbench/button/internal/world"
)

func TestMut(t *testing.T) {
	quality.DebugHook = nil
	ws, rs, _ := load(t)
	var all []*world.World
	for _, w := range ws {
		all = append(all, w)
	}
	v := quality.NewVerifier(all)
	made, missed := map[string]int{}, map[string]int{}
	ex := map[string][]string{}
	rnd := button.NewRandom(5)
	rules := map[string]int{}
	for _, r := range rs[:120] {
		for _, m := range quality.Mutate(r, rnd) {
			made[m.Kind]++
			vs, err := v.Verify(m.Record)
			if err != nil {
				t.Fatal(err)
			}
			if len(vs) == 0 {
				missed[m.Kind]++
				if len(ex[m.Kind]) < 5 {
					ex[m.Kind] = append(ex[m.Kind], r.Meta.World+" "+r.Kind+" "+m.Change)
				}
			} else if len(vs) == 1 {
				rules[vs[0].Rule]++
			}
		}
	}
	var ks []string
	n, mi := 0, 0
	for k := range made {
		ks = append(ks, k)
		n += made[k]
		mi += missed[k]
	}
	sort.Strings(ks)
	for _, k := range ks {
		fmt.Fprintf(os.Stderr, "%-50s %6d missed %d\n", k, made[k], missed[k])
		for _, e := range ex[k] {
			fmt.Fprintln(os.Stderr, "      ", e)
		}
	}
	fmt.Fprintln(os.Stderr, n, mi)
	fmt.Fprintln(os.Stderr, rules)
}
