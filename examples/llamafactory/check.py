"""Loads a llamafactory or llamafactory-openai export with LLaMA-Factory's own loader,
converter and template, and looks for every call and result in what it would train on.

usage: check.py EXPORT DATASET TOKENIZER [TEMPLATE]
"""
import json
import sys
import tempfile
from pathlib import Path

from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
from llamafactory.hparams import get_train_args
from llamafactory.model import load_tokenizer

sys.path.insert(0, str(Path(__file__).parent.parent))
import records

export, dataset, tokenizer_folder = sys.argv[1:4]
template_name = sys.argv[4] if len(sys.argv) > 4 else "qwen3"
names = list(json.loads((Path(export) / "dataset_info.json").read_text()))
wanted, ids, faults, checked = records.read(dataset), {}, [], 0
for line in records.side(export):
    ids.setdefault(line["file"], []).append(line["id"])

for name in names:
    with tempfile.TemporaryDirectory() as out:
        model_args, data_args, training_args, _, _ = get_train_args(dict(
            model_name_or_path=tokenizer_folder, stage="sft", do_train=True, finetuning_type="lora", template=template_name, dataset_dir=export,
            dataset=name, cutoff_len=100000, output_dir=out, overwrite_cache=True, report_to="none", use_cpu=True))
        tokenizer = load_tokenizer(model_args)["tokenizer"]
        template = get_template_and_fix_tokenizer(tokenizer, data_args)
        loaded = get_dataset(template, model_args, data_args, training_args, stage="sft", tokenizer=tokenizer)["train_dataset"]
        order = ids["valid.jsonl" if name.endswith("_valid") else "train.jsonl"]
        if len(loaded) != len(order):
            faults.append(f"{name}: {len(loaded)} of {len(order)} records came through")
        for id, row in zip(order, loaded):
            checked += 1
            record = wanted[id]
            text = tokenizer.decode(row["input_ids"])
            trained = tokenizer.decode([t for t in row["labels"] if t >= 0])
            if records.json_calls(trained) != records.calls(record):
                faults.append(f"{id}: calls {records.json_calls(trained)}")
            for result in records.results_missing(text, record):
                faults.append(f"{id}: the result {result} is missing")
            for message in record["messages"]:
                if message["role"] == "assistant" and message["content"] not in trained:
                    faults.append(f"{id}: the answer {message['content']!r} is not trained on")
                if message.get("reasoning_content", "") not in trained:
                    faults.append(f"{id}: the thought {message['reasoning_content']!r} is not trained on")
                if message["role"] == "tool" and message["content"] in trained and len(message["content"]) > 20:
                    faults.append(f"{id}: a result is trained on")
records.finish(f"llamafactory {names[0]} {template_name}", checked, faults)
