package export

import (
	"fmt"
	"slices"
	"strings"
)

// readme describes an export to whoever finds the folder. Its head names the data
// files, so that the datasets library takes the folder as a data set.
func (e *Exporter) readme(s *Set, o FolderOptions) string {
	var text strings.Builder
	text.WriteString("---\nconfigs:\n  - config_name: default\n    data_files:\n")
	for _, file := range s.Files {
		fmt.Fprintf(&text, "      - split: %s\n        path: %s\n", map[string]string{Train: "train", Valid: "validation"}[file.Split], file.Name)
	}
	fmt.Fprintf(&text, "---\n# %s\n\nRecords of %s in the format %s, for %s. Written by %s.\n\n| file | records |\n|---|---|\n", e.Format.Name, o.Source, e.Format.Name, e.Format.For, o.Tool)
	for _, file := range s.Files {
		fmt.Fprintf(&text, "| %s | %d |\n", file.Name, file.Records)
	}
	fmt.Fprintf(&text, "\nThoughts: %s. Loss: %s. Calls: %s.\n", e.Options.Thought, e.Options.Loss, map[bool]string{true: "one a turn", false: "as recorded"}[e.Options.Serial])
	if s.Split != nil {
		fmt.Fprintf(&text, "Split by %s, seed %d: a group's side depends on its name alone, and no group stands on both sides.\n", s.Split.By, s.Split.Seed)
	}
	if e.Options.Template != "" {
		fmt.Fprintf(&text, "Rendered with the chat template %s.\n", e.Options.Template)
		if e.family.Generation == "" {
			text.WriteString("It does not mark the assistant's turns: there are no spans.\n")
		}
	}
	e.readmeRejected(&text, s)
	text.WriteString("\n## What the format does not hold\n\n| part | what |\n|---|---|\n")
	for _, part := range e.lost {
		fmt.Fprintf(&text, "| %s | %s |\n", part.Name, part.What)
	}
	text.WriteString("\nEvery example was read back and compared with its record, these parts aside. What describes the making of\na record (plan, provenance, checks, meta) is in the side file, by id, file and line; do not train on it.\n")
	if len(s.Summary.Skipped) > 0 {
		text.WriteString("\n## Records left out\n\n| reason | records |\n|---|---|\n")
		for _, skipped := range s.Summary.Skipped {
			fmt.Fprintf(&text, "| %s | %d |\n", skipped.Reason, skipped.Records)
		}
	}
	if notes := e.advice(s); len(notes) > 0 {
		text.WriteString("\n## To mind\n\n")
		for _, note := range notes {
			text.WriteString("- " + note + "\n")
		}
	}
	return text.String()
}

func (e *Exporter) readmeRejected(text *strings.Builder, s *Set) {
	if len(s.Summary.Rejected) == 0 {
		return
	}
	text.WriteString("\nThe preferred message is the record's. The other one is that message damaged in one way; no model wrote it.\nThe side file says for each example what was changed.\n\n| kind | what was done | rule that it breaks | examples |\n|---|---|---|---|\n")
	for _, kind := range DamageKinds() {
		if slices.Contains(e.Options.Damages, kind.Name) {
			fmt.Fprintf(text, "| %s | %s | %s | %d |\n", kind.Name, kind.About, kind.Rule, s.Summary.Rejected[kind.Name])
		}
	}
}

// advice is what a user of this export should know before training.
func (e *Exporter) advice(s *Set) (notes []string) {
	parallel := s.Summary.Several > 0 && !e.Options.Serial
	switch e.Format.Name {
	case "openai", "openai-dpo":
		if s.Summary.Records < 10 {
			notes = append(notes, "The service wants at least 10 lines.")
		}
	case "trl":
		notes = append(notes, "SFTTrainer cuts at max_length, 1024 tokens unless you say otherwise; a list of tools alone can be longer.")
		if parallel {
			notes = append(notes, "Llama 3.1 and 3.2 templates refuse turns with several calls, gpt-oss keeps only the first: export for them with --parallel off.")
		}
	case "llamafactory", "llamafactory-openai":
		if parallel {
			notes = append(notes, "The results of one turn are packed as the templates of the Qwen family part them; for other families export with --parallel off.")
		}
		if e.Format.Name == "llamafactory-openai" {
			notes = append(notes, "The trainer adds a line to the system message of records without tools when it reads this form; the form llamafactory has no such habit.")
		}
	case "axolotl":
		notes = append(notes, "The templates chatml, llama3, phi_4 and falcon_h1 drop calls: choose one that knows tools.")
	}
	return notes
}
