"""What is exported, held against docs/schema."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.support import ROOT

FOLDER = ROOT / "docs" / "schema"


@cache
def _registry() -> Registry:
    files = {
        path.name: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")
    }
    resources = [(name, Resource.from_contents(body)) for name, body in files.items()]
    return Registry().with_resources(resources)


def faults(name: str, bodies: Iterable[object]) -> list[str]:
    """Return what does not fit docs/schema/NAME.schema.json, with where it stands."""
    schema = _registry().contents(f"{name}.schema.json")
    Draft202012Validator.check_schema(schema)
    checker = Draft202012Validator(
        schema, registry=_registry(), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    return [
        f"{one.json_path}: {one.message}" for body in bodies for one in checker.iter_errors(body)
    ]
