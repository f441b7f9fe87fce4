"""Compares the text of an unsloth-text export with what transformers renders from the
records with the model's own chat template, byte for byte, and tokenizes it with the
export's mask().

usage: check.py EXPORT DATASET TOKENIZER TEMPLATE_FILE
"""
import importlib.util
import sys
from pathlib import Path

from transformers import AutoTokenizer

sys.path.insert(0, str(Path(__file__).parent.parent))
import records

export, dataset, tokenizer_folder, template_file = sys.argv[1:]
spec = importlib.util.spec_from_file_location("load", Path(export) / "load.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder)
tokenizer.chat_template = Path(template_file).read_text(encoding="utf-8")

wanted, faults, checked = records.read(dataset), [], 0
for split in module.load().values():
    for row in split:
        checked += 1
        record = wanted[row["id"]]
        tools = [{"type": "function", "function": {k: t["function"][k] for k in ("name", "description", "parameters")}} for t in record["tools"]]
        text = tokenizer.apply_chat_template(record["messages"], tools=tools, tokenize=False)
        if text != row["text"]:
            at = next((i for i, (a, b) in enumerate(zip(text, row["text"])) if a != b), min(len(text), len(row["text"])))
            faults.append(f"{row['id']}: the text differs at {at}: {text[at:at+80]!r}, have {row['text'][at:at+80]!r}")
        encoded = module.mask(row, tokenizer)
        trained = tokenizer.decode([t for t in encoded["labels"] if t >= 0])
        spans = "".join(row["text"][a:b] for a, b in row["spans"])
        if trained != spans or records.json_calls(trained) != records.calls(record):
            faults.append(f"{row['id']}: the loss counts {trained!r}, the spans say {spans!r}")
records.finish("unsloth-text", checked, faults)
