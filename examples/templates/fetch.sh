#!/usr/bin/env bash
# Fetches the packages that ship real chat templates, pinned, and lays the templates
# down in FOLDER/{trl,axolotl,llama.cpp,vllm}, LLaMA-Factory's tool formats in
# FOLDER/llamafactory, and a Python environment in FOLDER/env. Nothing is installed
# elsewhere and nothing of it belongs to the project.
#
# Usage: fetch.sh FOLDER
# Then:  FOLDER/env/bin/python compare.py BUTTON FOLDER ../../generate/chattemplate/testdata/records.jsonl
set -euo pipefail
to=${1:?folder}
mkdir -p "$to"/{packages,trl,axolotl,llama.cpp,vllm,llamafactory}
python3 -m venv "$to/env"
"$to/env/bin/pip" install -q transformers==5.23.0 jinja2==3.1.6 typing_extensions mistral-common==1.13.1
get() { "$to/env/bin/pip" download -q --no-deps -d "$to/packages" "$@"; }
get trl==1.16.0
get axolotl==0.19.0
get llamafactory==0.9.5
get --no-binary :all: llama-cpp-python==0.3.36 # for the templates beside its llama.cpp
# vLLM's source is wanted, not its build, which fails without a GPU's libraries; what
# was unpacked is left in place.
TMPDIR=$to/packages "$to/env/bin/pip" download -q --no-clean --no-deps --no-build-isolation --no-binary :all: -d "$to/packages" vllm==0.33.0 2>/dev/null || true
unzip -qoj "$to"/packages/trl-*.whl 'trl/chat_templates/*.jinja' -d "$to/trl"
unzip -qoj "$to"/packages/axolotl-*.whl '*/chat_templates/templates/*.jinja' -d "$to/axolotl"
unzip -qoj "$to"/packages/llamafactory-*.whl 'llamafactory/data/tool_utils.py' -d "$to/llamafactory"
tar xzf "$to"/packages/llama_cpp_python-*.tar.gz -C "$to/packages" --wildcards '*/models/templates/*.jinja'
cp "$to"/packages/llama_cpp_python-*/vendor/llama.cpp/models/templates/*.jinja "$to/llama.cpp"
find "$to/packages" -path '*/examples/tool_chat_template_*.jinja' -exec cp {} "$to/vllm" \;
ls "$to"/*/*.jinja | wc -l
