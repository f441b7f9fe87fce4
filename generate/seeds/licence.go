package seeds

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// licences are told by what only their text says, the narrower ones first.
var licences = []struct{ words, name string }{
	{"apache license version 2.0", "Apache-2.0"},
	{"attribution-noncommercial-sharealike 4.0", "CC-BY-NC-SA-4.0"},
	{"attribution-noncommercial 4.0", "CC-BY-NC-4.0"},
	{"attribution-sharealike 4.0", "CC-BY-SA-4.0"},
	{"attribution 4.0 international", "CC-BY-4.0"},
	{"cc0 1.0 universal", "CC0-1.0"},
	{"gnu affero general public license", "AGPL"},
	{"gnu lesser general public license", "LGPL"},
	{"gnu general public license", "GPL"},
	{"mozilla public license version 2.0", "MPL-2.0"},
	{"permission is hereby granted, free of charge, to any person obtaining a copy", "MIT"},
	{"neither the name of", "BSD-3-Clause"},
	{"redistribution and use in source and binary forms", "BSD-2-Clause"},
}

// licenceHead is how much of a licence file is read.
const licenceHead = 8 << 10

// licenceBeside names the licence file in the folder of a seed file, and the
// licence where its text is known: "Apache-2.0 (LICENSE)".
func licenceBeside(path string) (string, error) {
	folder := filepath.Dir(path)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", fmt.Errorf("looking for a licence beside %s: %w", path, err)
	}
	for _, entry := range entries {
		stem, _, _ := strings.Cut(strings.ToUpper(entry.Name()), ".")
		if stem != "LICENSE" && stem != "LICENCE" && stem != "COPYING" {
			continue
		}
		name := filepath.Join(folder, entry.Name())
		if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
			continue
		}
		file, err := os.Open(name)
		if err != nil {
			return "", fmt.Errorf("reading the licence beside %s: %w", path, err)
		}
		head, err := io.ReadAll(io.LimitReader(file, licenceHead))
		file.Close()
		if err != nil {
			return "", fmt.Errorf("reading the licence beside %s: %w", path, err)
		}
		return licenceName(string(head)) + " (" + entry.Name() + ")", nil
	}
	return "", nil
}

func licenceName(text string) string {
	text = strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(text, ",", " ")), " "))
	for _, known := range licences {
		if strings.Contains(text, strings.ReplaceAll(known.words, ",", "")) {
			return known.name
		}
	}
	return "licence not recognised"
}
