"""Compares button's renderings with real chat templates, byte for byte.

Usage: compare.py BUTTON TEMPLATES RECORDS...

BUTTON is the program, TEMPLATES a folder that fetch.sh filled, RECORDS are files of
records. Every record is rendered by transformers' own Jinja environment from each
template of a family, and by `button render --json`; so are the spans under loss where
TRL ships a training variant that prints the same text. Known differences are listed
with their reason; any other one makes the exit code 1.
"""

import collections
import datetime
import importlib.util
import json
import pathlib
import re
import subprocess
import sys

from transformers.utils import chat_template_utils

# family: its templates, as fetch.sh lays them down
FAMILIES = {
    "qwen2.5": ["trl/qwen2_5", "llama.cpp/Qwen-Qwen2.5-7B-Instruct", "axolotl/qwen_25"],
    "qwen3": ["trl/qwen3", "llama.cpp/Qwen-Qwen3-0.6B", "axolotl/qwen3"],
    "qwen3-2507": ["trl/qwen3_instruct_2507"],
    "qwen3-coder": ["llama.cpp/Qwen3-Coder"],
    "qwen3.5": ["trl/qwen3_5_think", "llama.cpp/Qwen3.5-4B"],
    "qwen3.6": ["trl/qwen3_6"],
    "hermes": ["llama.cpp/NousResearch-Hermes-3-Llama-3.1-8B-tool_use"],
    "llama3": ["trl/llama3"],
    "llama3.1": ["trl/llama3_1", "llama.cpp/meta-llama-Llama-3.1-8B-Instruct", "llama.cpp/meta-llama-Llama-3.3-70B-Instruct"],
    "llama3.2": ["trl/llama3_2", "llama.cpp/meta-llama-Llama-3.2-3B-Instruct"],
    "llama4": ["axolotl/llama4"],
    "llama4-pythonic": ["vllm/tool_chat_template_llama4_pythonic"],
    "mistral-v3": ["axolotl/mistral_v2v3"],
    "mistral-v3-tekken": ["axolotl/mistral_v3_tekken", "llama.cpp/mistralai-Mistral-Nemo-Instruct-2407"],
    "mistral-v11": ["llama.cpp/Mistral-Small-3.2-24B-Instruct-2506"],
    "gemma4": ["trl/gemma4_v5"],
    "phi4-mini": ["vllm/tool_chat_template_phi4_mini"],
    "deepseek-v3": ["trl/deepseekv3", "axolotl/deepseek_v3"],
    "deepseek-v3.1": ["llama.cpp/deepseek-ai-DeepSeek-V3.1"],
    "glm-4.5": ["trl/glm4moe", "llama.cpp/GLM-4.6"],
    "gpt-oss": ["trl/gptoss", "llama.cpp/openai-gpt-oss-120b"],
    "granite3": ["vllm/tool_chat_template_granite"],
    "granite3.3": ["llama.cpp/ibm-granite-granite-3.3-2B-Instruct"],
    "granite4": ["llama.cpp/ibm-granite-granite-4.0"],
}

TRAINING = {
    "qwen2.5": "trl/qwen2_5_training",
    "qwen3": "trl/qwen3_training",
    "qwen3-2507": "trl/qwen3_instruct_2507_training",
    "qwen3.5": "trl/qwen3_5_think_training",
    "qwen3.6": "trl/qwen3_6_training",
    "llama3": "trl/llama3_training",
    "deepseek-v3": "trl/deepseekv3_training",
    "glm-4.5": "trl/glm4moe_training",
    "gpt-oss": "trl/gptoss_training",
}

# Templates that take arguments as a string of JSON.
STRINGS = {"deepseek-v3", "phi4-mini"}

BEGIN = collections.defaultdict(str, {
    "hermes": "<|begin_of_text|>", "llama3": "<|begin_of_text|>", "llama3.1": "<|begin_of_text|>", "llama3.2": "<|begin_of_text|>",
    "llama4": "<|begin_of_text|>", "llama4-pythonic": "<|begin_of_text|>", "mistral-v3": "<s>", "mistral-v3-tekken": "<s>",
    "mistral-v7": "<s>", "mistral-v11": "<s>", "gemma4": "<bos>", "deepseek-v3": "<｜begin▁of▁sentence｜>", "deepseek-v3.1": "<｜begin▁of▁sentence｜>",
})

# What is known to differ: (family, part of the template's name, reason, whether it explains this record).
def no_system(record):
    return record["messages"][0]["role"] != "system"

KNOWN = [
    ("mistral-v11", "", "the model's long default system prompt is left out", no_system),
    ("deepseek-v3", "axolotl/", "Axolotl's copy writes the opening marks in every calling turn, the model's own only in the first",
     lambda r: sum("tool_calls" in m for m in r["messages"]) > 1),
    ("mistral-v7", "", "a mark in a value: the comparison takes the space behind it for the tokenizer's own", lambda r: "[INST] " in json.dumps(r)),
    ("mistral-v7", "", "mistral-common drops members of a function that it does not know",
     lambda r: any(set(t["function"]) - {"name", "description", "parameters"} for t in r["tools"])),
    ("llama4-pythonic", "", "the template's long default system prompt is left out", lambda r: no_system(r) and r["tools"]),
]


class FixedClock:
    """Stands for datetime in transformers: templates ask for today, records say when that is."""

    today = None

    @classmethod
    def now(cls):
        return cls.today


chat_template_utils.datetime = FixedClock


def raw_arguments(line):
    """The source text of every call's arguments, for templates that want a string."""
    texts, decoder, at = [], json.JSONDecoder(), 0
    while (at := line.find('"arguments":', at)) >= 0:
        at += len('"arguments":')
        if line[at] != "{":
            continue
        _, end = decoder.raw_decode(line, at)
        texts.append(line[at:end])
        at = end
    return texts


def messages_of(record, line, strings):
    texts = iter(raw_arguments(line))
    messages = []
    for message in record["messages"]:
        message = {k: v for k, v in message.items() if k != "train"}
        if "tool_calls" in message:
            calls = []
            for call in message["tool_calls"]:
                function = dict(call["function"])
                text = next(texts)
                if strings:
                    function["arguments"] = text
                calls.append({**call, "function": function})
            message["tool_calls"] = calls
        messages.append(message)
    return messages


def render(family, template, record, line, training=False):
    FixedClock.today = datetime.datetime.fromisoformat(record.get("meta", {}).get("today") or "2024-07-26")
    return chat_template_utils.render_jinja_template(
        conversations=[messages_of(record, line, family in STRINGS and not training)],
        tools=record["tools"] or None, chat_template=template, return_assistant_tokens_mask=training,
        bos_token=BEGIN[family], eos_token="</s>" if "mistral" in family else "")


def ours(button, family, path):
    run = subprocess.run([button, "render", path, "--template", family, "--json", "--workers", "1"], capture_output=True)
    lines = [json.loads(line) for line in run.stdout.decode().splitlines()]
    return [line for line in lines if "id" in line]


def first_difference(a, b):
    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    return f"at {at}: template {a[max(0, at - 30):at + 50]!r}, button {b[max(0, at - 30):at + 50]!r}"


def refused(mine):
    return any(f["rule"] == "refused" for f in mine.get("findings") or [])


def compare(family, name, template, records, rendered, counts, surprises):
    for (record, line), mine in zip(records, rendered):
        try:
            theirs = render(family, template, record, line)[0][0]
        except Exception as error:  # the template raises
            theirs, reason = None, str(error)
        if theirs is None and refused(mine):
            counts["both refuse"] += 1
        elif theirs is not None and not refused(mine) and theirs == mine.get("text", ""):
            counts["equal"] += 1
        elif known := next((k for k in KNOWN if k[0] == family and k[1] in name and k[3](record)), None):
            counts["known: " + known[2]] += 1
        else:
            counts["DIFFERENT"] += 1
            detail = f"template raises {reason[:120]!r}" if theirs is None else "button refuses" if refused(mine) else first_difference(theirs, mine.get("text", ""))
            surprises.append(f"{family} {name} {record['id']}: {detail}")


def react(record, tool_utils):
    """LLaMA-Factory's template default: its own tool format, between its turns' words."""
    parts, messages, system = [], list(record["messages"]), ""
    if messages[0]["role"] == "system":
        system = messages.pop(0)["content"]
    tools = tool_utils.DefaultToolUtils.tool_formatter(record["tools"]) if record["tools"] else ""
    if system or tools:
        parts.append(f"System: {system}{tools}</s>\n")
    for i, message in enumerate(messages):
        role, thought = message["role"], message.get("reasoning_content", "")
        if role == "user":
            parts.append(f"Human: {message['content']}</s>\nAssistant:")
        elif role == "tool":
            if messages[i - 1]["role"] != "tool":
                results = []
                while i < len(messages) and messages[i]["role"] == "tool":
                    results.append(messages[i]["content"])
                    i += 1
                joined = "\n</tool_response>\n<tool_response>\n".join(results)
                parts.append(f"Human: {joined}</s>\nAssistant:")
        else:
            body = message["content"]
            if "tool_calls" in message:
                functions = [call["function"] for call in message["tool_calls"]]
                body = tool_utils.DefaultToolUtils.function_formatter(
                    [tool_utils.FunctionCall(f["name"], json.dumps(f["arguments"], ensure_ascii=False)) for f in functions])
            parts.append((f"<think>\n{thought}\n</think>\n\n" if thought else "") + body + "</s>\n")
    return "".join(parts)


def mistral_common(record):
    """mistral-common's own writer for tokenizers of version 7, its pieces as text."""
    from mistral_common.protocol.instruct.request import ChatCompletionRequest
    from mistral_common.protocol.instruct.validator import ValidationMode
    from mistral_common.tokens.tokenizers.mistral import MistralTokenizer
    folder = MistralTokenizer._data_path()
    tokenizer = MistralTokenizer.from_file(folder / "mistral_instruct_tokenizer_241114.model.v7", mode=ValidationMode.finetuning)
    messages = []
    for message in record["messages"]:
        message = {k: v for k, v in message.items() if k not in ("train", "reasoning_content")}
        if "tool_calls" in message:
            message["tool_calls"] = [{**c, "function": {**c["function"], "arguments": json.dumps(c["function"]["arguments"], ensure_ascii=False)}}
                                     for c in message["tool_calls"]]
        messages.append(message)
    text = tokenizer.encode_chat_completion(ChatCompletionRequest.from_openai(messages, tools=record["tools"] or None)).text
    text = re.sub(r"(?:<0x[0-9A-F]{2}>)+", lambda m: bytes.fromhex(re.sub("[<>]|0x", "", m[0])).decode(errors="replace"), text.replace("\u2581", " "))
    # SentencePiece writes a space behind each of its marks; Tekken tokenizers do not.
    return re.sub(r"(<s>|</s>|\[/?[A-Z_]+\]) ?", r"\1", text)


def compare_code(family, name, code, records, rendered, surprises, same=lambda text: text):
    counts = collections.Counter()
    for (record, _), mine in zip(records, rendered):
        try:
            theirs = code(record)
        except Exception as error:
            theirs, reason = None, str(error)
        if theirs is None:
            counts["both refuse" if refused(mine) else "it refuses: " + reason[:60]] += 1
        elif theirs == same(mine.get("text", "")):
            counts["equal"] += 1
        elif known := next((k for k in KNOWN if k[0] == family and k[3](record)), None):
            counts["known: " + known[2]] += 1
        else:
            counts["DIFFERENT"] += 1
            surprises.append(f"{family} {name} {record['id']}: {first_difference(theirs, same(mine.get('text', '')))}")
    print(f"{family:18} {name:55} {dict(counts)}")


def compare_loss(family, template, records, rendered, counts, surprises):
    for (record, line), mine in zip(records, rendered):
        if refused(mine) or any(m.get("train") is False for m in record["messages"]):
            continue
        try:
            texts, indices = render(family, template, record, line, training=True)
        except Exception:
            continue
        text = mine.get("text", "")
        if texts[0] != text and not (family == "glm-4.5" and texts[0] == text + "<|user|>"):
            counts["loss: the training variant prints another text"] += 1
            continue
        data = text.encode()
        spans = [data[s["start"]:s["end"]].decode() for s in mine.get("loss") or []]
        want = [texts[0][a:b] for a, b in indices[0]]
        if family == "glm-4.5" and want and texts[0] != text:
            want[-1] = want[-1].removesuffix("<|user|>")
        if spans == want:
            counts["loss: equal"] += 1
        else:
            counts["loss: DIFFERENT"] += 1
            surprises.append(f"{family} {record['id']}: loss on {want!r:.200}, button {spans!r:.200}")


def main():
    button, templates, paths = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    surprises = []
    for family, names in FAMILIES.items():
        for path in paths:
            with open(path, encoding="utf-8") as file:
                records = [(json.loads(line), line) for line in file if line.strip()]
            rendered = ours(button, family, path)
            for name in names:
                counts = collections.Counter()
                source = templates / (name + ".jinja")
                compare(family, name, source.read_text(encoding="utf-8"), records, rendered, counts, surprises)
                print(f"{family:18} {name:55} {dict(counts)}")
            if family in TRAINING:
                counts = collections.Counter()
                source = templates / (TRAINING[family] + ".jinja")
                compare_loss(family, source.read_text(encoding="utf-8"), records, rendered, counts, surprises)
                print(f"{family:18} {TRAINING[family]:55} {dict(counts)}")
    spec = importlib.util.spec_from_file_location("tool_utils", templates / "llamafactory" / "tool_utils.py")
    tool_utils = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool_utils)
    for path in paths:
        with open(path, encoding="utf-8") as file:
            records = [(json.loads(line), line) for line in file if line.strip()]
        compare_code("react", "LLaMA-Factory's tool_utils", lambda r: react(r, tool_utils), records, ours(button, "react", path), surprises)
        compare_code("mistral-v7", "mistral-common", mistral_common, records, ours(button, "mistral-v7", path), surprises,
                     lambda text: text.replace("\u2581", " "))
    for surprise in surprises[:60]:
        print("DIFFERENT", surprise)
    return 1 if surprises else 0


sys.exit(main())
