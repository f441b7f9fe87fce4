// Package export writes canonical records in the formats that trainers read. What
// describes a record's making (plan, provenance, checks, meta) never enters an
// export.
package export

import "github.com/buttonbench/button"

// Format is one export format. Encode returns one line without its newline.
type Format struct {
	Name   string
	Encode func(record *button.Record) ([]byte, error)
}

var formats = []Format{{Name: "button", Encode: encodeButton}}

// Names lists the formats.
func Names() []string {
	names := make([]string, len(formats))
	for i, format := range formats {
		names[i] = format.Name
	}
	return names
}

// Lookup finds a format by name.
func Lookup(name string) (Format, bool) {
	for _, format := range formats {
		if format.Name == name {
			return format, true
		}
	}
	return Format{}, false
}
