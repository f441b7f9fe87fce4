"""Tell, stage by stage, what became of the real model's replies, and check the sums.

Usage: stages.py RELAY_LOG SERVER_LOG DATASETS

DATASETS is a folder with one dataset for each run that the relay knows by its
model; a run without one, which was broken off, has its requests counted only.
Exits 1 if a manifest and the relay disagree about requests or tokens, if the
server counted other requests than the relay, or, unless RUNS in the environment
says that these are not all runs, if a stage was never reached.
"""

import collections
import json
import os
import pathlib
import sys

NO_JSON = {"truncated", "filtered", "empty", "prose_around", "bad_json"}
STAGES = ["extract_scenarios", "invent_scenarios", "expand_scenario", "atomic_task", "compose_sequential", "compose_parallel",
          "check_composition", "functions", "distractor", "user", "assistant", "tool", "judge", "task_in_one_step",
          "trajectory_in_one_reply", "hybrid_request", "hybrid_thought", "hybrid_answer", "solve"]


def read(path):
    """Returns the answered requests, each with the rules that its answer broke."""
    answered, refused = {}, {}
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if "refused" in entry:
            refused[entry["refused"]] = entry
        else:
            answered[entry["number"]] = entry
    for number, entry in answered.items():
        entry["rules"] = refused.get(number, {}).get("rules", [])
    return list(answered.values())


def table(entries):
    """Prints the replies of the real model, and returns the stages without any. A
    solver's reply is no JSON: it has calls or none."""
    print(f"{'stage':24} {'asked':>5} {'json':>5} {'form':>5} {'used':>5} {'tokens in':>9} {'out':>5} {'s':>6}  rules broken")
    missing = []
    for stage in STAGES:
        mine = [e for e in entries if e["stage"] == stage]
        if not mine:
            missing.append(stage)
            continue
        firsts = [(e["rules"] or [None])[0] for e in mine]
        broken = collections.Counter(rule for rule in firsts if rule)
        no_json = sum(n for rule, n in broken.items() if rule in NO_JSON)
        counts = [len(mine), len(mine) - no_json, len(mine) - no_json - broken["schema"], firsts.count(None)]
        if stage == "solve":
            counts[1:] = ["", "", sum(1 for e in mine if e.get("calls"))]
        tokens = [sum(e.get("usage", {}).get(name, 0) for e in mine) for name in ("prompt_tokens", "completion_tokens")]
        rules = ", ".join(f"{rule} {n}" for rule, n in broken.most_common())
        print(f"{stage:24} " + " ".join(f"{each:>5}" for each in counts) + f" {tokens[0]:>9} {tokens[1]:>5} {sum(e['seconds'] for e in mine):>6.0f}  {rules}")
    return missing


def asked(manifest):
    """The ledgers of a manifest: stage -> requests, tokens in, tokens out."""
    total = collections.Counter()
    for ledger in ("asked", "scenario_pool_asked"):
        for stage, count in ((manifest["facts"].get(ledger) or {}).get("stages") or {}).items():
            for name in ("requests", "prompt_tokens", "completion_tokens"):
                total[stage, name] += count[name]
    return +total


def relayed(entries):
    total = collections.Counter()
    for entry in entries:
        if entry["status"] == 200:
            total[entry["stage"], "requests"] += 1
            for name in ("prompt_tokens", "completion_tokens"):
                total[entry["stage"], name] += entry.get("usage", {}).get(name, 0)
    return +total


def main():
    log, server_log, datasets = map(pathlib.Path, sys.argv[1:])
    entries = read(log)
    missing = table([e for e in entries if e["real"] and e["run"] != "alone"])
    wrong = [] if os.environ.get("RUNS") else [f"the real model was never asked for {stage}" for stage in missing]
    wrong += [f"{e['run']}, {e['stage']}: HTTP {e['status']}: {e.get('body')}" for e in entries if e["status"] != 200]
    runs = collections.defaultdict(list)
    for entry in entries:
        runs[entry["run"].removesuffix("-judge")].append(entry)
    print()
    for run, mine in sorted(runs.items()):
        told = f"{run}: {len(mine)} requests, {sum(e['real'] for e in mine)} of them to the real model"
        path = datasets / run / "manifest.json"
        if not path.exists():
            print(told + "; no dataset")
            continue
        manifest = json.loads(path.read_text(encoding="utf-8"))
        have, want = asked(manifest), relayed(mine)
        same = "as in the manifest" if have == want else "NOT as in the manifest"
        wrong += [f"{run}, {key}: the manifest says {have[key]}, the relay {want[key]}" for key in sorted(have | want) if have[key] != want[key]]
        rejects = collections.Counter()
        for line in (datasets / run / "rejects.jsonl").read_text(encoding="utf-8").splitlines():
            reject = json.loads(line)
            rejects[f"{reject['stage']}: {reject['rule']}"] += 1
        print(f"{told}, {same}; {manifest['facts']['accepted']} of {manifest['facts']['candidates']} candidates accepted; rejects {dict(rejects)}")
    served = sum("launch_slot_" in line for line in server_log.read_text(encoding="utf-8", errors="replace").splitlines())
    real = sum(e["real"] for e in entries)
    print(f"the server began {served} requests, the relay sent it {real}")
    if served != real:
        wrong.append("the server and the relay counted differently")
    for text in wrong:
        print(f"  {text}", file=sys.stderr)
    return 1 if wrong else 0


sys.exit(main())
