package export

import (
	"encoding/json"
	"fmt"
	"strings"
)

// What stands beside the data: the configuration that each trainer wants, or the
// lines that load it.

func openaiBeside(*Exporter, *Set) []Attachment { return nil }

func dpoBeside(*Exporter, *Set) []Attachment { return nil }

func buttonBeside(*Exporter, *Set) []Attachment { return nil }

func hermesBeside(*Exporter, *Set) []Attachment { return nil }

func xlamBeside(*Exporter, *Set) []Attachment { return nil }

// filesOf lists the data files for Python: {"train": "train.jsonl"}.
func (s *Set) filesOf() string {
	var parts []string
	for _, file := range s.Files {
		name := map[string]string{Train: "train", Valid: "validation"}[file.Split]
		parts = append(parts, fmt.Sprintf("%q: str(here / %q)", name, file.Name))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func trlBeside(e *Exporter, s *Set) []Attachment {
	columns := `"messages": List(Json())`
	if e.Options.Loss == LossLast {
		columns = `"prompt": List(Json()), "completion": List(Json())`
	}
	return []Attachment{{"load.py", fmt.Sprintf(`"""Loads the files beside it for TRL's SFTTrainer: load()["train"].

Messages are read as JSON, not as typed columns: typed ones would give every call the
arguments of all functions, as nulls, and templates print them. Needs datasets 4.7 or
later.
"""
from pathlib import Path

from datasets import Features, Json, List, Value, load_dataset


def load():
    here = Path(__file__).parent
    features = Features({"id": Value("string"), %s, "tools": Value("string")})
    return load_dataset("json", data_files=%s, features=features)


if __name__ == "__main__":
    print(load())
`, columns, s.filesOf())}}
}

func unslothBeside(e *Exporter, s *Set) []Attachment {
	return []Attachment{{"load.py", fmt.Sprintf(`"""Loads the files beside it: rendered text of the %s template and the spans of it
that the loss counts, as offsets of characters.

mask(example, tokenizer) gives input_ids and labels by these spans; the text has the
template's special tokens already. Do not also mask by markers: in several families
that trains on tool results.
"""
from pathlib import Path

from datasets import load_dataset


def load():
    here = Path(__file__).parent
    return load_dataset("json", data_files=%s)


def mask(example, tokenizer):
    encoded = tokenizer(example["text"], add_special_tokens=False, return_offsets_mapping=True)
    offsets = encoded.pop("offset_mapping")
    spans = example["spans"]
    encoded["labels"] = [
        token if any(start <= a and b <= end and a < b for start, end in spans) else -100
        for token, (a, b) in zip(encoded["input_ids"], offsets)
    ]
    return encoded


if __name__ == "__main__":
    print(load())
`, e.Options.Template, s.filesOf())}}
}

func parquetBeside(*Exporter, *Set) []Attachment { return nil }

// llamaFactoryInfo is an entry of dataset_info.json.
type llamaFactoryInfo struct {
	FileName   string            `json:"file_name"`
	Formatting string            `json:"formatting"`
	Columns    map[string]string `json:"columns"`
	Tags       map[string]string `json:"tags"`
}

func llamaFactoryBeside(e *Exporter, s *Set) []Attachment {
	info := llamaFactoryInfo{Formatting: "sharegpt",
		Columns: map[string]string{"messages": "conversations", "system": "system", "tools": "tools"},
		Tags: map[string]string{"role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt",
			"observation_tag": "observation", "function_tag": "function_call", "system_tag": "system"}}
	if e.Format.Name == "llamafactory-openai" {
		info.Formatting, info.Columns = "openai", map[string]string{"messages": "messages", "tools": "tools"}
		info.Tags = map[string]string{"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant",
			"observation_tag": "tool", "function_tag": "function", "system_tag": "system"}
	}
	entries, names := map[string]llamaFactoryInfo{}, map[string]string{}
	for _, file := range s.Files {
		name := s.Name
		if file.Split == Valid {
			name += "_valid"
		}
		info.FileName = file.Name
		entries[name], names[file.Split] = info, name
	}
	text, err := json.MarshalIndent(entries, "", "  ")
	if err != nil {
		text = []byte("{}") // strings and maps of strings always encode
	}
	train := "# The part of a LLaMA-Factory training file that belongs to this data. dataset_dir is\n# this folder; name your model and its template.\n" +
		"stage: sft\ndo_train: true\ndataset_dir: .\ndataset: " + names[Train] + "\n"
	if valid := names[Valid]; valid != "" {
		train += "eval_dataset: " + valid + "\n"
	}
	train += "template: qwen3\ncutoff_len: 8192\n"
	if e.Options.Loss == LossLast {
		train += "mask_history: true  # the loss counts the last message alone\n"
	}
	return []Attachment{{"dataset_info.json", string(text) + "\n"}, {"train.yaml", train}}
}

func axolotlBeside(e *Exporter, s *Set) []Attachment {
	var text strings.Builder
	text.WriteString("# The part of an Axolotl training file that belongs to this data. Paths are relative to\n# where Axolotl runs; name your model.\n")
	for _, file := range s.Files {
		fmt.Fprintf(&text, "%s:\n  - path: %s\n    ds_type: json\n    type: chat_template\n    field_messages: messages\n    field_tools: tools\n"+
			"    message_property_mappings:\n      role: role\n      content: content\n    roles_to_train: [assistant]\n    message_field_training: train\n    train_on_eos: turn\n",
			map[string]string{Train: "datasets", Valid: "test_datasets"}[file.Split], file.Name)
		if e.Options.Thought == ThoughtInline {
			text.WriteString("    split_thinking: true\n")
		}
		if file.Split == Valid {
			text.WriteString("    split: train\n")
		}
	}
	text.WriteString("chat_template: tokenizer_default\nsequence_len: 8192\n")
	return []Attachment{{"axolotl.yaml", text.String()}}
}

func swiftBeside(e *Exporter, s *Set) []Attachment {
	text := "# The part of an ms-swift training file that belongs to this data: swift sft --config FILE\n# with your model. agent_template says how calls are written; hermes is Qwen's way.\n" +
		"dataset:\n  - " + s.File(Train) + "\n"
	if valid := s.File(Valid); valid != "" {
		text += "val_dataset:\n  - " + valid + "\n"
	}
	text += "agent_template: hermes\nloss_scale: default\nmax_length: 8192\n"
	return []Attachment{{"swift.yaml", text}}
}

func verlBeside(_ *Exporter, s *Set) []Attachment {
	text := "# The part of verl's supervised training that belongs to this data, as overrides of its\n# command line or a file of your own.\ndata:\n  train_files: " + s.File(Train) + "\n"
	if valid := s.File(Valid); valid != "" {
		text += "  val_files: " + valid + "\n"
	}
	text += "  messages_key: messages\n  max_length: 8192\n  truncation: error\n"
	return []Attachment{{"verl.yaml", text}}
}
