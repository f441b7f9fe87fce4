package importtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
)

const module = "github.com/buttonbench/button"

// check reads every Go file of a module and returns what breaks the rules, as
// "file:line: text", sorted.
func check(tree fs.FS) ([]string, error) {
	var faults []string
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if entry.IsDir() {
			hidden := name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_"))
			if _, err := fs.Stat(tree, path.Join(name, "go.mod")); hidden || base == "testdata" || name != "." && err == nil {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		found, err := checkFile(name, text)
		faults = append(faults, found...)
		return err
	})
	sort.Strings(faults)
	return faults, err
}

// source is one Go file under check.
type source struct {
	name   string // of the file
	pack   string // the package's path, relative to the module
	test   bool
	syntax *ast.File
	files  *token.FileSet
	faults []string
}

func (s *source) report(at token.Pos, format string, values ...any) {
	place := fmt.Sprintf("%s:%d: ", s.name, s.files.Position(at).Line)
	s.faults = append(s.faults, place+fmt.Sprintf(format, values...))
}

func checkFile(name string, text []byte) ([]string, error) {
	files := token.NewFileSet()
	syntax, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	s := &source{name: name, pack: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), syntax: syntax, files: files}
	for _, spec := range syntax.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		s.checkImport(spec.Pos(), imported)
	}
	if !s.test {
		s.checkStart()
		s.checkOutside()
	}
	return s.faults, nil
}

func (s *source) checkImport(at token.Pos, imported string) {
	own, ours := strings.CutPrefix(imported, module)
	first, _, _ := strings.Cut(imported, "/")
	switch {
	case ours:
		own = strings.TrimPrefix(own, "/")
		if own == "" {
			own = "."
		}
		s.checkEdge(at, own)
	case strings.Contains(first, "."):
		s.checkModule(at, imported)
	}
}

func (s *source) checkEdge(at token.Pos, own string) {
	allowed, known := edgesOf(s.pack)
	if s.test {
		allowed = append(slices.Clone(allowed), testEdges[s.pack]...)
	}
	helper := slices.Contains(helpers, own)
	switch {
	case !known:
		s.report(at, "package %s stands in no line of the table: add one that says what it may import", s.pack)
	case own == "cmd" || strings.HasPrefix(own, "cmd/"):
		s.report(at, "%s imports %s: nothing imports cmd", s.pack, own)
	case s.test && (own == s.pack || helper || own == "worlds" || below(own, s.pack)):
	case helper && !slices.Contains(helpers, s.pack):
		s.report(at, "%s imports %s: that one serves tests only", s.pack, own)
	case !slices.ContainsFunc(allowed, func(pattern string) bool { return matches(pattern, own) }):
		s.report(at, "%s imports %s: it may import %v", s.pack, own, allowed)
	}
}

func (s *source) checkModule(at token.Pos, imported string) {
	if slices.ContainsFunc(testModules, func(module string) bool { return within(imported, module) }) {
		if !s.test && !slices.Contains(helpers, s.pack) {
			s.report(at, "%s imports %s outside of tests", s.pack, imported)
		}
		return
	}
	for module, importers := range modules {
		if !within(imported, module) {
			continue
		}
		if !slices.ContainsFunc(importers, func(pattern string) bool { return matches(pattern, s.pack) }) {
			s.report(at, "%s imports %s: only %v may", s.pack, imported, importers)
		}
		return
	}
	s.report(at, "%s imports %s: the module stands in no line of the table", s.pack, imported)
}

// checkStart refuses what happens or lives at package level beyond tables: init
// functions, calls with effects, locks and other state.
func (s *source) checkStart() {
	for _, declaration := range s.syntax.Decls {
		switch declaration := declaration.(type) {
		case *ast.FuncDecl:
			if declaration.Recv == nil && declaration.Name.Name == "init" {
				s.report(declaration.Pos(), "%s has an init function: compute the value where it is needed", s.pack)
			}
		case *ast.GenDecl:
			if declaration.Tok == token.VAR {
				s.checkVariables(declaration)
			}
		}
	}
}

func (s *source) checkVariables(declaration *ast.GenDecl) {
	ast.Inspect(declaration, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.StructType, *ast.FuncType:
			return false // runs, or lives, later
		case *ast.CallExpr:
			name := qualified(n.Fun)
			if strings.Contains(name, ".") && !slices.Contains(constructors, name) {
				s.report(n.Pos(), "%s calls %s while the package is initialised", s.pack, name)
			}
		case *ast.SelectorExpr:
			if name := qualified(n); strings.HasPrefix(name, "sync.") || strings.HasPrefix(name, "atomic.") {
				s.report(n.Pos(), "%s keeps state in a package-level %s", s.pack, name)
			}
		}
		return true
	})
}

func (s *source) checkOutside() {
	if matches("cmd/*", s.pack) {
		return
	}
	ast.Inspect(s.syntax, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if name := qualified(selector); slices.Contains(outside, name) {
				s.report(n.Pos(), "%s uses %s: only cmd/button may, and hands it in", s.pack, name)
			}
		}
		return true
	})
}

// qualified returns "package.Name" for a selector on an identifier, without the
// type arguments of a generic one.
func qualified(expression ast.Expr) string {
	switch expression := expression.(type) {
	case *ast.IndexExpr:
		return qualified(expression.X)
	case *ast.SelectorExpr:
		if left, ok := expression.X.(*ast.Ident); ok {
			return left.Name + "." + expression.Sel.Name
		}
	}
	return ""
}

// edgesOf finds the most exact entry for a package.
func edgesOf(pack string) ([]string, bool) {
	if allowed, found := edges[pack]; found {
		return allowed, true
	}
	best := ""
	for pattern := range edges {
		if len(pattern) > len(best) && matches(pattern, pack) {
			best = pattern
		}
	}
	return edges[best], best != ""
}

func matches(pattern, pack string) bool {
	if pattern == "*" || pattern == pack {
		return true
	}
	parent, wide := strings.CutSuffix(pattern, "/*")
	return wide && below(pack, parent)
}

func below(pack, parent string) bool { return strings.HasPrefix(pack, parent+"/") }

func within(imported, module string) bool { return imported == module || below(imported, module) }
