"""Runs yente's own client, its command line, and nomenklatura's enricher, all unmodified, against the server."""

import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from common import Checks, arguments, parties

args = arguments(__doc__.strip())
checks = Checks()
person = next((e for e in parties(args.url, args.dataset, "Person")), None) or parties(args.url, args.dataset)[0]
name = person["properties"]["name"][0]


def command_line():
    tool = pathlib.Path(sys.executable).with_name("yente-cli")
    if not tool.exists():
        print("skipped: yente-cli is not installed (pip install 'yente-client[cli]')")
        return

    def run(*words):
        environment = os.environ | {"YENTE_BASE_URL": args.url}
        return subprocess.run([tool, *words], capture_output=True, text=True, env=environment, timeout=120)

    done = run("match", "-s", person["schema"], "-p", f"name={name}", "-d", args.dataset)
    ids = [r["id"] for r in json.loads(done.stdout)["results"]] if done.returncode == 0 else done.stderr
    checks.check("yente-cli match", person["id"] in ids, len(ids))
    done = run("search", name, "-d", args.dataset)
    checks.check("yente-cli search", done.returncode == 0 and len(json.loads(done.stdout)["results"]) > 0, done.stderr[:200])
    done = run("fetch", person["id"])
    checks.check("yente-cli fetch", done.returncode == 0 and json.loads(done.stdout)["id"] == person["id"], done.stderr[:200])
    done = run("datasets")
    checks.check("yente-cli datasets", done.returncode == 0 and "datasets" in json.loads(done.stdout), done.stderr[:200])
    done = run("algorithms")
    checks.check("yente-cli algorithms", done.returncode == 0 and "logic-v2" in done.stdout, done.stderr[:200])
    with tempfile.TemporaryDirectory() as folder:
        rows, out = pathlib.Path(folder, "in.csv"), pathlib.Path(folder, "out.csv")
        with rows.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["n"], [name], ["Jane Example of Nowhere"]])
        done = run("screen", str(rows), str(out), "-s", person["schema"], "-i", "n=name", "-d", args.dataset)
        found = out.exists() and any(r["match_id"] for r in csv.DictReader(out.open(encoding="utf-8")))
        checks.check("yente-cli screen", done.returncode == 0 and found, (done.stdout + done.stderr).strip()[-200:])


def library():
    try:
        import yente_client as y
    except ImportError:
        print("skipped: yente-client is not installed")
        return
    with y.Client(base_url=args.url) as client:
        checks.check("Client.healthz", client.healthz().status == "ok")
        checks.check("Client.readyz", client.readyz().status == "ok")
        # Twice: the second time the catalogue is revalidated by its ETag.
        checks.check("Client.datasets", len(client.datasets().datasets) == len(client.datasets().datasets) > 0)
        checks.check("Client.fetch", client.fetch(person["id"]).id == person["id"])
        checks.check("Client.adjacent", client.adjacent(person["id"]) is not None)
        try:
            client.fetch("no-such-entity")
            checks.check("Client.fetch of nothing", False)
        except y.NotFoundError as error:
            checks.check("Client.fetch of nothing", "No such entity!" in str(error), str(error))


def enricher():
    try:
        from followthemoney import Dataset, StatementEntity
        from nomenklatura.cache import Cache
        from nomenklatura.db import get_engine, get_metadata
        from nomenklatura.enrich.yente import YenteEnricher
    except ImportError as error:
        print(f"skipped: nomenklatura is not installed ({error})")
        return
    dataset = Dataset.make({"name": "enriched", "title": "Enriched"})
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/cache.db"
        try:
            cache = Cache(get_engine(url), get_metadata(), dataset, create=True)
        except TypeError:
            cache = Cache.make_default(dataset)
        config = {"api": args.url + "/", "dataset": args.dataset, "cutoff": 0.7, "algorithm": "best", "expand_nested": True}
        enricher = YenteEnricher(dataset, cache, config)
        data = {"id": "q", "schema": person["schema"], "properties": {"name": [name]}}
        entity = StatementEntity.from_data(dataset, data, cleaned=False) if hasattr(StatementEntity, "from_data") else StatementEntity(dataset, data, cleaned=False)
        found = list(enricher.match(entity))
        checks.check("YenteEnricher.match", person["id"] in [f.id for f in found], len(found))
        wanted = next((f for f in found if f.id == person["id"]), None)
        expanded = list(enricher.expand(entity, wanted)) if wanted else []
        checks.check("YenteEnricher.expand", len(expanded) > 0 and expanded[0].id == person["id"], f"{len(expanded)} entities")
        enricher.close()


command_line()
library()
enricher()
checks.end()
