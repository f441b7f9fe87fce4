package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/buttonbench/button/internal/runstore"
)

// createDataset begins a dataset of a verb that makes one of another.
func createDataset(folder string, replace bool) (*runstore.Dataset, error) {
	dataset, err := runstore.CreateDataset(runstore.OS{}, folder, replace)
	if errors.Is(err, runstore.ErrExists) {
		return nil, hinted(exitUsage, fmt.Errorf("there is a dataset in %s already", folder), "name another --out, or add --replace")
	}
	return dataset, err
}

// commitDataset writes the card and the manifest, the last files of a dataset.
func commitDataset(dataset *runstore.Dataset, text string, config, facts any) error {
	card, err := dataset.Create("card.md")
	if err != nil {
		return err
	}
	if _, err := io.WriteString(card, text); err != nil {
		return err
	}
	if err := card.Close(); err != nil {
		return err
	}
	resolved, err := json.Marshal(config)
	if err != nil {
		return err
	}
	counted, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	return dataset.Commit(runstore.Manifest{Tool: "button " + version(), Config: resolved, Facts: counted})
}
