// Package gta runs GTA (General Tool Agents, arXiv 2407.08713) in its step-by-step
// mode: for every assistant message of the reference, the model gets the
// reference's history before it and makes one step. All tool results are recorded,
// so that a text model can be scored offline. The data is not part of this project.
package gta

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// dataFile is the one file that is read.
const dataFile = "dataset.json"

// maxDataBytes bounds the file; the real one has 1.4 MB.
const maxDataBytes = 64 << 20

// knownHash is the SHA-256 of the published file's content as far as we know it.
const knownHash = "a6ee050d7ba99d9777a2005fac9654eb8c88f890989b54f89b5bc2134287998e"

// item is one query with its reference trajectory.
type item struct {
	id      string
	tools   []toolBlock
	files   []string
	dialog  []turn
	answer  answerKey
	request string
	// pictures are all that the data set names, in the file list of any item or as
	// the result of a tool: these count as existing. Shared by all items.
	pictures map[string]bool
}

type toolBlock struct {
	Name        string     `json:"name"`
	Description string     `json:"description"`
	Inputs      []argument `json:"inputs"`
	Outputs     []argument `json:"outputs"`
}

// argument is one input or output of a tool. Type is image, text, int or bool.
type argument struct {
	Type        string          `json:"type"`
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Optional    bool            `json:"optional"`
	Default     json.RawMessage `json:"default"`
	FileType    json.RawMessage `json:"filetype"`
}

// turn is one message of the reference.
type turn struct {
	role    string
	content string
	image   bool // a tool result that is a picture: content is its path
	calls   []goldCall
}

type goldCall struct {
	name      string
	arguments json.RawMessage
}

// answerKey says how a final answer is scored.
type answerKey struct {
	whitelist, blacklist [][]string
	references           []string
}

func (k answerKey) objective() bool  { return len(k.whitelist) > 0 }
func (k answerKey) subjective() bool { return len(k.references) > 0 }
func (k answerKey) exists() bool     { return k.objective() || k.subjective() }

// readData reads and checks the data set in a folder. Errors name the file and
// the place in it.
func readData(dir string) ([]item, string, error) {
	path := filepath.Join(dir, dataFile)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, "", fmt.Errorf("reading GTA: %s is missing: name the folder that holds GTA's dataset.json", path)
	case err != nil:
		return nil, "", fmt.Errorf("reading GTA: %w", err)
	case info.Size() > maxDataBytes:
		return nil, "", fmt.Errorf("reading GTA: %s has %d bytes, more than the %d allowed", path, info.Size(), maxDataBytes)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, "", fmt.Errorf("reading GTA: %w", err)
	}
	items, err := decode(data)
	if err != nil {
		return nil, "", fmt.Errorf("reading GTA: %s: %w", path, err)
	}
	sum := sha256.Sum256(data)
	return items, hex.EncodeToString(sum[:]), nil
}
