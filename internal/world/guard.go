package world

import (
	"fmt"

	"go.starlark.net/syntax"
)

// A step limit does not bound memory: thirty doublings of a text fill any
// machine. guard therefore replaces the operations that make long values out of
// short ones (+, *, % and some methods) by helpers that know how much a run has
// made; see guardops.go. It also refuses what a world has no use for. The names
// of the helpers are no identifiers, so no world can call or hide them.
//
// What is left unbounded is time spent inside one operation on a value of
// bounded size, such as sorting; that is far from a hang.
type guardian struct {
	file  string
	fault error
}

// guard rewrites the parsed file in place.
func guard(file string, parsed *syntax.File) error {
	g := &guardian{file: file}
	g.stmts(parsed.Stmts)
	return g.fault
}

func (g *guardian) refuse(at syntax.Position, text string) {
	if g.fault == nil {
		g.fault = &Fault{File: g.file, Line: int(at.Line), Column: int(at.Col), Function: SourceFile, Text: text}
	}
}

func (g *guardian) stmts(list []syntax.Stmt) {
	for _, stmt := range list {
		g.stmt(stmt)
	}
}

func (g *guardian) stmt(stmt syntax.Stmt) {
	switch stmt := stmt.(type) {
	case *syntax.AssignStmt:
		g.assign(stmt)
	case *syntax.DefStmt:
		g.exprs(stmt.Params)
		g.stmts(stmt.Body)
	case *syntax.ExprStmt:
		stmt.X = g.expr(stmt.X)
	case *syntax.IfStmt:
		stmt.Cond = g.expr(stmt.Cond)
		g.stmts(stmt.True)
		g.stmts(stmt.False)
	case *syntax.ForStmt:
		stmt.X = g.expr(stmt.X)
		g.stmts(stmt.Body)
	case *syntax.ReturnStmt:
		if stmt.Result != nil {
			stmt.Result = g.expr(stmt.Result)
		}
	case *syntax.LoadStmt:
		g.refuse(stmt.Load, "load: a world is one file and loads nothing")
	case *syntax.WhileStmt:
		g.refuse(stmt.While, "while: not available; use for over a list or range")
	}
}

// assign guards the right side of x += y, whose left side may be changed in
// place, and turns other operators on names into plain assignments.
func (g *guardian) assign(stmt *syntax.AssignStmt) {
	stmt.LHS = g.expr(stmt.LHS)
	stmt.RHS = g.expr(stmt.RHS)
	switch stmt.Op {
	case syntax.PLUS_EQ:
		if !isLiteral(stmt.RHS) {
			stmt.RHS = helperCall(guardGrow, stmt.OpPos, stmt.RHS)
		}
	case syntax.STAR_EQ, syntax.PERCENT_EQ:
		name, ok := stmt.LHS.(*syntax.Ident)
		if !ok {
			g.refuse(stmt.OpPos, fmt.Sprintf("%s: write x = x %s y instead", stmt.Op, map[syntax.Token]string{syntax.STAR_EQ: "*", syntax.PERCENT_EQ: "%"}[stmt.Op]))
			return
		}
		helper := map[syntax.Token]string{syntax.STAR_EQ: guardMultiply, syntax.PERCENT_EQ: guardPercent}[stmt.Op]
		stmt.RHS = helperCall(helper, stmt.OpPos, &syntax.Ident{NamePos: name.NamePos, Name: name.Name}, stmt.RHS)
		stmt.Op = syntax.EQ
	}
}

func (g *guardian) exprs(list []syntax.Expr) {
	for i := range list {
		list[i] = g.expr(list[i])
	}
}

// expr returns the guarded form of an expression.
func (g *guardian) expr(expr syntax.Expr) syntax.Expr {
	switch expr := expr.(type) {
	case *syntax.BinaryExpr:
		if expr.Op != syntax.EQ { // name=value among arguments and parameters
			expr.X = g.expr(expr.X)
		}
		expr.Y = g.expr(expr.Y)
		return guardBinary(expr)
	case *syntax.CallExpr:
		return g.call(expr)
	case *syntax.ParenExpr:
		expr.X = g.expr(expr.X)
	case *syntax.UnaryExpr:
		if expr.X != nil { // a bare * among parameters
			expr.X = g.expr(expr.X)
		}
	case *syntax.CondExpr:
		expr.Cond, expr.True, expr.False = g.expr(expr.Cond), g.expr(expr.True), g.expr(expr.False)
	case *syntax.IndexExpr:
		expr.X, expr.Y = g.expr(expr.X), g.expr(expr.Y)
	case *syntax.SliceExpr:
		expr.X = g.expr(expr.X)
		for _, part := range []*syntax.Expr{&expr.Lo, &expr.Hi, &expr.Step} {
			if *part != nil {
				*part = g.expr(*part)
			}
		}
	case *syntax.DotExpr:
		expr.X = g.expr(expr.X)
		if guardedMethods[expr.Name.Name] {
			g.refuse(expr.NamePos, fmt.Sprintf("%s: call the method where it stands", expr.Name.Name))
		}
	case *syntax.LambdaExpr:
		g.exprs(expr.Params)
		expr.Body = g.expr(expr.Body)
	case *syntax.ListExpr:
		g.exprs(expr.List)
	case *syntax.TupleExpr:
		g.exprs(expr.List)
	case *syntax.DictExpr:
		g.exprs(expr.List)
	case *syntax.DictEntry:
		expr.Key, expr.Value = g.expr(expr.Key), g.expr(expr.Value)
	case *syntax.Comprehension:
		g.comprehension(expr)
	}
	return expr
}

func (g *guardian) comprehension(expr *syntax.Comprehension) {
	expr.Body = g.expr(expr.Body)
	for _, clause := range expr.Clauses {
		switch clause := clause.(type) {
		case *syntax.ForClause:
			clause.X = g.expr(clause.X)
		case *syntax.IfClause:
			clause.Cond = g.expr(clause.Cond)
		}
	}
}

// call turns x.join(y) into a helper's call with x in front.
func (g *guardian) call(expr *syntax.CallExpr) syntax.Expr {
	g.exprs(expr.Args)
	method, ok := expr.Fn.(*syntax.DotExpr)
	if !ok || !guardedMethods[method.Name.Name] {
		expr.Fn = g.expr(expr.Fn)
		return expr
	}
	expr.Args = append([]syntax.Expr{g.expr(method.X)}, expr.Args...)
	expr.Fn = &syntax.Ident{NamePos: method.NamePos, Name: guardMethod + method.Name.Name}
	return expr
}

// guardBinary replaces an operator that can make a long value. With a literal on
// one side + and % grow by no more than what stands in the file.
func guardBinary(expr *syntax.BinaryExpr) syntax.Expr {
	switch expr.Op {
	case syntax.PLUS:
		if !isLiteral(expr.X) && !isLiteral(expr.Y) {
			return helperCall(guardAdd, expr.OpPos, expr.X, expr.Y)
		}
	case syntax.STAR:
		return helperCall(guardMultiply, expr.OpPos, expr.X, expr.Y)
	case syntax.PERCENT:
		if !isLiteral(expr.Y) {
			return helperCall(guardPercent, expr.OpPos, expr.X, expr.Y)
		}
	}
	return expr
}

func isLiteral(expr syntax.Expr) bool {
	_, ok := expr.(*syntax.Literal)
	return ok
}

func helperCall(name string, at syntax.Position, args ...syntax.Expr) syntax.Expr {
	return &syntax.CallExpr{Fn: &syntax.Ident{NamePos: at, Name: name}, Lparen: at, Args: args, Rparen: at}
}
