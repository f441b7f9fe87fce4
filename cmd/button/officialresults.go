package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/benchmarks/bfcl"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/openai"
	"github.com/buttonbench/button/internal/runstore"
	"github.com/buttonbench/button/internal/textcalls"
)

// writeOfficial writes the first attempts of a finished BFCL run as upstream's result
// files, so that its own scripts can go on with them.
func (p *process) writeOfficial(suite *benchmarks.Suite, label, runDir, dir string) error {
	rows, err := latestRows(runDir)
	if err != nil {
		return err
	}
	files := map[string]*bytes.Buffer{}
	lost := 0
	for _, task := range suite.Tasks {
		row := rows[task.ID()]
		if row == nil {
			continue
		}
		line, err := bfcl.ResultOf(task, row, recordedReply)
		if err != nil {
			if lost++; lost == 1 {
				p.warn("leaving a result out of %s: %v", dir, err)
			}
			continue
		}
		text, err := line.JSON(float64(row.LatencyMS) / 1000 / float64(max(1, row.Requests)))
		if err != nil {
			return err
		}
		if files[line.File] == nil {
			files[line.File] = &bytes.Buffer{}
		}
		files[line.File].WriteString(text + "\n")
	}
	if lost > 1 {
		p.warn("%d results were left out of %s", lost, dir)
	}
	for name, content := range files {
		path := filepath.Join(dir, bfcl.ModelFolder(label), filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := runstore.WriteAtomic(runstore.OS{}, path, content.Bytes()); err != nil {
			return fmt.Errorf("writing results for upstream: %w", err)
		}
	}
	return nil
}

// latestRows are the first attempts of a run by task; a verdict counts before none.
func latestRows(dir string) (map[string]*eval.Row, error) {
	reader, _, err := runstore.ReadRun(runstore.OS{}, dir)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	rows := map[string]*eval.Row{}
	for line, err := range reader.Rows() {
		if err != nil {
			return nil, err
		}
		var row eval.Row
		if err := json.Unmarshal(line.Data, &row); err != nil {
			return nil, fmt.Errorf("reading the row of task %s: %w", line.Task, err)
		}
		if known := rows[row.Task]; row.Repeat == 0 && (known == nil || known.Outcome == eval.OutcomeNoVerdict) {
			rows[row.Task] = &row
		}
	}
	return rows, nil
}

// recordedReply reads an answer as it was read when it came.
func recordedReply(exchange eval.Exchange, request *llm.Request) (*llm.Reply, error) {
	reply, err := openai.Decode(http.StatusOK, nil, exchange.Response)
	if err != nil || exchange.Reading == nil || len(reply.Calls) > 0 {
		return reply, err
	}
	return textcalls.Read(reply, request.Tools, exchange.Reading.Dialect), nil
}
