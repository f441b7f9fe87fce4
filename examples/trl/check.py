"""Loads a trl export with its own load.py, renders it with a chat template of TRL,
lets TRL's SFTTrainer prepare it, the loss on the assistant's turns alone, and trains a
tiny random model for one step.

usage: check.py EXPORT DATASET TOKENIZER
"""
import importlib.util
import sys
import tempfile
from pathlib import Path

import trl
from transformers import AutoTokenizer, Qwen3Config, Qwen3ForCausalLM

sys.path.insert(0, str(Path(__file__).parent.parent))
import records

export, dataset, tokenizer_folder = sys.argv[1:]
spec = importlib.util.spec_from_file_location("load", Path(export) / "load.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
data = module.load()

template = (Path(trl.__file__).parent / "chat_templates" / "qwen3.jinja").read_text(encoding="utf-8")
tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder)
tokenizer.chat_template = template

import json

wanted, faults, checked = records.read(dataset), [], 0
for split in data.values():
    for row in split:
        checked += 1
        record = wanted[row["id"]]
        text = tokenizer.apply_chat_template(row["messages"], tools=json.loads(row["tools"]), tokenize=False)
        if records.shown_calls(text) != records.calls(record):
            faults.append(f"{row['id']}: calls {records.shown_calls(text)}")
        for result in records.results_missing(text, record):
            faults.append(f"{row['id']}: the result {result} is missing")
        if json.loads(row["tools"]) != [{"type": "function", "function": {k: t["function"][k] for k in ("name", "description", "parameters")}} for t in record["tools"]]:
            faults.append(f"{row['id']}: tools")

model = Qwen3ForCausalLM(Qwen3Config(vocab_size=len(tokenizer), hidden_size=32, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2, head_dim=16))
shortest = sorted(range(len(data["train"])), key=lambda i: len(wanted[data["train"][i]["id"]]["messages"]))[:4]
few = data["train"].select(shortest)
with tempfile.TemporaryDirectory() as out:
    config = trl.SFTConfig(output_dir=out, max_steps=1, per_device_train_batch_size=1, max_length=4096, assistant_only_loss=True, report_to=[], use_cpu=True, bf16=False, save_strategy="no")
    trainer = trl.SFTTrainer(model=model, args=config, train_dataset=few, processing_class=tokenizer)
    example = trainer.train_dataset[0]
    trained = tokenizer.decode([t for t in example["labels"] if t >= 0])
    loss = trainer.train().training_loss
record = wanted[few[0]["id"]]
if records.json_calls(trained) != records.calls(record) or records.results_missing(trained, record) != [m["content"] for m in record["messages"] if m["role"] == "tool"]:
    faults.append(f"the loss of record {record['id']} counts: {trained}")
print(f"one step of training: loss {loss:.3f}")
records.finish("trl", checked, faults)
