"""Reads a parquet export with pyarrow, pandas and the datasets library and compares
every value with the records.

usage: check.py EXPORT DATASET
"""
import json
import sys
from pathlib import Path

import pandas
import pyarrow.parquet
from datasets import load_dataset

sys.path.insert(0, str(Path(__file__).parent.parent))
import records

wanted, faults, checked = records.read(sys.argv[2]), [], 0
for path in sorted(Path(sys.argv[1]).glob("*.parquet")):
    table = pyarrow.parquet.read_table(path)
    rows = table.to_pylist()
    frame = pandas.read_parquet(path)
    loaded = load_dataset("parquet", data_files=str(path), split="train")
    if not len(rows) == len(frame) == len(loaded):
        faults.append(f"{path}: {len(rows)}, {len(frame)} and {len(loaded)} rows")
    for row, other in zip(rows, loaded):
        checked += 1
        record = wanted[row["id"]]
        if row != other:
            faults.append(f"{row['id']}: pyarrow and datasets differ")
        if json.loads(row["tools"]) != record["tools"] or row["parallel_tool_calls"] != record["parallel_tool_calls"]:
            faults.append(f"{row['id']}: tools")
        for have, want in zip(row["messages"], record["messages"], strict=True):
            for name in ("role", "content", "reasoning_content", "tool_call_id", "name"):
                if have[name] != want.get(name):
                    faults.append(f"{row['id']}: {name}: {have[name]!r} instead of {want.get(name)!r}")
            read = [(c["id"], c["function"]["name"], json.loads(c["function"]["arguments"])) for c in have["tool_calls"]]
            if read != [(c["id"], c["function"]["name"], c["function"]["arguments"]) for c in want.get("tool_calls") or []]:
                faults.append(f"{row['id']}: calls {read}")
records.finish("parquet", checked, faults)
