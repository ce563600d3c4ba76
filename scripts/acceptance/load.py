"""Puts load on /match with wrk while the lists are loaded again once a second, and tells latencies, errors and memory."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.parse

from common import Checks, arguments, ask, parties

args = arguments(
    __doc__.strip(),
    (["--token"], {"default": "", "help": "update token; without one no update runs"}),
    (["--seconds"], {"type": int, "default": 15}),
    (["--connections"], {"type": int, "default": 8}),
    (["--threads"], {"type": int, "default": 1}),
    (["--pid"], {"type": int, "help": "process of the server, to read its memory"}),
    (["--misses"], {"type": float, "default": 0.9, "help": "share of questions for parties that are not on the list"}),
)
if not shutil.which("wrk"):
    print("skipped: wrk is not installed (apt-get install wrk)")
    raise SystemExit(0)
checks = Checks()

# Questions: names of the list, and names mixed from the parts of two, which are mostly on no list.
names = []
for schema in ("Person", "Organization", "Vessel"):
    names += [(e["schema"], e["properties"]["name"][0]) for e in parties(args.url, args.dataset, schema)]
bodies = []
for number in range(2_000):
    schema, name = names[number * 7 % len(names)]
    if number % 100 < args.misses * 100:
        first, last = name.split(), names[(number * 13 + 5) % len(names)][1].split()
        name = " ".join([*last[:1], *first[-1:]])
    bodies.append(json.dumps({"queries": {"q": {"schema": schema, "properties": {"name": [name]}}}}))
script = """
local bodies = {}
for line in io.lines("%s") do bodies[#bodies + 1] = line end
local n = math.random(#bodies)
request = function()
  n = n %% #bodies + 1
  return wrk.format("POST", "/match/%s", {["Content-Type"] = "application/json"}, bodies[n])
end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RESULT %%d %%d %%d %%d %%d %%d %%f %%f %%f %%f %%f\\n", summary.requests, summary.duration, e.connect, e.read, e.write, e.status + e.timeout,
    latency:percentile(50), latency:percentile(90), latency:percentile(99), latency:percentile(99.9), latency.max))
end
"""
stop = threading.Event()
updates = []


def update():
    address = f"{args.url}/updatez?{urllib.parse.urlencode({'token': args.token, 'sync': 'true'})}"
    while not stop.is_set():
        began = time.monotonic()
        updates.append((ask(address, b"")[0], time.monotonic() - began))
        stop.wait(max(0.0, 1.0 - (time.monotonic() - began)))


def processor():
    """Seconds of processor that the server has used."""
    fields = pathlib.Path(f"/proc/{args.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory():
    status = pathlib.Path(f"/proc/{args.pid}/status").read_text()
    return {l.split(":")[0]: l.split(":")[1].strip() for l in status.splitlines() if l.startswith(("VmRSS", "VmHWM"))}


with tempfile.TemporaryDirectory() as folder:
    pathlib.Path(folder, "bodies").write_text("\n".join(bodies) + "\n")
    pathlib.Path(folder, "script.lua").write_text(script % (pathlib.Path(folder, "bodies"), args.dataset))
    if args.token:
        threading.Thread(target=update, daemon=True).start()
    command = ["wrk", f"-t{args.threads}", f"-c{args.connections}", f"-d{args.seconds}s", "--latency", "-s", f"{folder}/script.lua", args.url]
    before = processor() if args.pid else 0.0
    done = subprocess.run(command, capture_output=True, text=True)
    used = processor() - before if args.pid else 0.0
    stop.set()
line = next((l for l in done.stdout.splitlines() if l.startswith("RESULT")), None)
assert line, done.stdout + done.stderr
requests, duration, connect, read, write, other, *latencies = map(float, line.split()[1:])
p50, p90, p99, p999, worst = (l / 1000 for l in latencies)
print(f"{requests:.0f} questions, {requests / duration * 1e6:.0f}/s; p50 {p50:.2f} ms, p90 {p90:.2f}, p99 {p99:.2f}, p99.9 {p999:.2f}, worst {worst:.2f}")
if args.pid:
    print(f"{requests / used:.0f} questions for each second of processor ({used:.1f} s used, updates included)", memory())
checks.check("no errors", connect + read + write + other == 0, f"connect {connect:.0f}, read {read:.0f}, write {write:.0f}, status and timeout {other:.0f}")
if args.token:
    wrong = [u for u in updates if u[0] != 200]
    took = [t for _, t in updates]
    checks.check("updates", not wrong and len(updates) > 0, f"{len(updates)}, longest {max(took):.2f} s, {wrong[:3]}")
checks.end()
