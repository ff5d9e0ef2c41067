#!/usr/bin/env python3
"""Compares the verdicts of the loader and of the JSON Schema, read by another implementation.

  verdicts_test.py PROGRAM SCHEMA SCENARIOS INVALID

PROGRAM FILE… prints `FILE<TAB>valid` or `FILE<TAB>invalid` for each. Every scenario must be valid to
both; every file of INVALID must be invalid to the loader, and to the schema too unless its first
line says that only the loader can know.
"""

import json
import pathlib
import subprocess
import sys

import jsonschema
import yaml

LOADER_ONLY = "# only the loader can know"


class Core(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it: no yes/no, no sexagesimal numbers, no dates."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"^(?:true|false|True|False|TRUE|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?$|^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$",
     "-+0123456789."),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", __import__("re").compile(pattern), list(first))
# Keys are names here, whatever they look like.


def construct_mapping(loader, node, deep=False):
    return {
        key.value if isinstance(key, yaml.ScalarNode) else str(key): loader.construct_object(value, deep=True)
        for key, value in node.value
    }


Core.add_constructor("tag:yaml.org,2002:map", construct_mapping)
Core.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value.lower().replace(".inf", "inf").replace(".nan", "nan")))


def is_valid(validator, path):
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=Core)
    except (yaml.YAMLError, ValueError):
        return False
    return next(validator.iter_errors(document), None) is None


def main():
    program, schema, scenarios, invalid = sys.argv[1:]
    definition = json.loads(pathlib.Path(schema).read_text())
    jsonschema.Draft7Validator.check_schema(definition)
    validator = jsonschema.Draft7Validator(definition)
    good = [path for path in sorted(pathlib.Path(scenarios).rglob("*.yaml")) if path.parent.name != "presets"]
    bad = sorted(pathlib.Path(invalid).glob("*.yaml"))
    assert good and bad
    output = subprocess.run([program, *map(str, good + bad)], check=True, capture_output=True, text=True).stdout
    loader = dict(line.rsplit("\t", 1) for line in output.splitlines())
    wrong = 0
    for path in good + bad:
        of_loader = loader[str(path)] == "valid"
        of_schema = is_valid(validator, path)
        expected = path in good
        loader_only = path in bad and path.read_text(encoding="utf-8").startswith(LOADER_ONLY)
        expected_of_schema = True if loader_only else expected
        if of_loader != expected or of_schema != expected_of_schema:
            wrong += 1
            print(f"{path}: the loader says {'valid' if of_loader else 'invalid'}, "
                  f"the schema {'valid' if of_schema else 'invalid'}")
            if not of_schema:
                document = yaml.load(path.read_text(encoding="utf-8"), Loader=Core)
                error = jsonschema.exceptions.best_match(validator.iter_errors(document))
                print("  " + "/".join(map(str, error.absolute_path)) + ": " + error.message[:300])
    print(f"{len(good)} scenarios, {len(bad)} invalid files, {wrong} wrong verdicts")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
