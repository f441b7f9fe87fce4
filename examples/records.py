"""Canonical records for the checks beside it, and what a text must show of them."""
import json
import sys
from pathlib import Path


def read(dataset):
    """The records of a dataset folder, by id."""
    with open(Path(dataset) / "records.jsonl", encoding="utf-8") as lines:
        return {record["id"]: record for record in map(json.loads, lines)}


def side(export):
    """The lines of an export's side file: ids, files and lines in order."""
    with open(Path(export) / "side.jsonl", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def calls(record):
    """Every call as (name, arguments), in order."""
    return [
        (call["function"]["name"], call["function"]["arguments"])
        for message in record["messages"]
        for call in message.get("tool_calls") or []
    ]


def json_calls(text):
    """The calls between <tool_call> tags of a rendered conversation, in order."""
    found = []
    for part in text.split("<tool_call>\n")[1:]:
        call = json.loads(part.split("\n</tool_call>")[0])
        found.append((call["name"], call["arguments"]))
    return found


def shown_calls(text):
    """json_calls without those of a prompt that explains the tags."""
    _, _, conversation = text.partition("<|im_end|>")
    return json_calls(conversation)


def results_missing(text, record):
    """Results of a record that a text does not hold word for word."""
    return [m["content"] for m in record["messages"] if m["role"] == "tool" and m["content"] not in text]


def finish(what, checked, faults):
    """Prints the outcome and ends with exit code 1 where there are faults."""
    for fault in faults[:5]:
        print("FAULT", fault)
    print(f"{what}: {checked} records checked, {len(faults)} faults")
    sys.exit(1 if faults or not checked else 0)
