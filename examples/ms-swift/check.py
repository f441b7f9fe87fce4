"""Loads an ms-swift export with ms-swift's own data set code and template and compares
what it would train on with the records.

usage: check.py EXPORT DATASET TOKENIZER
"""
import sys
from pathlib import Path

from swift.dataset import load_dataset
from swift.model import get_processor
from swift.template import get_template

sys.path.insert(0, str(Path(__file__).parent.parent))
import records

export, dataset, tokenizer_folder = sys.argv[1:]
tokenizer = get_processor(tokenizer_folder, model_type="qwen3")
template = get_template(tokenizer, template_type="qwen3", agent_template="hermes", max_length=100000)
template.set_mode("train")

wanted, ids, faults, checked = records.read(dataset), {}, [], 0
for line in records.side(export):
    ids.setdefault(line["file"], []).append(line["id"])
for name, order in ids.items():
    data, _ = load_dataset([str(Path(export) / name)], split_dataset_ratio=0.0, shuffle=False)
    if len(data) != len(order):
        faults.append(f"{name}: {len(data)} of {len(order)} records came through")
    for id, row in zip(order, data):
        checked += 1
        record = wanted[id]
        encoded = template.encode(row)
        text = tokenizer.decode(encoded["input_ids"])
        trained = tokenizer.decode([t for t in encoded["labels"] if t >= 0])
        if records.json_calls(trained) != records.calls(record):
            faults.append(f"{id}: calls {trained!r}")
        for result in records.results_missing(text, record):
            faults.append(f"{id}: the result {result} is missing")
        for message in record["messages"]:
            if message["role"] == "assistant" and message["content"] not in trained:
                faults.append(f"{id}: the answer {message['content']!r} is not trained on")
records.finish("ms-swift", checked, faults)
