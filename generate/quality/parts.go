package quality

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button"
)

// edges wants joints between known nodes, complete for their kind. Whether they
// tell the truth is for order and grounding.
func (c *check) edges() {
	for i := range c.plan.Edges {
		edge := &c.plan.Edges[i]
		if c.callByNode(edge.From) < 0 || c.callByNode(edge.To) < 0 || edge.From == edge.To {
			c.report("edge", -1, edge.From+" -> "+edge.To, "an edge must join two nodes")
			continue
		}
		carries := edge.Output != "" || edge.Parameter != "" || edge.Transform != nil
		switch edge.Kind {
		case button.EdgeData:
			if edge.Output == "" || edge.Parameter == "" {
				c.report("edge", -1, edge.From+" -> "+edge.To, "a data edge needs an output and a parameter")
			}
		case button.EdgeOrder, button.EdgeCondition:
			if carries {
				c.report("edge", -1, edge.From+" -> "+edge.To, "only data edges carry values")
			}
		default:
			c.report("edge", -1, edge.Kind, "an unknown kind of edge")
		}
		if slices.ContainsFunc(c.plan.Edges[:i], func(other button.PlanEdge) bool {
			return other.From == edge.From && other.To == edge.To && other.Kind == edge.Kind && other.Parameter == edge.Parameter
		}) {
			c.report("edge", -1, edge.From+" -> "+edge.To, "the edge stands twice")
		}
	}
}

// The kinds of goal.
const (
	goalField   = "field"
	goalItem    = "item"
	goalList    = "list"
	goalEach    = "each"
	goalCompare = "compare"
	goalTotal   = "total"
	goalWrite   = "write"
)

// goals wants each goal to have the nodes, field and transform of its kind.
func (c *check) goals() {
	if c.world == nil {
		if len(c.plan.Goals) > 0 {
			c.report("goal", -1, "", "nothing in a simulated record proves a goal")
		}
		return
	}
	if len(c.plan.Goals) == 0 {
		c.report("goal", -1, "", "a plan needs a goal")
	}
	for i := range c.plan.Goals {
		goal := &c.plan.Goals[i]
		if goal.Turn < 0 || goal.Turn >= len(c.turns) {
			c.report("goal", -1, goal.Kind, "goal %d is of turn %d, there are %d", i+1, goal.Turn, len(c.turns))
			continue
		}
		for k, id := range goal.Nodes {
			at := c.callByNode(id)
			switch {
			case at < 0 || slices.Contains(goal.Nodes[:k], id):
				c.report("goal", -1, id, "goal %d names a node that is not there, or twice", i+1)
			case c.calls[at].Name != goal.Function:
				c.report("goal", -1, id, "goal %d is of %q, its node of %q", i+1, goal.Function, c.calls[at].Name)
			}
		}
		if problem := c.goalProblem(goal); problem != "" {
			c.report("goal", -1, goal.Function+" "+goal.Field, "goal %d of kind %q: %s", i+1, goal.Kind, problem)
		}
	}
}

func (c *check) goalProblem(goal *button.PlanGoal) string {
	function := c.index.functions[goal.Function]
	if function == nil {
		return "the world has no such function"
	}
	op := ""
	if goal.Transform != nil {
		op = goal.Transform.Op
	}
	if goal.Condition != nil && goal.Kind != goalWrite {
		return "only writes have conditions"
	}
	single := len(goal.Nodes) == 1
	fits := false
	switch goal.Kind {
	case goalField:
		fits = single && op == "" && function.Field(goal.Field) != nil
	case goalItem:
		fits = single && (op == button.OpMin || op == button.OpMax) && function.List != "" && function.Item(goal.Field) != nil
	case goalList:
		fits = single && op == "" && function.List != "" && goal.Field == function.List
	case goalEach:
		fits = len(goal.Nodes) > 1 && op == "" && function.Field(goal.Field) != nil
	case goalCompare:
		fits = len(goal.Nodes) > 1 && (op == button.OpWinnerMin || op == button.OpWinnerMax) && goal.Field == goal.Transform.By && function.Field(goal.Field) != nil
	case goalTotal:
		fits = len(goal.Nodes) > 1 && op == button.OpSum && function.Field(goal.Field) != nil
	case goalWrite:
		shut := goal.Condition != nil && !goal.Condition.Open
		fits = function.Writes() && goal.Field == "" && goal.Transform == nil && shut == (len(goal.Nodes) == 0)
	}
	if !fits {
		return "its nodes, field, transform or condition do not suit the kind"
	}
	return ""
}

// spans wants every mention and every stated value inside its message.
func (c *check) spans() {
	for i := range c.plan.Mentions {
		c.mention(i, &c.plan.Mentions[i])
	}
	for i := range c.plan.Answers {
		stated := &c.plan.Answers[i]
		if slices.ContainsFunc(c.plan.Answers[:i], func(other button.AnswerValue) bool {
			return other.Turn == stated.Turn && crossing(other.Span, stated.Span)
		}) {
			c.report("answer", stated.Turn, c.spanText(stated.Turn, stated.Span), "stated value %d begins or ends inside another one", i+1)
		}
		switch {
		case !slices.ContainsFunc(c.turns, func(t turn) bool { return t.answer == stated.Turn && t.answer >= 0 }):
			c.report("answer", -1, "", "stated value %d: message %d is no answer", i+1, stated.Turn)
		case !c.sound(stated.Turn, stated.Span) || loose(c.record.Messages[stated.Turn].Content, stated.Span):
			c.report("answer", stated.Turn, c.spanText(stated.Turn, stated.Span), "stated value %d: bytes %d to %d are no words of the message", i+1, stated.Span[0], stated.Span[1])
		case !c.knownType(stated.Type):
			c.report("answer", stated.Turn, stated.Type, "stated value %d: an unknown type", i+1)
		}
	}
}

func (c *check) mention(i int, mention *button.Mention) {
	typed := mention.Kind == button.MentionLiteral || mention.Kind == button.MentionBound
	switch mention.Kind {
	case button.MentionLiteral, button.MentionBound, button.MentionPick, button.MentionFilter, button.MentionCondition:
	default:
		c.report("mention", mention.Turn, mention.Kind, "mention %d: an unknown kind", i+1)
	}
	switch {
	case c.turnOf(mention.Turn) < 0:
		c.report("mention", -1, mention.Kind, "mention %d: message %d is no request", i+1, mention.Turn)
	case !c.sound(mention.Turn, mention.Span) || loose(c.record.Messages[mention.Turn].Content, mention.Span):
		c.report("mention", mention.Turn, c.spanText(mention.Turn, mention.Span), "mention %d: bytes %d to %d are no words of the message", i+1, mention.Span[0], mention.Span[1])
	case typed != (mention.Type != "") || typed && !c.knownType(mention.Type):
		c.report("mention", mention.Turn, mention.Type, "mention %d: the type of a %s", i+1, mention.Kind)
	}
	for k, id := range mention.Nodes {
		if c.callByNode(id) < 0 || slices.Contains(mention.Nodes[:k], id) {
			c.report("mention", mention.Turn, id, "mention %d names a node that is not there, or twice", i+1)
		}
	}
	if i == 0 {
		return
	}
	if before := &c.plan.Mentions[i-1]; before.Turn > mention.Turn || before.Turn == mention.Turn && before.Span[0] > mention.Span[0] {
		c.report("mention", mention.Turn, "", "mention %d stands before the one listed ahead of it", i+1)
	}
}

// knownType reports whether a semantic type is one of the world's. Simulated records
// have types in words.
func (c *check) knownType(name string) bool {
	return c.world == nil && name != "" || c.world != nil && c.index.types[name] != nil
}

// crossing reports whether two spans share bytes and neither holds the other.
func crossing(a, b button.Span) bool {
	return a[0] < b[0] && b[0] < a[1] && a[1] < b[1] || b[0] < a[0] && a[0] < b[1] && b[1] < a[1]
}

// sound reports whether a span lies in a message, is not empty and cuts no
// character.
func (c *check) sound(message int, span button.Span) bool {
	if message < 0 || message >= len(c.record.Messages) {
		return false
	}
	content := c.record.Messages[message].Content
	if span[0] < 0 || span[0] >= span[1] || span[1] > len(content) {
		return false
	}
	return utf8.RuneStart(content[span[0]]) && (span[1] == len(content) || utf8.RuneStart(content[span[1]]))
}

// loose reports whether a span is not made of whole words: it cuts one, parts a
// quotation from one of its marks, or white space or a stop hangs on to it.
func loose(content string, span button.Span) bool {
	text, before, behind := content[span[0]:span[1]], content[:span[0]], content[span[1]:]
	first, last := text[0], text[len(text)-1]
	cuts := before != "" && isWord(before[len(before)-1]) && isWord(first) || behind != "" && isWord(behind[0]) && isWord(last)
	for _, marks := range [...][2]string{{`"`, `"`}, {"'", "'"}, {"“", "”"}} {
		cuts = cuts || strings.HasPrefix(text, marks[0]) && strings.HasPrefix(behind, marks[1]) || strings.HasSuffix(before, marks[0]) && strings.HasSuffix(text, marks[1])
	}
	return cuts || strings.IndexByte(" ,;:?!", first) >= 0 || strings.IndexByte(" ,;:?!.", last) >= 0
}
