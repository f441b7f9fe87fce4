package simulated

import (
	"regexp"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
)

// blocked lists the tasks that failures stand in the way of, those among them that
// take what others would have brought. What failed before the user changed a fact
// blocks nothing, unless its call would be the same again.
func (c *conversation) blocked() []int {
	var tasks []int
	for i := range c.made {
		call := &c.made[i]
		if call.failed == nil || call.passes || i != c.pending && c.session == nil { // of real calls several can fail
			continue
		}
		for _, task := range call.tasks {
			if call.turn > c.corrected || c.holds(call, task) {
				tasks = append(tasks, task)
			}
		}
	}
	return downstream(c.task, tasks)
}

// hopeless reports whether something that is wanted failed in a way that neither
// time nor the user mends.
func (c *conversation) hopeless() bool {
	return !c.mendable() && slices.ContainsFunc(c.blocked(), func(task int) bool { return slices.Contains(c.open, task) })
}

// checkFailureTold wants the words that end a request to say what failed of it for
// good, unless earlier words did.
func (c *conversation) checkFailureTold(text string) []teach.Violation {
	if c.pending < 0 || c.made[c.pending].passes {
		return nil
	}
	call := &c.made[c.pending]
	texts := []string{text}
	for _, turn := range c.turns[call.turn+1:] {
		if turn.From == button.RoleAssistant {
			texts = append(texts, turn.Text)
		}
	}
	if slices.ContainsFunc(texts, func(text string) bool { return c.tellsFailure(text, call) }) {
		return nil
	}
	return []teach.Violation{violation(RuleFailureUntold, call.Name, "%s failed (%s): say what could not be done", call.Name, call.failed.Code)}
}

// tellsFailure reports whether a text says that something did not work, and names
// anything that the failed call was about.
func (c *conversation) tellsFailure(text string, call *made) bool {
	if !failureWords.MatchString(text) {
		return false
	}
	about := []string{call.Name, call.failed.Code, call.failed.Message}
	if function := c.box.function(call.Name); function != nil {
		about = append(about, function.Tool.Description)
	}
	for _, task := range call.tasks {
		about = append(about, c.task.Tasks[task].Task)
	}
	return sharesWord(text, about...) || c.blames(text)
}

// blames reports whether a text names what the scripted failure is to be mended by:
// the fact, its value, or what the error says.
func (c *conversation) blames(text string) bool {
	if c.script.fact < 0 {
		return false
	}
	fact := c.facts[c.script.fact]
	how := c.script.how
	return sharesWord(text, fact.Name, fact.Type, c.script.parameter, how.Code, how.When) || c.reader.Says(text, fact.Value)
}

// sharesWord reports whether a text has a word of the others in it, in singular or
// plural, that is not in every text.
func sharesWord(text string, others ...string) bool {
	wanted := map[string]bool{}
	for _, other := range others {
		for _, part := range nameParts(other) {
			if len(part) > 2 && !slices.Contains(commonWords, part) && !slices.Contains(wrongValue, part) {
				wanted[singular(part)] = true
			}
		}
	}
	return slices.ContainsFunc(words(strings.ToLower(text)), func(word string) bool { return wanted[singular(word)] })
}

// failureWords say that something did not work.
var failureWords = regexp.MustCompile(`(?i)n['’]t\b|\b(cannot|not|no|none|nothing|neither|nor|never|unable|fail(s|ed|ure)?|sorry|unfortunately|impossible|without|problem|error|unavailable|unknown|invalid|unsuccessful|rejected|refused|declined|denied)\b`)

// commonWords stand in texts about anything.
var commonWords = strings.Fields(`about all and another any anything are asked been being but call called can cannot could did does
	failed failure error for from get gets gives given had has have her his how into its known may might not nothing
	of one only other our out request requested should some something than that the their them then there these they this
	those use used user value values was were what when where which who will with would you your`)
