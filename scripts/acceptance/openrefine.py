"""Lets a running OpenRefine (apt-get install openrefine; openrefine -x refine.headless=true) reconcile a column against the server."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from common import Checks, arguments, parties

args = arguments(__doc__.strip(), (["--refine"], {"default": "http://127.0.0.1:3333"}))
checks = Checks()


def refine(command, data=None, kind=None, **query):
    address = f"{args.refine}/command/core/{command}?{urllib.parse.urlencode(query)}"
    if isinstance(data, dict):
        data, kind = urllib.parse.urlencode(data).encode(), "application/x-www-form-urlencoded"
    request = urllib.request.Request(address, data=data, headers={"Content-Type": kind} if kind else {})
    with urllib.request.urlopen(request, timeout=60) as reply:
        return reply.geturl(), reply.read().decode()


try:
    version = json.loads(refine("get-version")[1])["full_version"]
except (OSError, urllib.error.URLError) as error:
    print(f"skipped: no OpenRefine answers at {args.refine} ({error})")
    raise SystemExit(0)
print("OpenRefine", version)


def token():
    return json.loads(refine("get-csrf-token")[1])["token"]


def create(text):
    """A project of one column, uploaded as a file; its number."""
    boundary = uuid.uuid4().hex
    parts = {"project-name": "acceptance", "format": "text/line-based/*sv", "options": '{"separator":","}'}
    body = "".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in parts.items())
    body += f'--{boundary}\r\nContent-Disposition: form-data; name="project-file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n{text}\r\n--{boundary}--\r\n'
    try:
        place, _ = refine("create-project-from-upload", body.encode(), f"multipart/form-data; boundary={boundary}", csrf_token=token())
    except urllib.error.HTTPError as error:
        place = error.geturl()
    return urllib.parse.parse_qs(urllib.parse.urlsplit(place).query)["project"][0]


some = parties(args.url, args.dataset, "Person", 20)
names = [e["caption"].replace(",", " ").replace('"', "") for e in some]
project = create("name\n" + "\n".join(names) + "\nNobody Of That Name\n")
config = {
    "mode": "standard-service",
    "service": f"{args.url}/reconcile/{args.dataset}",
    "identifierSpace": "https://www.opensanctions.org/reference/#schema",
    "schemaSpace": "https://www.opensanctions.org/reference/#schema",
    "type": {"id": "Person", "name": "People"},
    "autoMatch": True,
    "columnDetails": [],
    "limit": 3,
}
_, started = refine("reconcile", {"columnName": "name", "config": json.dumps(config), "engine": '{"facets":[],"mode":"row-based"}', "csrf_token": token()}, project=project)
checks.check("reconciliation starts", json.loads(started)["code"] in ("pending", "ok"), json.loads(started).get("message", ""))
for _ in range(120):
    if not json.loads(refine("get-processes", project=project)[1])["processes"]:
        break
    time.sleep(0.5)
_, rows = refine("get-rows", {"engine": '{"facets":[],"mode":"row-based"}'}, project=project, start=0, limit=100)
reply = json.loads(rows)
recons = reply.get("pool", {}).get("recons", {})
found = 0
for row, entity in zip(reply["rows"], some):
    recon = row["cells"][0].get("r")
    recon = recons.get(str(recon), recon) if not isinstance(recon, dict) else recon
    found += any(c["id"] == entity["id"] for c in (recon or {}).get("c", []) + [(recon or {}).get("m") or {"id": None}])
checks.check("rows reconciled with the entity they are named after", found >= 0.9 * len(some), f"{found} of {len(some)}")
refine("delete-project", {"project": project, "csrf_token": token()})
checks.end()
