"""Trains the small tokenizers of this folder and writes what the library makes of the texts.

Needs the package tokenizers (0.23.3 was used); run in this folder.
"""

import json

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

QWEN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
O200K = "|".join([
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+"])

CORPUS = [
    "The rooms on the third floor are free at nine, and the rooms on the fourth floor are not.",
    'call {"name": "find_room", "arguments": {"floor": 3, "when": "2025-06-02T09:00"}} call',
    "Don't they'll we've I'm it's the The THE rooms room roomy 12 123 1234 12345",
    "Gr\u00fc\u00dfe aus M\u00fcnchen, \u4f60\u597d\u4e16\u754c, \u043f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440",
    "def f(x):\n    return x\n\n\nprint(f(3))\r\n\tdone   \n",
] * 20

TEXTS = [
    "", " ", "  ", "a", "The rooms are free.", " leading and trailing  ", "line\nline\n\n  line\r\n\tx", "12345678 12 3.14 -7e10",
    "Don't DON'T they'LL it's IT'S", 'call {"name": "find_room", "arguments": {"floor": 3}}', "\u4f60\u597d, \u4e16\u754c! \u043f\u0440\u0438\u0432\u0435\u0442",
    "e\u0301 \u00e9 \u212b \ufb01 \u2126", "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2713", "<|im_start|>user\nhello<|im_end|>\n", "x<|im_end|>y <pad> z  <pad>  w",
    "\u00a0nbsp\u2003em\u2028sep\u3000wide", "tab\t\ttab   three", "\u2581meta\u2581space \u2581", "a" * 70, "\u0000\u0001\u007f", "CamelCaseWords HTTPServer x1y2", "\u0130stanbul \u01c5 \u1e9e",
    "don't!!!???...\n\n\nend/\r\n//", "    indented\n        more",
]


def special(t):
    t.add_special_tokens([AddedToken("<|im_start|>", special=True, normalized=False), AddedToken("<|im_end|>", special=True, normalized=False)])
    t.add_tokens([AddedToken("<pad>", lstrip=True, rstrip=True, normalized=False), AddedToken("FIND_ROOM".lower(), single_word=True, normalized=True)])


def bytelevel(pattern, prefix=False, normalizer=None, ignore=False):
    t = Tokenizer(models.BPE(ignore_merges=ignore))
    t.normalizer = normalizer
    steps = [pre_tokenizers.ByteLevel(add_prefix_space=prefix, use_regex=pattern is None)]
    if pattern:
        steps.insert(0, pre_tokenizers.Split(Regex(pattern), behavior="isolated"))
    t.pre_tokenizer = pre_tokenizers.Sequence(steps) if pattern else steps[0]
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=420, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    special(t)
    return t


def metaspace(scheme, split, legacy=False, unk=True):
    bytes_ = [f"<0x{b:02X}>" for b in range(256)]
    t = Tokenizer(models.BPE(unk_token="<unk>" if unk else None, byte_fallback=not unk or legacy, fuse_unk=True))
    if legacy:
        t.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    else:
        t.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme=scheme, split=split)
    t.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=420, special_tokens=(["<unk>"] if unk else []) + (bytes_ if not unk or legacy else []), show_progress=False))
    special(t)
    return t


ALL = {
    "qwen": bytelevel(QWEN, normalizer=normalizers.NFC()),
    "o200k": bytelevel(O200K, ignore=True),
    "gpt2": bytelevel(None, prefix=True),
    "metaspace_first": metaspace("first", True),
    "metaspace_always": metaspace("always", False, unk=False),
    "llama2": metaspace(None, False, legacy=True),
    "digits": None,
}
digits = Tokenizer(models.BPE(unk_token="<unk>"))
digits.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase(), normalizers.Strip(True, False)])
digits.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.Punctuation(behavior="isolated"),
                                                pre_tokenizers.Split("s", behavior="merged_with_previous"), pre_tokenizers.Split("o", behavior="merged_with_next"), pre_tokenizers.Split("l", behavior="contiguous")])
digits.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=200, special_tokens=["<unk>"], show_progress=False))
special(digits)
ALL["digits"] = digits

with open("expected.jsonl", "w", encoding="utf-8") as out:
    for name, t in ALL.items():
        t.save(f"{name}.json", pretty=False)
        for text in TEXTS:
            out.write(json.dumps({"tokenizer": name, "text": text, "ids": t.encode(text, add_special_tokens=False).ids}) + "\n")
