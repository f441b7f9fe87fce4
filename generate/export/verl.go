package export

import (
	"fmt"

	"github.com/buttonbench/button"
)

// verl's supervised training reads messages from Parquet, renders each by itself
// and compares with the whole. Nested tools and arguments would get each other's
// members as nulls, and templates that join the results of a turn fail the
// comparison; so this is Hermes' text, with the results in a user's message.
type verlRow struct {
	ID       string        `parquet:"id"`
	Messages []verlMessage `parquet:"messages,list"`
}

type verlMessage struct {
	Role    string `parquet:"role"`
	Content string `parquet:"content"`
}

func verlFormat() Format {
	format := hermesFormat()
	format.Name, format.For, format.Parquet = "verl-sft", "verl's multi-turn supervised training", true
	format.rows = func() rowCodec { return rowsOf[verlRow]{} }
	format.encode, format.decode, format.beside = encodeVerl, decodeVerl, verlBeside
	return format
}

// verlRoles are the roles of Hermes' turns.
func verlRoles() map[string]string {
	return map[string]string{"system": button.RoleSystem, "human": button.RoleUser, "gpt": button.RoleAssistant, "tool": button.RoleUser}
}

func encodeVerl(e *Exporter, r *button.Record) (Example, error) {
	turns, err := e.hermesTurns(r)
	if err != nil {
		return Example{}, err
	}
	row, size, roles := verlRow{ID: r.ID}, 64, verlRoles()
	for _, t := range turns {
		row.Messages = append(row.Messages, verlMessage{roles[t.from], t.value})
		size += len(t.value) + 32
	}
	return Example{row: row, size: size}, nil
}

func decodeVerl(e *Exporter, example Example) (*button.Record, error) {
	row := example.row.(verlRow)
	r := &button.Record{ID: row.ID}
	var turns []turn
	waiting := false // the assistant's last turn had calls
	for i, m := range row.Messages {
		from := ""
		switch {
		case m.Role == button.RoleUser && waiting:
			from = "tool"
		default:
			for turn, role := range verlRoles() {
				if role == m.Role && turn != "tool" {
					from = turn
				}
			}
		}
		if from == "" {
			return nil, fmt.Errorf("message %d has the role %q", i, m.Role)
		}
		turns = append(turns, turn{from, m.Content})
		waiting = from == "gpt" && len(between(m.Content, "<tool_call>\n", "\n</tool_call>")) > 0
	}
	return r, e.readHermes(r, turns)
}
