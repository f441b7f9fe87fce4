package schema

import (
	"slices"

	"github.com/xeipuuv/gojsonschema"
)

// knownFormat reports whether a format is checked. regex is not: its dialect is
// that of another language, and to compile a stranger's expression only to see
// whether it compiles costs too much.
func knownFormat(format string) bool {
	return format != "regex" && gojsonschema.FormatCheckers.Has(format)
}

// formatPattern is what a value of a format has to match beyond the library's
// own check, which takes a lone date for a date-time and a name in front of an
// address for part of it; "" for most formats. It stands in place of the check
// for uuid, where the library refuses upper case.
func formatPattern(format string) string {
	switch format {
	case "date-time":
		return `^\d{4}-\d{2}-\d{2}T`
	case "email", "idn-email":
		return `^[^<>\s]+@[^<>\s]+$`
	case "uuid":
		return `^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`
	}
	return ""
}

// patternFormat names the format that a pattern was made for.
func patternFormat(pattern string) (string, bool) {
	for _, format := range []string{"date-time", "email", "uuid"} {
		if formatPattern(format) == pattern {
			return format, true
		}
	}
	return "", false
}

// mendFormat rewrites the format keyword so that it judges strings only, as the
// standard has it: the library holds every number to be of the wrong format.
func mendFormat(n *node, clean map[string]any) {
	if n.format == "" {
		return
	}
	if pattern := formatPattern(n.format); pattern != "" {
		also(clean, map[string]any{"pattern": pattern})
	}
	if n.format == "uuid" {
		delete(clean, "format")
	} else if allowsNumbers(clean["type"]) {
		delete(clean, "format")
		also(clean, map[string]any{"if": map[string]any{"type": "string"}, "then": map[string]any{"format": n.format}})
	}
}

func allowsNumbers(types any) bool {
	switch types := types.(type) {
	case nil:
		return true
	case []any:
		return slices.Contains(types, any("number")) || slices.Contains(types, any("integer"))
	}
	return types == "number" || types == "integer"
}

// formatHint shows what a format looks like.
func formatHint(format string) string {
	switch format {
	case "date":
		return ": write it like 2026-03-09"
	case "time":
		return ": write it like 14:30:00 or 14:30:00Z"
	case "date-time":
		return ": write it like 2026-03-09T14:30:00Z"
	case "email":
		return ": write it like name@example.com"
	}
	return ""
}
