"""Check that a run accounts for every task and every answer.

Usage: account.py RUN TASKS

Every one of TASKS tasks must have one last row; a row is pass or fail with all
its answers kept, or has no verdict and says why. Prints one line, and exits 1
if something is missing.
"""

import collections
import json
import pathlib
import sys


def complaints(row):
    outcome, exchanges = row["outcome"], row.get("transcript") or []
    unanswered = [e for e in exchanges if not e.get("response")]
    if outcome not in ("pass", "fail", "no_verdict"):
        yield f"unknown outcome {outcome!r}"
    if outcome == "no_verdict" and not (row.get("error") or {}).get("class"):
        yield "no verdict, and no reason"
    if outcome != "no_verdict" and (unanswered or not exchanges):
        yield f"{outcome} with {len(unanswered)} of {len(exchanges)} answers missing"


def kind(exchange):
    """What one answer was: what was read out of its text, or a call of the server's own."""
    response = exchange.get("response")
    if not response:
        return "no answer"
    if exchange.get("reading"):
        return exchange["reading"]["outcome"]
    choices = response.get("choices") if isinstance(response, dict) else None
    message = choices[0].get("message", {}) if choices else {}
    return "native call" if message.get("tool_calls") else "text"


def main():
    run, tasks = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    last = {}
    for line in (run / "rows.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        last[row["task"], row["repeat"]] = row
    outcomes = collections.Counter(row["outcome"] for row in last.values())
    answers = collections.Counter()
    reasons = collections.Counter()
    wrong = []
    for (task, _), row in last.items():
        wrong += [f"{task}: {text}" for text in complaints(row)]
        if row["outcome"] == "no_verdict":
            reasons[row["error"]["class"]] += 1
        for exchange in row.get("transcript") or []:
            answers[kind(exchange)] += 1
    if len(last) != tasks or sum(outcomes.values()) != tasks:
        wrong.append(f"{len(last)} tasks with a row, {tasks} were asked for")
    print(f"{run.name}: {tasks} tasks =", " + ".join(f"{outcomes[name]} {name}" for name in ("pass", "fail", "no_verdict")),
          f"(reasons {dict(reasons)}; answers {dict(answers)})")
    for text in wrong:
        print(f"  {text}", file=sys.stderr)
    return 1 if wrong else 0


sys.exit(main())
