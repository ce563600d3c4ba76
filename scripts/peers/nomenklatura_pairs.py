#!/usr/bin/env python3
"""Measures nomenklatura's matchers on the labelled sets that `tidewaiter eval names` reads, and prints the same columns.

    python3 scripts/peers/nomenklatura_pairs.py FILE [FILE ...] [--algorithm logic-v2 ...] [--level entity|one-name|name-alone]

Needs the Python package `nomenklatura` (MIT licence; `pip install nomenklatura` in an environment of its own, about 100 MB).
Where Python has no such package, it says so and ends with exit code 0: nothing was measured, and nothing failed.
`ofac` is measured only where the package has it.
"""

import argparse
import csv
import json
import random
import sys
import time

THRESHOLD = 0.7


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(0)


def one_entity(schema, properties):
    return {"schema": schema, "properties": {k: v if isinstance(v, list) else [str(v)] for k, v in properties.items()}}


def read(path):
    """Pairs as (left, right, positive, shown)."""
    with open(path, encoding="utf-8-sig") as file:
        text = file.read()
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        sys.exit(f"{path}: holds no pair")
    if lines[0].startswith("{"):
        for line in lines:
            pair = json.loads(line)
            if pair["judgement"] in ("positive", "negative"):
                yield pair["left"], pair["right"], pair["judgement"] == "positive", None
    elif lines[0].startswith("checks:"):
        try:
            import yaml
        except ImportError:
            skip("the Python package yaml is not installed")
        for check in yaml.safe_load(text)["checks"]:
            yield one_entity(check["schema"], check["query"]), one_entity(check["schema"], check["candidate"]), check["match"], None
    else:
        header = next(csv.reader([lines[0]]))
        if "ofac_score" in header:
            for row in csv.DictReader(lines):
                score = float(row["ofac_score"])
                yield one_entity("LegalEntity", {"name": row["query_name"]}), one_entity("LegalEntity", {"name": row["result_name"]}), score >= 85, score
        elif "name1" in header:
            for row in csv.DictReader(lines):
                schema = row.get("schema") or "LegalEntity"
                yield one_entity(schema, {"name": row["name1"]}), one_entity(schema, {"name": row["name2"]}), row["is_match"].lower() == "true", None
        else:
            for row in csv.reader(lines):
                yield one_entity("Person", {"name": row[0]}), one_entity("Person", {"name": row[1]}), True, None


OTHER_NAMES = {"alias", "weakAlias", "previousName", "abbreviation", "firstName", "lastName", "middleName", "secondName", "fatherName"}


def reduced(entity, level):
    if level == "entity":
        return entity
    properties = {k: v for k, v in entity["properties"].items() if (k == "name" if level == "name-alone" else k not in OTHER_NAMES)}
    if "name" in properties:
        properties["name"] = properties["name"][:1]
    return {**entity, "properties": properties}


def figures(hits):
    tp = sum(1 for hit, positive in hits if hit and positive)
    fp = sum(1 for hit, positive in hits if hit and not positive)
    positives = sum(1 for _, positive in hits if positive)
    negatives = len(hits) - positives
    share = lambda a, b: a / b if b else None
    return share(tp, tp + fp), share(tp, positives), share(2 * tp, tp + fp + positives), share(fp, negatives)


def cells(hits, resamples):
    drawn = [[], [], [], []]
    generator = random.Random(1)
    for _ in range(resamples):
        for to, value in zip(drawn, figures(generator.choices(hits, k=len(hits)))):
            if value is not None:
                to.append(value)
    out = []
    for value, sample in zip(figures(hits), drawn):
        if value is None or not sample:
            out.append("-")
            continue
        sample.sort()
        low, high = sample[int((len(sample) - 1) * 0.025)], sample[int((len(sample) - 1) * 0.975)]
        out.append(f"{value:.3f} [{low:.3f} {high:.3f}]")
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--algorithm", action="append")
    parser.add_argument("--level", default="entity", choices=["entity", "one-name", "name-alone"])
    parser.add_argument("--resamples", type=int, default=1000)
    args = parser.parse_args()
    try:
        import nomenklatura
        from followthemoney import model
        from nomenklatura.matching import get_algorithm
    except ImportError as error:
        skip(f"the Python package nomenklatura is not installed ({error})")

    # The package keeps analysed names by the entity's id, so every entity needs an id of its own.
    number = 0

    def entity(data):
        nonlocal number
        number += 1
        known = model.get(data["schema"])
        if known is None:
            sys.exit(f"{data['schema']} is no schema")
        made = model.get_proxy({"id": f"e{number}", "schema": data["schema"], "properties": {}})
        for name, values in data["properties"].items():
            if name in known.properties:
                for value in values:
                    made.add(name, value, quiet=True)
        return made

    print(f"nomenklatura {getattr(nomenklatura, '__version__', '?')}, threshold {THRESHOLD}, level {args.level}")
    for path in args.files:
        pairs = list(read(path))
        for name in args.algorithm or ["logic-v2", "logic-v1", "regression-v1"]:
            algorithm = get_algorithm(name)
            if algorithm is None:
                print(f"{path} {name}: skipped: this version has no such algorithm")
                continue
            config = algorithm.default_config()
            hits, distances, started = [], [], time.perf_counter()
            for left, right, positive, shown in pairs:
                score = algorithm.compare(entity(reduced(left, args.level)), entity(right), config).score
                hits.append((score >= THRESHOLD, positive))
                if shown is not None and shown >= 0:
                    distances.append(abs(score * 100 - shown))
            seconds = time.perf_counter() - started
            precision, recall, f1, false_hits = cells(hits, args.resamples)
            print(f"{path} {name}: {len(hits)} pairs, precision {precision}, recall {recall}, F1 {f1}, false hits {false_hits}, {len(hits) / seconds:.0f} pairs/s")
            if distances:
                within = sum(1 for d in distances if d <= 5)
                print(f"  within 5 points of OFAC's tool: {within} of {len(distances)}, mean distance {sum(distances) / len(distances):.2f}")


if __name__ == "__main__":
    main()
