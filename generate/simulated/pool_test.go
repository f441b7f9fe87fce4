package simulated

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
)

// author is a teacher that writes scenarios by rule: of every eight, one is stale,
// and now and then a reply is nonsense.
type author struct{ vocabulary []string }

func newAuthor() *author {
	var list []string
	for _, a := range strings.Fields("tired young busy quiet retired careful anxious cheerful stubborn lonely thrifty forgetful") {
		for _, b := range strings.Fields("baker nurse teacher student welder farmer cook painter guard sailor tailor miner") {
			list = append(list, a+" "+b)
		}
	}
	return &author{list}
}

func (w *author) text(seed uint64, domain string) ScenarioText {
	random := button.NewRandom(seed)
	who := w.vocabulary[random.IntN(len(w.vocabulary))]
	if random.IntN(8) == 0 {
		who = "stale person"
	}
	words := some(random, strings.Fields("morning harbour kitchen meadow station garden school market bridge library forest office river cellar roof valley tower lane island mill"), 9)
	if who == "stale person" {
		words = strings.Fields("nine words that are the same for all persons")
	}
	return ScenarioText{
		Domain: domain, Actor: who, Needs: []string{"facts"},
		Situation: fmt.Sprintf("A %s of the %s has to find out about %s before it is too late for %s.", who, strings.Join(words[:3], " "), strings.Join(words[3:6], " and "), strings.Join(words[6:], " or ")),
	}
}

func (w *author) Complete(_ context.Context, request llm.Request) (*llm.Reply, error) {
	prompt := request.Messages[1].Content
	_, rest, _ := strings.Cut(prompt, teach.MaterialOpen)
	block, _, _ := strings.Cut(rest, teach.MaterialClose)
	seed := uint64(*request.Sampling.Seed)
	if seed%11 == 0 {
		return llmtest.Text("I would rather not."), nil
	}
	var material struct {
		Seeds    []NumberedSeed
		Scenario *ScenarioText
		Domain   string
		Domains  []string
		Count    int
	}
	if err := json.Unmarshal([]byte(block), &material); err != nil {
		return nil, err
	}
	var reply any
	switch {
	case material.Seeds != nil:
		out := ExtractReply{}
		for _, one := range material.Seeds {
			out.Scenarios = append(out.Scenarios, ExtractedScenario{one.Number, w.text(button.Seed(seed, "s", one.Number), material.Domains[one.Number])})
		}
		reply = out
	case material.Scenario != nil:
		out := ExpandReply{}
		for i := range material.Count {
			out.Variants = append(out.Variants, Variant{Change{"old", "new"}, w.text(button.Seed(seed, "s", i), material.Domain)})
		}
		reply = out
	default:
		out := InventReply{}
		for i := range material.Count {
			out.Scenarios = append(out.Scenarios, w.text(button.Seed(seed, "s", i), material.Domain))
		}
		reply = out
	}
	data, err := json.Marshal(reply)
	return llmtest.Text(string(data)), err
}

func seedsOf(n int) iter.Seq2[Seed, error] {
	return func(yield func(Seed, error) bool) {
		for i := range n {
			if !yield(Seed{ID: fmt.Sprintf("glaive:%d", i), Text: "USER: help"}, nil) {
				return
			}
		}
	}
}

func testTables(t *testing.T) *Tables {
	t.Helper()
	tables, err := LoadTables()
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

// embedWords is an embedder: one dimension a word, by its hash.
func embedWords(_ context.Context, texts []string) ([][]float32, error) {
	var vectors [][]float32
	for _, text := range texts {
		vector := make([]float32, 64)
		for _, word := range words(text) {
			vector[button.Seed(0, word, 0)%64]++
		}
		vectors = append(vectors, vector)
	}
	return vectors, nil
}

func TestPool(t *testing.T) {
	for _, one := range []struct {
		name  string
		seeds iter.Seq2[Seed, error]
		embed Embedder
	}{{"seeds", seedsOf(40), nil}, {"scratch", nil, nil}, {"embeddings", seedsOf(20), embedWords}} {
		t.Run(one.name, func(t *testing.T) {
			build := func(workers int) ([]Scenario, *PoolFacts) {
				pool, facts, err := BuildPool(t.Context(), PoolOptions{
					Teacher: teacherOf(t, newAuthor()), Tables: testTables(t), Size: 120, Seed: 5, Workers: workers, Seeds: one.seeds, Embed: one.embed, Threshold: 0.95,
				})
				if err != nil {
					t.Fatal(err)
				}
				return pool, facts
			}
			pool, facts := build(1)
			if len(pool) != 120 || facts.Size != 120 || facts.Extracted+facts.Invented+facts.Expanded != 120 {
				t.Fatalf("%d scenarios, facts %+v", len(pool), facts)
			}
			for domain, n := range facts.Domains {
				if n > 12 {
					t.Errorf("%q has %d of 120", domain, n)
				}
			}
			rules := map[string]int{}
			for _, reject := range facts.Rejects {
				rules[reject.Stage+" "+reject.Rule]++
			}
			if rules[StagePool+" "+RuleDuplicate] == 0 {
				t.Errorf("no duplicate was turned away: %v", rules)
			}
			if one.seeds != nil && (facts.Extracted == 0 || facts.Expanded == 0 || facts.Invented > 0) {
				t.Errorf("seeds are not drawn from, or not expanded: %d extracted, %d expanded, %d invented", facts.Extracted, facts.Expanded, facts.Invented)
			}
			if one.seeds == nil && (facts.Invented < 60 || facts.Expanded == 0) {
				t.Errorf("nothing is invented, or nothing expanded: %d and %d", facts.Invented, facts.Expanded)
			}
			t.Log(facts.Rounds, "rounds,", rules)
			again, factsAgain := build(8)
			if diff := cmp.Diff(pool, again); diff != "" {
				t.Errorf("eight workers bring other scenarios:\n%s", diff)
			}
			if diff := cmp.Diff(facts, factsAgain); diff != "" {
				t.Errorf("eight workers bring other facts:\n%s", diff)
			}
		})
	}
}

// Every rule of the pool turns something away, and what it turns away is not
// there.
func TestPoolRules(t *testing.T) {
	sentence := func(who string) string {
		return "A " + who + " looks for a place to stay near the hospital where a relative is treated for some weeks."
	}
	reply := func(domain string, situations ...string) *ExtractReply {
		out := &ExtractReply{[]ExtractedScenario{}}
		for i, situation := range situations {
			out.Scenarios = append(out.Scenarios, ExtractedScenario{i, ScenarioText{domain, "relative", situation, []string{"rooms"}}})
		}
		return out
	}
	const domain = "hotels and holiday homes"
	apart := []string{sentence("son from abroad"), "Two sisters want to spend a night between two long rides and care most about a quiet room.", "A trainer brings a team to a tournament and needs beds for everybody on one floor."}
	for _, one := range []struct {
		rule    string
		replies []any
		from    string
		embed   Embedder
		share   float64
	}{
		{RuleDuplicate, []any{reply(domain, apart[:2]...), reply(domain, strings.Replace(apart[0], "some weeks", "a few weeks", 1))}, "glaive:3", nil, 1},
		{RuleSameMeaning, []any{reply(domain, apart...), &ExtractReply{[]ExtractedScenario{}}}, "glaive:2", func(_ context.Context, texts []string) ([][]float32, error) {
			var vectors [][]float32
			for i := range texts {
				angle := float64(min(i, 1)) // the last two point the same way
				vectors = append(vectors, []float32{float32(math.Cos(angle)), float32(math.Sin(angle))})
			}
			return vectors, nil
		}, 1},
		{RuleDomainFull, []any{reply(domain, apart...), &ExtractReply{[]ExtractedScenario{}}}, "glaive:2", nil, 0.5},
	} {
		t.Run(one.rule, func(t *testing.T) {
			teacher, _ := scripted(t, one.replies...)
			pool, facts, err := BuildPool(t.Context(), PoolOptions{
				Teacher: teacher, Tables: testTables(t), Size: 4, Seed: 1, Seeds: seedsOf(6), Embed: one.embed, DomainShare: one.share,
			})
			var short *PoolShort
			if !errors.As(err, &short) || short.Have != 2 || len(pool) != 2 {
				t.Fatalf("got %d scenarios and %v", len(pool), err)
			}
			if at := slices.IndexFunc(facts.Rejects, func(r PoolReject) bool { return r.Stage == StagePool }); at < 0 || facts.Rejects[at].Rule != one.rule || facts.Rejects[at].SeedID != one.from {
				t.Errorf("rejects: %+v", facts.Rejects)
			}
		})
	}
}

func TestPoolErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	options := PoolOptions{Teacher: teacherOf(t, newAuthor()), Tables: testTables(t), Size: 10, Seed: 1}
	for _, one := range []struct {
		name   string
		change func(o *PoolOptions)
		want   string
	}{
		{"seeds", func(o *PoolOptions) {
			o.Seeds = func(yield func(Seed, error) bool) { yield(Seed{}, broken) }
		}, "reading seeds: disk on fire"},
		{"embedder", func(o *PoolOptions) {
			o.Embed = func(context.Context, []string) ([][]float32, error) { return nil, broken }
		}, "disk on fire"},
		{"vectors", func(o *PoolOptions) {
			o.Embed = func(context.Context, []string) ([][]float32, error) { return [][]float32{}, nil }
		}, "brought 0 vectors"},
		{"directions", func(o *PoolOptions) {
			o.Embed = func(_ context.Context, texts []string) ([][]float32, error) {
				return slices.Repeat([][]float32{{0, 0}}, len(texts)), nil
			}
		}, "comparing embeddings"},
		{"share", func(o *PoolOptions) { o.Size, o.DomainShare = 1000, 0.001 }, "does not fill a pool"},
		{"threshold", func(o *PoolOptions) { o.Texts.Threshold = 7 }, "threshold"},
		{"endpoint", func(o *PoolOptions) {
			o.Teacher = teacherOf(t, &llmtest.Scripted{Respond: func(int, llm.Request) (*llm.Reply, error) {
				return nil, &llm.Error{Class: llm.ClassAuth, Detail: "no key"}
			}})
		}, "no key"},
	} {
		t.Run(one.name, func(t *testing.T) {
			options := options
			one.change(&options)
			if _, _, err := BuildPool(t.Context(), options); err == nil || !strings.Contains(err.Error(), one.want) {
				t.Errorf("got %v, want %q in it", err, one.want)
			}
		})
	}
}

func TestTables(t *testing.T) {
	tables := testTables(t)
	if len(tables.Domains) < 60 {
		t.Errorf("only %d domains", len(tables.Domains))
	}
	for i, domain := range tables.Domains {
		if len(domain) > 40 || domain != strings.TrimSpace(domain) || slices.Contains(tables.Domains[:i], domain) {
			t.Errorf("domain %q is too long, not trimmed, or there twice", domain)
		}
	}
	currencies := map[string]bool{}
	for seed := range uint64(500) {
		locale := tables.Locale(button.NewRandom(seed))
		currencies[locale.Currency] = true
		today, err := time.Parse(time.DateOnly, locale.Today)
		if err != nil || len(locale.Places) != placesShown || len(locale.People) != peopleShown || len(locale.Dates) != datesShown {
			t.Fatalf("%+v: %v", locale, err)
		}
		for _, text := range locale.Dates {
			day, err := time.Parse(time.DateOnly, text)
			if days := day.Sub(today).Hours() / 24; err != nil || days < 1 || days > farthestDay {
				t.Fatalf("%s is %v days after %s: %v", text, days, locale.Today, err)
			}
		}
		if !slices.IsSorted(locale.Dates) {
			t.Fatalf("%v", locale.Dates)
		}
	}
	if len(currencies) < 15 {
		t.Errorf("500 locales have %d currencies", len(currencies))
	}
	for _, region := range tables.regions {
		if !currencyCode.MatchString(region.Currency) {
			t.Errorf("the currency %s of %s is not looked for in texts", region.Currency, region.Country)
		}
		for _, name := range slices.Concat(region.Places, region.People) {
			if strings.IndexFunc(name, func(r rune) bool { return r > 127 }) >= 0 {
				t.Errorf("%q is not ASCII", name)
			}
		}
	}
}
