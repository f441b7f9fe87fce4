package toolsource

import (
	"fmt"
	"strings"
	"testing"
)

// TestHostileDocuments: what a small document unfolds to is bounded, and so is
// the time that it takes.
func TestHostileDocuments(t *testing.T) {
	t.Parallel()
	const budget = 60_000 // of values, far below the real one
	operation := func(schema string) string {
		return `{"get":{"parameters":[{"name":"a","in":"query","schema":` + schema + `}],"responses":{"200":{"content":{"application/json":{"schema":` + schema + `}}}}}}`
	}
	openapi := func(paths, schemas string) string {
		return `{"openapi":"3.0.0","paths":{` + paths + `},"components":{"schemas":{` + schemas + `}}}`
	}
	reference := func(name string) string { return `{"$ref":"#/components/schemas/` + name + `"}` }
	repeat := func(count int, one func(i int) string) string {
		all := make([]string, count)
		for i := range all {
			all[i] = one(i)
		}
		return strings.Join(all, ",")
	}
	doubling := repeat(200, func(i int) string {
		next := reference(fmt.Sprintf("s%d", (i+1)%200))
		return fmt.Sprintf(`"s%d":{"type":"object","properties":{"a":%s,"b":%s}}`, i, next, next)
	})
	wide := `"wide":{"type":"object","properties":{` + repeat(3000, func(i int) string { return fmt.Sprintf(`"p%d":{"type":"string"}`, i) }) + `}}`
	for name, text := range map[string]string{
		"doubling":   openapi(`"/a":`+operation(reference("s0")), doubling),
		"many wide":  openapi(repeat(500, func(i int) string { return fmt.Sprintf(`"/%d":%s`, i, operation(reference("wide"))) }), wide),
		"all one":    openapi(repeat(500, func(i int) string { return fmt.Sprintf(`"/%d":{"$ref":"#/paths/~10"}`, i+1) })+`,"/0":`+operation(reference("wide")), wide),
		"enum":       openapi(repeat(500, func(i int) string { return fmt.Sprintf(`"/%d":%s`, i, operation(reference("enum"))) }), `"enum":{"enum":[`+repeat(9000, func(i int) string { return fmt.Sprint(i) })+`]}`),
		"parameters": openapi(`"/a":{"get":{"parameters":[`+repeat(3_000, func(i int) string { return fmt.Sprintf(`{"name":"p%d","in":"query"}`, i) })+`]}}`, ""),
		"body": openapi(`"/a":{"post":{"requestBody":{"content":{"application/json":{"schema":{"type":"object","required":[`+repeat(20_000, func(i int) string { return fmt.Sprintf(`"p%d"`, i) })+
			`],"properties":{`+repeat(20_000, func(i int) string { return fmt.Sprintf(`"p%d":{"readOnly":true}`, i) })+`}}}}}}}`, ""),
		"paths ring":  openapi(`"/a":{"$ref":"#/paths/~1b"},"/b":{"$ref":"#/paths/~1a"}`, ""),
		"whole":       openapi(`"/a":`+operation(`{"$ref":"#"}`), ""),
		"nested":      openapi(`"/a":`+operation(strings.Repeat(`{"allOf":[`, 50)+`{}`+strings.Repeat(`]}`, 50)), ""),
		"same name":   `[` + repeat(500, func(i int) string { return fmt.Sprintf(`{"name":"a","description":"%d"}`, i) }) + `]`,
		"long name":   `[{"name":"` + strings.Repeat("é", 200_000) + `"},{"name":"` + strings.Repeat("a", 200_000) + `","parameters":[]}]`,
		"long reason": openapi(`"/a":`+operation(`{"$ref":"#/`+strings.Repeat("x", 200_000)+`"}`), ""),
	} {
		t.Run(name, func(t *testing.T) {
			c := &collector{}
			values, err := parseJSON([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if root, ok := values[0].value.(*object); ok {
				main := &document{name: "a.json", root: root}
				err = readOpenAPI(c, &library{main: main, loaded: map[string]*document{}}, root, budget)
			} else {
				err = readToolList(c, values)
			}
			if err != nil {
				t.Fatal(err)
			}
			s := c.source()
			size := 0
			for _, tool := range s.Tools {
				size += len(tool.Parameters) + len(tool.Returns) + len(tool.Origin)
			}
			for _, skipped := range s.Skipped {
				size += len(skipped.Name) + len(skipped.Origin) + len(skipped.Reason)
			}
			for _, warning := range s.Warnings {
				size += len(warning)
			}
			if size > 4<<20 {
				t.Errorf("%d bytes come of it", size)
			}
			if len(s.Tools)+len(s.Skipped) == 0 {
				t.Error("nothing is said of the operations")
			}
		})
	}
}
