"""Relay a teacher's requests to a real model, or to the scripted teacher.

Usage: relay.py REAL_URL SCRIPTED_URL LOG ADDRESS_FILE

The first REAL_REPLIES (from the environment) requests of each stage go to the
real model, the others to the scripted teacher, so that every stage is reached
however weak the model is. A stage's third try always goes to the scripted one:
so each reply of the real model is either used or sent back with its faults. All
requests for the model "alone" go to the real one.

LOG gets one JSON object a line: an answered request, or {"refused": NUMBER,
"rules": [...]} for an answer that was sent back. Ends when standard input does.
"""

import hashlib
import http.server
import json
import os
import re
import sys
import threading
import time
import urllib.error
import urllib.request

COMPLAINT = "That reply cannot be used:"
TRIES = 3  # of a stage: a reply goes back at most twice


def stage_of(request):
    if request.get("tools"):
        return "solve"
    return request.get("response_format", {}).get("json_schema", {}).get("name", "unknown")


class Relay:
    def __init__(self, real, scripted, log, replies):
        self.real, self.scripted, self.log, self.replies = real, scripted, log, replies
        self.lock = threading.Lock()
        self.asked = {}  # stage -> requests that went to the real model
        self.answers = {}  # hash of an answer's text -> its number in the log
        self.count = 0

    def write(self, entry):
        self.log.write(json.dumps(entry) + "\n")
        self.log.flush()

    def route(self, request, stage):
        """Returns whether the real model is asked, and how often this reply was sent back."""
        messages = request["messages"]
        complaints = [i for i, m in enumerate(messages) if m["role"] == "user" and str(m.get("content")).startswith(COMPLAINT)]
        with self.lock:
            if complaints:
                text = messages[complaints[-1]]["content"]
                number = self.answers.get(digest(messages[complaints[-1] - 1].get("content")))
                if number is not None:
                    self.write({"refused": number, "rules": re.findall(r"^- ([\w.]+): ", text, re.M), "text": text})
            if request["model"] == "alone":
                return True, len(complaints)
            if len(complaints) == TRIES - 1 or self.asked.get(stage, 0) >= self.replies:
                return False, len(complaints)
            self.asked[stage] = self.asked.get(stage, 0) + 1
            return True, len(complaints)

    def done(self, entry, body):
        try:
            answer = json.loads(body)
            message = answer["choices"][0]["message"]
            entry |= {"usage": answer.get("usage", {}), "finish": answer["choices"][0].get("finish_reason"),
                      "reply": message.get("content"), "calls": len(message.get("tool_calls") or [])}
        except (ValueError, LookupError, TypeError):
            entry["body"] = body.decode("utf-8", "replace")[:2000]
        with self.lock:
            entry["number"] = self.count
            self.count += 1
            if entry["real"]:
                self.answers[digest(entry.get("reply"))] = entry["number"]
            self.write(entry)


def digest(text):
    return hashlib.sha256((text or "").encode()).hexdigest()


def handler(relay):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            request = json.loads(body)
            stage = stage_of(request)
            real, complaints = relay.route(request, stage)
            url = (relay.real if real else relay.scripted) + self.path.removeprefix("/v1")
            began = time.monotonic()
            onward = urllib.request.Request(url, body, {"Content-Type": "application/json"})
            try:
                with urllib.request.urlopen(onward) as response:
                    status, answer = response.status, response.read()
            except urllib.error.HTTPError as failure:
                status, answer = failure.code, failure.read()
            relay.done({"run": request["model"], "stage": stage, "real": real, "complaints": complaints,
                        "status": status, "seconds": round(time.monotonic() - began, 3)}, answer)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    return Handler


def main():
    real, scripted, log_file, address_file = sys.argv[1:]
    with open(log_file, "w", encoding="utf-8") as log:
        relay = Relay(real, scripted, log, int(os.environ["REAL_REPLIES"]))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(relay))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        partial = address_file + ".partial"
        with open(partial, "w", encoding="utf-8") as out:
            out.write(f"http://127.0.0.1:{server.server_port}/v1\n")
        os.replace(partial, address_file)
        sys.stdin.read()


main()
