"""Validates replies of the reconciliation service against the W3C schemas 0.2."""

import json
import pathlib
import urllib.parse

from common import Checks, arguments, ask, parties

args = arguments(__doc__.strip(), (["--schemas"], {"required": True, "help": "folder with manifest.json and the others, as published"}))
try:
    from jsonschema.validators import validator_for
except ImportError:
    print("skipped: jsonschema is not installed (pip install jsonschema)")
    raise SystemExit(0)

checks = Checks()
folder = pathlib.Path(args.schemas)
service = f"{args.url}/reconcile/{args.dataset}"
party = parties(args.url, args.dataset)[0]
name = party["properties"]["name"][0]
schemas = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json") if path.stem != "openapi"}
by_id = {schema["$id"]: schema for schema in schemas.values() if "$id" in schema}


def validator(schema):
    try:
        from referencing import Registry, Resource
        from referencing.jsonschema import DRAFT7

        registry = Registry().with_resources((i, Resource.from_contents(s, default_specification=DRAFT7)) for i, s in by_id.items())
        return validator_for(schema)(schema, registry=registry)
    except ImportError:
        return validator_for(schema)(schema)


def valid(what, schema, reply):
    status, body = reply
    errors = [f"{list(e.absolute_path)}: {e.message[:150]}" for e in validator(schemas[schema]).iter_errors(body)]
    checks.check(f"{what} is valid by {schema}", status == 200 and not errors, "; ".join(errors[:3]))
    return body


def form(**fields):
    return ask(service, urllib.parse.urlencode({k: json.dumps(v) for k, v in fields.items()}).encode(), "application/x-www-form-urlencoded")


def get(path, **query):
    return ask(f"{service}{path}?{urllib.parse.urlencode(query)}")


valid("manifest", "manifest", ask(service))
queries = {"q0": {"query": name, "type": party["schema"], "limit": 3}, "q1": {"query": "nobody of that name"}}
queries["q2"] = {"query": name, "properties": [{"pid": "Thing:country", "v": "Russia"}, {"pid": "name", "v": [name]}]}
valid("query batch of this script", "reconciliation-query-batch", (200, queries))
batch = valid("result batch", "reconciliation-result-batch", form(queries=queries))
checks.check("the party is found", party["id"] in [r["id"] for r in batch["q0"]["result"]])
valid("suggested entities", "suggest-entities-response", get("/suggest/entity", prefix=name[:6]))
valid("suggested properties", "suggest-properties-response", get("/suggest/property", prefix="country"))
valid("suggested types", "suggest-types-response", get("/suggest/type", prefix="org"))
valid("proposed properties", "data-extension-property-proposal", get("/extend/property", type="Person", limit=5))
extension = {"ids": [party["id"], "no-such-entity"], "properties": [{"id": "name"}, {"id": "country", "settings": {"limit": "1", "render": "caption"}}]}
valid("data extension", "data-extension-response", form(extend=extension))
checks.end()
