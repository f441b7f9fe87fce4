"""Serve one GGUF file with llama.cpp's own HTTP server, on loopback only.

Usage: serve.py MODEL_FILE ALIAS ADDRESS_FILE

The port is the system's choice. The base URL, up to and with /v1, is written
to ADDRESS_FILE, whole or not at all, once the model is loaded. The server ends
on SIGTERM, or when standard input closes, so that it cannot outlive a parent
that was killed. From the environment come THREADS, CONTEXT (tokens per
conversation), SLOTS and CHAT_TEMPLATE (a Jinja file; without it the model's own).
"""

import os
import signal
import sys
import threading

import xllamacpp


def parameters(model_file, alias):
    threads = int(os.environ.get("THREADS", "1"))
    slots = int(os.environ.get("SLOTS", "1"))
    p = xllamacpp.CommonParams()
    p.model.path = model_file
    p.model_alias = {alias}
    p.hostnames = ["127.0.0.1"]
    p.port = 0
    p.n_parallel = slots
    p.n_ctx = slots * int(os.environ.get("CONTEXT", "8192"))
    p.cpuparams.n_threads = threads
    p.cpuparams_batch.n_threads = threads
    p.warmup = False
    if template := os.environ.get("CHAT_TEMPLATE"):
        with open(template, encoding="utf-8") as text:
            p.chat_template = text.read()
    return p


def main():
    model_file, alias, address_file = sys.argv[1:]
    server = xllamacpp.Server(parameters(model_file, alias))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()

    partial = address_file + ".partial"
    with open(partial, "w", encoding="utf-8") as out:
        out.write(server.listening_address.rstrip("/") + "/v1\n")
    os.replace(partial, address_file)
    stop.wait()
    os._exit(0)  # the native server has no orderly end; nothing of it is to be kept


main()
