"""Loads a verl-sft export with verl's own MultiTurnSFTDataset, whose check that single
messages and the whole conversation give the same tokens stays on.

usage: check.py EXPORT DATASET TOKENIZER TEMPLATE_FILE
"""
import sys
from pathlib import Path

from transformers import AutoTokenizer
from verl.utils.dataset.multiturn_sft_dataset import MultiTurnSFTDataset

sys.path.insert(0, str(Path(__file__).parent.parent))
import records

export, dataset, tokenizer_folder, template_file = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder)
tokenizer.chat_template = Path(template_file).read_text(encoding="utf-8")

wanted, ids, faults, checked = records.read(dataset), {}, [], 0
for line in records.side(export):
    ids.setdefault(line["file"], []).append(line["id"])
for name, order in ids.items():
    data = MultiTurnSFTDataset([str(Path(export) / name)], tokenizer, {"max_length": 100000, "pad_mode": "no_padding"})
    for id, index in zip(order, range(len(data))):
        checked += 1
        record = wanted[id]
        try:
            row = data[index]
        except Exception as error:
            faults.append(f"{id}: {str(error)[:300]}")
            continue
        trained = tokenizer.decode(row["input_ids"][row["loss_mask"] == 1])
        if records.json_calls(trained) != records.calls(record):
            faults.append(f"{id}: calls {trained!r}")
records.finish("verl", checked, faults)
