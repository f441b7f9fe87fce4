# Reads one JSON text a line, an input, and answers with one JSON object a line. With
# the argument expression: whether CPython parses it, how ast.unparse prints it and
# what eval makes of it; with functions: the same, with a few functions for names;
# with calls: how it decodes to calls.
import ast
import json
import re
import resource
import signal
import sys
import warnings

warnings.simplefilter("ignore")
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))


class Late(BaseException):
    pass


def ring(*_):
    raise Late()


signal.signal(signal.SIGALRM, ring)


# The functions that an operation may call when it is decoded.
BUILTINS = {"__builtins__": {f.__name__: f for f in (abs, float, int, len, max, min, pow, round, str, sum)}}


class Undecodable(Exception):
    pass


def function_name(node):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return ".".join(reversed(parts))


def call(node):
    return {function_name(node.func): {k.arg: value(k.value) for k in node.keywords}}


def negated(node):
    if not isinstance(node.operand, ast.Constant):
        raise Undecodable()
    return -node.operand.value


def constant(node):
    return "..." if node.value is ... else node.value


def called(node):
    return call(node) if node.keywords else ast.unparse(node)


KINDS = {
    ast.Constant: constant,
    ast.UnaryOp: negated,
    ast.List: lambda n: [value(e) for e in n.elts],
    ast.Tuple: lambda n: tuple(value(e) for e in n.elts),
    ast.Dict: lambda n: {value(k): value(v) for k, v in zip(n.keys, n.values)},
    ast.Name: lambda n: n.id,
    ast.BinOp: lambda n: eval(ast.unparse(n), dict(BUILTINS)),
    ast.Call: called,
    ast.Subscript: lambda n: ast.unparse(n.value) + "[" + ast.unparse(n.slice) + "]",
}


def value(node):
    if type(node) not in KINDS:
        raise Undecodable()
    return KINDS[type(node)](node)


def decode(text):
    text = text.strip("`\n ")
    if not text.startswith("["):
        text = "[" + text
    if not text.endswith("]"):
        text += "]"
    body = ast.parse(text.strip().strip("'"), mode="eval").body
    elements = [body] if isinstance(body, ast.Call) else body.elts
    if not all(isinstance(e, ast.Call) for e in elements):
        raise Undecodable()
    return [call(e) for e in elements]


def nested(value):
    if not isinstance(value, dict):
        return repr(value)
    if all(isinstance(v, dict) for v in value.values()):
        return written(value)
    return "{" + ", ".join("'%s': %s" % (k, nested(v)) for k, v in value.items()) + "}"


def written(call):
    name, arguments = next(iter(list(call.items())), None) or [][0]
    return "%s(%s)" % (name, ", ".join("%s=%s" % (k, nested(v)) for k, v in arguments.items()))


def attempt(action, *arguments):
    try:
        return {"value": action(*arguments)}
    except Late:
        return {"late": True}
    except BaseException as error:
        return {"kind": type(error).__name__, "message": str(error)}


# What the names stand for that an input may call.
FUNCTIONS = {
    "__builtins__": {},
    "float": float,
    "int": int,
    "round": round,
    "str": str,
    "truth": bool,
    "length": len,
    "items": list,
    "loads": json.loads,
    "dumps": json.dumps,
    "fixed": lambda x, digits: f"{x:.{digits}f}",
    "contains": lambda container, item: item in container,
    "splitlines": lambda text: text.splitlines(),
    "split": lambda text: text.split(),
    "lower": lambda text: text.lower(),
    "isspace": lambda text: text.isspace(),
    "isword": lambda text: re.fullmatch(r"\w", text) is not None,
    "isprintable": lambda text: text.isprintable(),
    "isidentifier": lambda text: text.isidentifier(),
}


def parse(text):
    return ast.parse(text, mode="eval").body


def expression(text, names={"__builtins__": {}}):
    tree = attempt(parse, text)
    result = {"parse": {k: v for k, v in tree.items() if k != "value"}}
    if "value" in tree:
        result["source"] = attempt(ast.unparse, tree["value"])
        result["computed"] = attempt(lambda: repr(eval(text, dict(names))))
    return result


def calls(text):
    decoded = attempt(decode, text)
    if "value" not in decoded:
        return {"decoded": decoded, "written": decoded}
    calls = decoded["value"]
    return {"decoded": attempt(repr, calls), "written": attempt(lambda: repr([written(c) for c in calls]))}


ABOUT = {"expression": expression, "functions": lambda text: expression(text, FUNCTIONS), "calls": calls}


def answer(text):
    signal.setitimer(signal.ITIMER_REAL, 5)
    try:
        result = ABOUT[sys.argv[1]](text)
    except Late:
        result = {"late": True}
    signal.setitimer(signal.ITIMER_REAL, 0)
    return result


for line in sys.stdin:
    sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
    sys.stdout.flush()
