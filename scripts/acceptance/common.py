"""What the scripts share: arguments, and requests by the standard library alone."""

import argparse
import json
import urllib.error
import urllib.parse
import urllib.request


def arguments(text, *more):
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("--url", default="http://127.0.0.1:8999")
    parser.add_argument("--dataset", default="default")
    for names, options in more:
        parser.add_argument(*names, **options)
    return parser.parse_args()


def ask(url, body=None, kind="application/json"):
    """Status and JSON of a reply; errors are replies too."""
    request = urllib.request.Request(url, data=body, headers={"Content-Type": kind} if body is not None else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        text = error.read()
        try:
            return error.code, json.loads(text)
        except ValueError:
            return error.code, text.decode("utf-8", "replace")


def parties(url, dataset, schema="LegalEntity", limit=500):
    """Entities of the served list that have a name."""
    query = urllib.parse.urlencode({"schema": schema, "limit": limit, "facets": "topics"})
    status, reply = ask(f"{url}/search/{dataset}?{query}")
    assert status == 200, reply
    return [e for e in reply["results"] if e["properties"].get("name")]


class Checks:
    """Counts what is well and what is not."""

    def __init__(self):
        self.failed = 0

    def check(self, what, well, detail=""):
        print(("ok      " if well else "FAILED  ") + what + (f": {detail}" if detail != "" else ""), flush=True)
        self.failed += not well

    def end(self):
        print("all well" if not self.failed else f"{self.failed} failed")
        raise SystemExit(1 if self.failed else 0)
