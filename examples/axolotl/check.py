"""Loads an axolotl export by the options of its axolotl.yaml with Axolotl's own
prompt strategy, and compares what the loss counts with the records.

usage: check.py EXPORT DATASET TOKENIZER TEMPLATE_FILE
"""
import sys
from pathlib import Path

import yaml
from axolotl.prompt_strategies.chat_template import load
from axolotl.utils.dict import DictDefault
from datasets import load_dataset
from transformers import AutoTokenizer

sys.path.insert(0, str(Path(__file__).parent.parent))
import records

export, dataset, tokenizer_folder, template_file = sys.argv[1:]
config = yaml.safe_load((Path(export) / "axolotl.yaml").read_text())
tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder)
tokenizer.chat_template = Path(template_file).read_text(encoding="utf-8")

wanted, faults, checked = records.read(dataset), [], 0
for entry in config["datasets"] + config.get("test_datasets", []):
    cfg = DictDefault({"chat_template": config["chat_template"], "train_on_inputs": False, "sequence_len": 100000})
    strategy = load(tokenizer, cfg, DictDefault(entry))
    data = load_dataset("json", data_files=str(Path(export) / entry["path"]), split="train")
    for row in data:
        checked += 1
        record = wanted[row["id"]]
        encoded = strategy.tokenize_prompt(row)
        text = tokenizer.decode(encoded["input_ids"])
        trained = tokenizer.decode([t for t in encoded["labels"] if t >= 0])
        if records.shown_calls(text) != records.calls(record):
            faults.append(f"{row['id']}: calls {records.shown_calls(text)}")
        if records.json_calls(trained) != records.calls(record):
            faults.append(f"{row['id']}: trained on {trained!r}")
        for result in records.results_missing(text, record):
            faults.append(f"{row['id']}: the result {result} is missing")
        for message in record["messages"]:
            if message["role"] == "assistant" and message["content"] not in trained:
                faults.append(f"{row['id']}: the answer {message['content']!r} is not trained on")
records.finish("axolotl", checked, faults)
