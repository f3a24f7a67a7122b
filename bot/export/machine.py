"""Tables for programs: JSON lines, or one JSON document; keys are stable, figures are plain decimal text.

The forms are written down in docs/schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import orjson

from bot.export.table import Table, TableCell


def as_json_lines(exported: Table) -> Iterator[str]:
    """Yield the table as one JSON object a line."""
    return (f"{orjson.dumps(row, default=_json).decode()}\n" for row in records(exported))


def as_json(exported: Table, described: Mapping[str, TableCell]) -> str:
    """Return one document: what it is, and the rows."""
    return document({**described, "rows": list(records(exported))})


def document(body: Mapping[str, Any]) -> str:
    """Return values as JSON text that ends its line."""
    return f"{orjson.dumps(body, default=_json, option=orjson.OPT_INDENT_2).decode()}\n"


def records(exported: Table) -> Iterator[dict[str, TableCell]]:
    """Yield the rows by their keys."""
    keys = [column.key for column in exported.columns]
    return (dict(zip(keys, row, strict=True)) for row in exported.rows)


def _json(value: object) -> str:
    assert isinstance(value, Decimal)
    return format(value, "f")
