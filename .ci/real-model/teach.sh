#!/usr/bin/env bash
# Lets a real model on llama.cpp's own server teach: replies are constrained to
# each stage's schema by the server, and checked by button. Opt-in, like run.sh; it
# asks the model some 40 times, which takes half an hour of one core.
#
#   .ci/real-model/teach.sh
#
# Settings, from the environment, beside those of common.sh:
#   REAL_REPLIES  of the real model in each stage (default 2)
#   MAX_TOKENS    of a reply (default 600)
#   ALONE_TOKENS  budget of each run in which the real model does everything (default 20000)
#   RUNS          only these of its runs, for instance "hybrid solve" (default: all)
#
# So weak a teacher fails early, and later stages would never be reached. So a relay
# gives it only the first requests of every stage, and the rest to the scripted
# teacher: every reply of the real model meets the checks of a real run. Then it
# teaches alone, within a budget. The script fails where a stage was not reached,
# where manifests and servers count differently, where a record that came out does
# not verify, or where a run ends in another way than it should.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
max_tokens=${MAX_TOKENS:-600}
alone_tokens=${ALONE_TOKENS:-20000}
export REAL_REPLIES=${REAL_REPLIES:-2} RUNS=${RUNS:-}
. "$here/common.sh"

teacher_id= relay_id=
stop_all() {
    for id in $relay_id $teacher_id; do
        kill "$id" 2>/dev/null || true
        wait "$id" 2>/dev/null || true
    done
    stop_server
}
trap stop_all EXIT

start_relay() {
    # Both end with this script: the relay when its input does, the teacher by the trap.
    "$BUTTON" serve --teacher --addr 127.0.0.1:0 --json > "$work/scripted.log" 2>&1 &
    teacher_id=$!
    await_address "$work/scripted.log" "$teacher_id" "$work/scripted.log" > /dev/null
    local scripted
    scripted=$(grep -o 'http://[0-9.:]*/v1' "$work/scripted.log" | head -n 1)
    "$python" "$here/relay.py" "$url" "$scripted" "$work/relay.jsonl" "$work/relay.address" \
        < <(exec tail -f /dev/null --pid=$$) > "$work/relay.log" 2>&1 &
    relay_id=$!
    relay=$(await_address "$work/relay.address" "$relay_id" "$work/relay.log")
}

# generate NAME CODE [FLAG...]: must end with exit code CODE.
generate() {
    local name=$1 want=$2 teacher=$1 code=0
    shift 2
    [[ -z $RUNS || " $RUNS " == *" $name "* ]] || return 0
    [[ $name != alone-* ]] || teacher=alone
    say "generate: $name"
    "$BUTTON" generate --teacher "$teacher" --base-url "$relay" --concurrency 1 --timeout "$request_time" \
        --max-tokens "$max_tokens" --cache off --reply-format json_schema --out "$work/data/$name" "$@" || code=$?
    [[ $code == "$want" ]] || { echo "exit code $code, not $want" >&2; return 1; }
    [[ $want == 0 ]] || return 0
    "$BUTTON" verify "$work/data/$name"
}

install
printf '%s\n' 'Book me a table for four in Lyon on Friday and tell my sister the address.' \
    'Which of my packages is late, and can it still reach Turin before Sunday?' \
    'Find a flat near the station and say what the deposit is.' > "$work/seeds.txt"

start_server teacher CHAT_TEMPLATE="$here/tools.jinja"
start_relay

generate seeds 0 --mode simulated -n 4 --seeds "$work/seeds.txt" --scenarios 6 --assistant json \
    --judge seeds-judge --calibrate 0
generate serial 0 --mode simulated -n 2 --scenarios 4 --parallel off --depth 3 --assistant json
generate ablation 0 --mode simulated -n 2 --scenarios 4 --without bottom-up,top-down
generate hybrid 0 --mode hybrid -n 3 --solvers 0

# The scripted teacher knows no world, so it solves nothing: the budget ends this run.
generate solve 1 --mode hybrid -n 1 --solvers 1 --budget-tokens 20000

generate alone-simulated 1 --mode simulated -n 3 --scenarios 6 --assistant json --budget-tokens "$alone_tokens"
generate alone-hybrid 1 --mode hybrid -n 3 --budget-tokens "$alone_tokens"

say "what became of the real model's replies"
"$python" "$here/stages.py" "$work/relay.jsonl" "$work/teacher.server.log" "$work/data"
echo
echo "datasets, requests and server logs: $work"
