"""What is exported, held against docs/schema."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from tests.support import ROOT

if TYPE_CHECKING:
    from referencing import Registry

FOLDER = ROOT / "docs" / "schema"


@cache
def _registry() -> Registry:
    from referencing import Registry, Resource

    files = {
        path.name: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")
    }
    resources = [(name, Resource.from_contents(body)) for name, body in files.items()]
    return Registry().with_resources(resources)


def faults(name: str, bodies: Iterable[object]) -> list[str]:
    """Return what does not fit docs/schema/NAME.schema.json, with where it stands."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # for a second it compiles grammars of what we have none of
    from jsonschema import Draft202012Validator

    schema = _registry().contents(f"{name}.schema.json")
    Draft202012Validator.check_schema(schema)
    checker = Draft202012Validator(
        schema, registry=_registry(), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    return [
        f"{one.json_path}: {one.message}" for body in bodies for one in checker.iter_errors(body)
    ]
