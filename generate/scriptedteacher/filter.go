package scriptedteacher

import (
	"regexp"
	"slices"
	"strings"
)

type checkMaterial struct {
	Request   string      `json:"request"`
	Tasks     []plainTask `json:"tasks"`
	Links     []link      `json:"links"`
	Questions []string    `json:"questions"`
}

type plainTask struct {
	Number int    `json:"number"`
	Task   string `json:"task"`
}

type answered struct {
	ID       string `json:"id"`
	Evidence string `json:"evidence"`
	Pass     bool   `json:"pass"`
}

type checkReply struct {
	Checks  []answered `json:"checks"`
	Verdict string     `json:"verdict"`
}

var (
	codes      = regexp.MustCompile(`\b[A-Z]{2}-\d{5}\b`)
	backwards  = regexp.MustCompile(`(?i)\b(that|those|the (very )*other|its|their|it|them)\b`)
	mechanical = regexp.MustCompile(`(?i)\bstep \d|\bfunctions?\b|\bparameters?\b|_`)
)

// checkComposition judges a request by rules of thumb. They find most of what is
// wrong and not all: nobody who reads a request by rule knows what people want.
func (t *turn) checkComposition(material checkMaterial) any {
	all := sentences(material.Request)
	if len(all) == 0 {
		return nil
	}
	reply := checkReply{Checks: []answered{}, Verdict: "keep"}
	for _, question := range material.Questions {
		span := t.objection(question, &material)
		one := answered{ID: question, Evidence: span, Pass: span == ""}
		if one.Pass {
			one.Evidence = cut(all[hashed(t.seed, "evidence", question, material.Request).IntN(len(all))], 300)
		} else {
			reply.Verdict = "drop"
		}
		reply.Checks = append(reply.Checks, one)
	}
	return &reply
}

// objection is a piece of the request for which it fails a question, or "".
func (t *turn) objection(question string, m *checkMaterial) string {
	whole := cut(sentences(m.Request)[0], 300)
	switch question {
	case "no_result_leaked":
		for _, code := range codes.FindAllString(m.Request, -1) {
			known := false
			for _, task := range m.Tasks {
				known = known || strings.Contains(task.Task, code)
			}
			if !known {
				return code
			}
		}
	case "nothing_missing":
		for _, task := range m.Tasks {
			for _, c := range t.reader.clauses(task.Task) {
				if slices.ContainsFunc(c.values, func(v value) bool { return v.literal != nil && !strings.Contains(m.Request, spoken(v.literal)) }) {
					return whole
				}
			}
		}
	case "dependencies_real":
		for _, l := range m.Links {
			for _, task := range m.Tasks {
				if task.Number == l.To && !t.looksBack(task.Task) {
					return whole
				}
			}
		}
	case "each_needed":
		for i, task := range m.Tasks {
			if slices.ContainsFunc(m.Tasks[:i], func(other plainTask) bool { return other.Task == task.Task }) {
				return whole
			}
		}
	case "natural":
		return mechanical.FindString(m.Request)
	}
	return ""
}

// looksBack reports whether a task speaks of what another one brings.
func (t *turn) looksBack(task string) bool {
	if found := t.reader.clauses(task); len(found) == 1 {
		return slices.ContainsFunc(found[0].values, func(v value) bool { return len(v.refs) > 0 })
	}
	return backwards.MatchString(task)
}

func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "")
}
