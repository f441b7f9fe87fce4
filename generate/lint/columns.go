package lint

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// cell is the type of one field of a row; an object's type is followed by its
// members, as an Arrow column has one set for all rows.
type cell struct {
	path    string // "messages[].tool_calls[].function.arguments"
	form    form
	members string
}

// Bounds on what is kept: paths of a line, and of all lines.
const (
	maxCells   = 512
	maxColumns = 20000
	maxLevels  = 12
)

// cellsOf lists the fields of a line, every path and type once.
func cellsOf(all button.Members) []cell {
	w := cellWalk{seen: map[cell]bool{}}
	for _, m := range all {
		w.value(m.Name, m.Value, 0)
	}
	return w.cells
}

type cellWalk struct {
	seen  map[cell]bool
	cells []cell
}

func (w *cellWalk) add(c cell) {
	if !w.seen[c] && len(w.cells) < maxCells {
		w.seen[c] = true
		w.cells = append(w.cells, c)
	}
}

func (w *cellWalk) value(path string, raw json.RawMessage, level int) {
	form := formOf(raw)
	if level > maxLevels || len(w.cells) >= maxCells {
		return
	}
	switch form {
	case isObject:
		members, err := button.ParseMembers(raw)
		if err != nil {
			return
		}
		names := make([]string, len(members))
		for i, m := range members {
			names[i] = m.Name
			w.value(path+"."+m.Name, m.Value, level+1)
		}
		slices.Sort(names)
		w.add(cell{path, form, strings.Join(names, ",")})
	case isList:
		w.add(cell{path: path, form: form})
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			return
		}
		for _, element := range list {
			w.value(path+"[]", element, level+1)
		}
	default:
		w.add(cell{path: path, form: form})
	}
}

// column is what is known of a path so far.
type column struct {
	form     form
	members  string
	reported bool
}

// columns are the paths of a file.
type columns map[string]*column

// add compares a line's fields with those before, and reports each path once.
func (k columns) add(cells []cell) []Finding {
	var findings []Finding
	for _, c := range cells {
		if c.form == isNull {
			continue
		}
		before := k[c.path]
		if before == nil {
			if len(k) < maxColumns {
				k[c.path] = &column{form: c.form, members: c.members}
			}
			continue
		}
		if before.reported {
			continue
		}
		free := strings.Contains(c.path, "arguments") || strings.HasPrefix(c.path, "tools[]")
		switch {
		case before.form != c.form:
			before.reported = true
			findings = append(findings, Finding{Message: -1, Rule: RuleColumns, Warning: free, Text: fmt.Sprintf("%s is %s here and %s before", clip(c.path), c.form, before.form), Remedy: columnRemedy})
		case free && before.members != c.members:
			before.reported = true
			findings = append(findings, Finding{Message: -1, Rule: RuleColumns, Warning: true, Text: fmt.Sprintf("%s has the members %q here and %q before: loaded through Arrow, each gets the other's as null, which templates print", clip(c.path), clip(c.members), clip(before.members)), Remedy: columnRemedy})
		}
	}
	return findings
}

const columnRemedy = "write the field as a string that holds JSON, or load it with datasets' JSON feature type"
