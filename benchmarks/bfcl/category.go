package bfcl

import (
	"slices"
	"strings"
)

// Checker is the rule that judges a category's results.
type Checker int

// The checkers.
const (
	CheckCalls       Checker = iota // the decoded calls against allowed values
	CheckIrrelevance                // no call is right
	CheckRelevance                  // any call is right
	CheckExecution                  // state and responses of a conversation
	CheckAnswer                     // the final answer of an agent
)

// Language is the language in which arguments are written.
type Language int

// The languages.
const (
	Python Language = iota
	Java
	JavaScript
)

// The groups of categories, which are also the folders of result files.
const (
	GroupNonLive   = "non_live"
	GroupLive      = "live"
	GroupMultiTurn = "multi_turn"
	GroupAgentic   = "agentic"
	// GroupFormat holds format_sensitivity alone.
	GroupFormat = "format_sensitivity"
)

// FormatSensitivity is the category of single-turn entries under many prompt
// formats. Its entries are those of other categories.
const FormatSensitivity = "format_sensitivity"

// Category is one kind of tasks.
type Category struct {
	// Name stands before the last "_" of its entries' ids.
	Name, Group string
	Checker     Checker
	Language    Language
	// Entries is their number in the pinned version of the data.
	Entries int
	// file is the part of the file's name after BFCL_v4_.
	file string
	// answered tells that there is a file of answers.
	answered bool
	// suffix is what the category adds to the class MemoryAPI.
	suffix string
}

// Categories returns all categories, in the benchmark's order.
func Categories() []Category {
	calls := func(name, group string, language Language, entries int) Category {
		return Category{Name: name, Group: group, Language: language, Entries: entries, file: name, answered: true}
	}
	unanswered := func(name, group string, checker Checker, entries int) Category {
		return Category{Name: name, Group: group, Checker: checker, Entries: entries, file: name}
	}
	conversation := func(name string) Category {
		return Category{Name: name, Group: GroupMultiTurn, Checker: CheckExecution, Entries: 200, file: name, answered: true}
	}
	agentic := func(name, file, suffix string, entries int) Category {
		return Category{Name: name, Group: GroupAgentic, Checker: CheckAnswer, Entries: entries, file: file, answered: true, suffix: suffix}
	}
	return []Category{
		calls("simple_python", GroupNonLive, Python, 400),
		calls("simple_java", GroupNonLive, Java, 100),
		calls("simple_javascript", GroupNonLive, JavaScript, 50),
		calls("multiple", GroupNonLive, Python, 200),
		calls("parallel", GroupNonLive, Python, 200),
		calls("parallel_multiple", GroupNonLive, Python, 200),
		unanswered("irrelevance", GroupNonLive, CheckIrrelevance, 240),
		calls("live_simple", GroupLive, Python, 258),
		calls("live_multiple", GroupLive, Python, 1053),
		calls("live_parallel", GroupLive, Python, 16),
		calls("live_parallel_multiple", GroupLive, Python, 24),
		unanswered("live_irrelevance", GroupLive, CheckIrrelevance, 884),
		unanswered("live_relevance", GroupLive, CheckRelevance, 16),
		conversation("multi_turn_base"),
		conversation("multi_turn_miss_func"),
		conversation("multi_turn_miss_param"),
		conversation("multi_turn_long_context"),
		agentic("memory_kv", "memory", "_kv", 155),
		agentic("memory_vector", "memory", "_vector", 155),
		agentic("memory_rec_sum", "memory", "_rec_sum", 155),
		agentic("web_search_base", "web_search", "", 100),
		agentic("web_search_no_snippet", "web_search", "", 100),
	}
}

// LookUpCategory finds a category by its name; older names count.
func LookUpCategory(name string) (Category, bool) {
	all := Categories()
	at := slices.IndexFunc(all, func(c Category) bool { return c.Name == currentName(name) })
	if at < 0 {
		return Category{}, false
	}
	return all[at], true
}

// currentName translates the names of the benchmark's third version.
func currentName(name string) string {
	switch name {
	case "simple":
		return "simple_python"
	case "java":
		return "simple_java"
	case "javascript":
		return "simple_javascript"
	}
	return name
}

// olderName is the inverse of currentName.
func olderName(name string) string {
	switch name {
	case "simple_python":
		return "simple"
	case "simple_java":
		return "java"
	case "simple_javascript":
		return "javascript"
	}
	return name
}

// CategoryOf returns the category that an id names: what stands before its last
// "_", of an id of format_sensitivity before the first ":".
func CategoryOf(id string) string {
	id, _, _ = strings.Cut(id, ":")
	if at := strings.LastIndexByte(id, '_'); at >= 0 {
		id = id[:at]
	}
	return currentName(id)
}

// FormattedID splits the id of a format_sensitivity entry into the prompt format's
// configuration and the id of the entry that was asked.
func FormattedID(id string) (configuration, original string, ok bool) {
	if _, rest, found := strings.Cut(id, ":"); found {
		return strings.Cut(rest, ":")
	}
	return "", "", false
}

// Groups are the names that stand for several categories.
func Groups() []string {
	return []string{"all", GroupNonLive, GroupLive, GroupMultiTurn, GroupAgentic, "memory", "web_search"}
}

// InGroup returns the categories that a group or category name stands for, nil for
// an unknown name.
func InGroup(name string) []Category {
	var members []Category
	for _, c := range Categories() {
		if name == "all" || name == c.Group || name == c.Name || c.Group == GroupAgentic && name == c.file {
			members = append(members, c)
		}
	}
	return members
}
