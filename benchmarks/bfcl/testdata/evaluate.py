"""Executes and judges conversations with the official evaluator's package.

Reads lines {"entry": question, "truth": turns, "model": name, "calls": turns of
steps of call texts}; writes for each {"results": turns of steps of texts, "valid",
"error_type"}, or {"late": true} when it takes more than three seconds. What the
evaluator keeps for the whole process is set back before each conversation.
"""

import copy
import json
import signal
import sys

sys.path.insert(0, sys.argv[1])

import bfcl_eval.eval_checker.multi_turn_eval.func_source_code.long_context as constants
import bfcl_eval.eval_checker.multi_turn_eval.multi_turn_checker as checker
import bfcl_eval.eval_checker.multi_turn_eval.multi_turn_utils as executor
from bfcl_eval.eval_checker.multi_turn_eval.func_source_code.posting_api import TwitterAPI

SHARED = ["CREDIT_CARD_EXTENSION", "BOOKING_RECORD_EXTENSION", "LONG_WEATHER_EXTENSION"]
FRESH = {name: copy.deepcopy(getattr(constants, name)) for name in SHARED}


class Late(BaseException):
    pass


def late(*_):
    raise Late


def set_back():
    for name, value in FRESH.items():
        shared = getattr(constants, name)
        shared.clear()
        shared.update(copy.deepcopy(value))
    for default in TwitterAPI.post_tweet.__defaults__:
        if isinstance(default, list):
            default.clear()
    for name in [name for name in vars(executor) if name.endswith("_instance")]:
        delattr(executor, name)


def run(case):
    entry, model, calls = case["entry"], case["model"], case["calls"]
    category = entry["id"].rsplit("_", 1)[0]

    def execute(step):
        texts, _ = executor.execute_multi_turn_func_call(
            step, entry["initial_config"], entry["involved_classes"], model, entry["id"], "long_context" in category
        )
        return texts

    set_back()
    results = [[execute(step) for step in turn] for turn in calls]
    set_back()
    verdict = checker.multi_turn_checker(calls, case["truth"], entry, category, model)
    return {"results": results, "valid": verdict["valid"], "error_type": verdict.get("error_type") or ""}


signal.signal(signal.SIGALRM, late)
for line in sys.stdin:
    try:
        signal.setitimer(signal.ITIMER_REAL, 3)
        answer = run(json.loads(line))
    except (Late, Exception):
        answer = {"late": True}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    print(json.dumps(answer), flush=True)
