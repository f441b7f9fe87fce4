package quality_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate"
	"github.com/buttonbench/button/internal/schema"
	"github.com/buttonbench/button/internal/world"
	"github.com/buttonbench/button/worlds"
)

func load(tb testing.TB) (map[string]*world.World, []*button.Record, []byte) {
	var kits []*generate.WorldKit
	ws := map[string]*world.World{}
	for _, name := range []string{"rail", "parcels", "library", "vet", "restaurant", "helpdesk"} {
		w, err := world.Load(worlds.FS, name)
		if err != nil {
			tb.Fatal(err)
		}
		ws[name] = w
		kit, err := generate.NewWorldKit(w)
		if err != nil {
			tb.Fatal(err)
		}
		kits = append(kits, kit)
	}
	var rec, rej bytes.Buffer
	_, err := generate.Run(context.Background(), generate.Options{Mode: "constructed", Count: 300, Seed: 3, Worlds: kits, ParallelShare: 0.8, Workers: 2}, generate.Sink{Records: &rec, Rejects: &rej})
	if err != nil {
		tb.Fatal(err)
	}
	var rs []*button.Record
	for _, l := range bytes.Split(bytes.TrimSpace(rec.Bytes()), []byte("\n")) {
		r := &button.Record{}
		if err := json.Unmarshal(l, r); err != nil {
			tb.Fatal(err)
		}
		rs = append(rs, r)
	}
	return ws, rs, rec.Bytes()
}

func BenchmarkScratch(b *testing.B) {
	ws, rs, raw := load(b)
	starts := map[string]map[uint64]*world.Start{}
	scanners := map[*world.Start]*world.Scanner{}
	for _, r := range rs {
		m := starts[r.Meta.World]
		if m == nil {
			m = map[uint64]*world.Start{}
			starts[r.Meta.World] = m
		}
		if m[r.Meta.StateSeed] == nil {
			s, _ := ws[r.Meta.World].Start(r.Meta.StateSeed)
			m[r.Meta.StateSeed] = s
			var ts []*world.Type
			for _, t := range ws[r.Meta.World].Types {
				if t.Base != "Text" && t.Base != "Bool" && t.Base != "Enum" {
					ts = append(ts, t)
				}
			}
			scanners[s] = world.NewScanner(ts, s)
		}
	}
	b.Log(len(rs), len(raw)/len(rs), len(scanners))
	b.Run("unmarshal", func(b *testing.B) {
		lines := bytes.Split(bytes.TrimSpace(raw), []byte("\n"))
		for i := 0; i < b.N; i++ {
			var r button.Record
			_ = json.Unmarshal(lines[i%len(lines)], &r)
		}
	})
	b.Run("decode", func(b *testing.B) {
		for i := 0; i < b.N; i++ {
			r := rs[i%len(rs)]
			for _, n := range r.Plan.Nodes {
				_, err := ws[r.Meta.World].Function(n.Function).DecodeArguments(n.Arguments)
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("replay", func(b *testing.B) {
		for i := 0; i < b.N; i++ {
			r := rs[i%len(rs)]
			st := starts[r.Meta.World][r.Meta.StateSeed].Fork()
			for _, n := range r.Plan.Nodes {
				f := ws[r.Meta.World].Function(n.Function)
				a, _ := f.DecodeArguments(n.Arguments)
				_, err := st.Call(f, a)
				if err != nil {
					b.Fatal(err)
				}
			}
			if st.Hash() != r.Meta.StateAfter {
				b.Fatal("hash")
			}
		}
	})
	b.Run("replayjson", func(b *testing.B) {
		for i := 0; i < b.N; i++ {
			r := rs[i%len(rs)]
			st := starts[r.Meta.World][r.Meta.StateSeed].Fork()
			for _, n := range r.Plan.Nodes {
				_, err := st.CallJSON(n.Function, n.Arguments)
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("result", func(b *testing.B) {
		var c schema.Compiler
		m := map[string]*schema.Schema{}
		for i := 0; i < b.N; i++ {
			r := rs[i%len(rs)]
			for _, msg := range r.Messages {
				if msg.Role == "tool" {
					f := ws[r.Meta.World].Function(msg.Name)
					s := m[r.Meta.World+f.Name]
					if s == nil {
						s, _ = c.Compile(f.ResultSchema())
						m[r.Meta.World+f.Name] = s
					}
					v, err := s.Validate([]byte(msg.Content))
					if err != nil || len(v) > 0 {
						b.Fatal(err, v)
					}
				}
			}
		}
	})
	b.Run("scan", func(b *testing.B) {
		for i := 0; i < b.N; i++ {
			r := rs[i%len(rs)]
			s := scanners[starts[r.Meta.World][r.Meta.StateSeed]]
			for _, msg := range r.Messages {
				if msg.Role == "user" {
					s.Scan(msg.Content, r.Meta.Today)
				}
				if msg.Role == "assistant" {
					s.Scan(msg.Content, r.Meta.Today)
					s.Scan(msg.Reasoning, r.Meta.Today)
				}
			}
		}
	})
	b.Run("validate", func(b *testing.B) {
		for i := 0; i < b.N; i++ {
			rs[i%len(rs)].Validate()
		}
	})
	b.Run("start", func(b *testing.B) {
		for i := 0; i < b.N; i++ {
			r := rs[i%len(rs)]
			_, _ = ws[r.Meta.World].Start(uint64(i))
		}
	})
}
