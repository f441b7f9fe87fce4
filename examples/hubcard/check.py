"""Checks a dataset's card against the Hugging Face hub's own reader, offline.

    python -m venv hub && hub/bin/pip install huggingface_hub datasets
    button stats DIR --card && hub/bin/python examples/hubcard/check.py DIR

It parses the YAML head, compares it with the fields that the hub knows, and loads the
first records with `datasets` by what the head says of the files.
"""

import inspect
import os
import shutil
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"

from huggingface_hub import DatasetCard, DatasetCardData  # noqa: E402

RECORDS = 2000


def main(folder: str) -> int:
    card = DatasetCard.load(os.path.join(folder, "card.md"))
    known = set(inspect.signature(DatasetCardData.__init__).parameters) | {"configs", "tags"}  # these two go by keyword
    fields = card.data.to_dict()
    unknown = sorted(set(fields) - known)
    if unknown:
        print("fields that the hub does not know:", ", ".join(unknown))
        return 1
    print("fields:", ", ".join(sorted(fields)))
    missing = [name for name in figures(card.text) if not os.path.exists(os.path.join(folder, name))]
    if missing:
        print("figures that are not there:", ", ".join(missing))
        return 1

    import datasets

    with tempfile.TemporaryDirectory() as home:
        shutil.copy(os.path.join(folder, "card.md"), os.path.join(home, "README.md"))
        with open(os.path.join(folder, "records.jsonl")) as source, open(os.path.join(home, "records.jsonl"), "w") as copy:
            for _, line in zip(range(RECORDS), source):
                copy.write(line)
        loaded = datasets.load_dataset(home, split="train", cache_dir=os.path.join(home, "cache"))
        print(f"datasets {datasets.__version__} loads {loaded.num_rows} records: {', '.join(loaded.features)}")
    return 0


def figures(text: str) -> list[str]:
    return [part.split(")")[0] for part in text.split("](figures/")[1:] for part in ["figures/" + part]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
