"""Validates an openai or openai-dpo export against the types of OpenAI's own client.

usage: check.py EXPORT
"""
import json
import sys
from pathlib import Path

from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam
from pydantic import TypeAdapter

sys.path.insert(0, str(Path(__file__).parent.parent))
import records

messages = TypeAdapter(list[ChatCompletionMessageParam])
tools = TypeAdapter(list[ChatCompletionToolParam])


def check_conversation(document, outputs=()):
    conversation = document["messages"] + list(outputs)
    # The mask of fine-tuning files is not part of the chat types.
    plain = [{k: v for k, v in m.items() if k != "weight"} for m in conversation]
    messages.validate_python(plain, strict=True)
    tools.validate_python(document.get("tools", []), strict=True)
    waiting = []
    for m in conversation:
        if m["role"] == "tool":
            assert m["tool_call_id"] == waiting.pop(0), "a result out of its place"
            continue
        assert not waiting, "a call without a result"
        for call in m.get("tool_calls", []):
            json.loads(call["function"]["arguments"])
            waiting.append(call["id"])


checked, faults = 0, []
for path in sorted(Path(sys.argv[1]).glob("*.jsonl")):
    if path.name == "side.jsonl":
        continue
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        checked += 1
        try:
            document = json.loads(line)
            if "input" in document:
                assert set(document) == {"input", "preferred_output", "non_preferred_output"}
                for output in ("preferred_output", "non_preferred_output"):
                    assert len(document[output]) == 1 and document[output][0]["role"] == "assistant"
                    messages.validate_python(document[output], strict=True)
                check_conversation(document["input"])
                assert document["preferred_output"] != document["non_preferred_output"]
            else:
                assert set(document) <= {"messages", "tools", "parallel_tool_calls"}
                check_conversation(document)
        except Exception as error:
            faults.append(f"{path}:{number}: {error}")
records.finish("openai", checked, faults)
