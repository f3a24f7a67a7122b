"""From the group `limits` of an instrument or an indicator to `Limits`."""

from __future__ import annotations

from decimal import Decimal

from scoring.fields import Fields, Problems, decimal
from scoring.limits import Limits, SameWhole, SharedInput, UnitSlip, YearOnYear
from scoring.provenance import Source, Status
from scoring.source import Node

KEYS = ("year_on_year", "unit_slip", "same_whole", "shared_input")


def read_source(fields: Fields, key: str = "source") -> Source:
    """Read where a figure stands and how sure it is."""
    node = fields.take(key)
    if node is None:
        return Source("", Status.PROPOSED)
    inner = Fields(node, fields.problems, ("text", "status"), "a source")
    return Source(inner.text("text"), inner.choice("status", Status))


def read_limits(fields: Fields) -> Limits:
    """Read the limits of an instrument or an indicator; none where it has no `limits`."""
    if "limits" not in fields:
        return Limits()
    table = Fields(fields.at("limits"), fields.problems, KEYS, "the group `limits`")
    return Limits(
        year_on_year=_year_on_year(table),
        unit_slip=_unit_slip(table),
        same_whole=_same_whole(table),
        shared_input=_shared_input(table),
    )


def _year_on_year(table: Fields) -> YearOnYear | None:
    fields = _group(table, "year_on_year", "percent")
    if fields is None:
        return None
    return YearOnYear(_above(fields, "percent", 0), read_source(fields))


def _unit_slip(table: Fields) -> UnitSlip | None:
    fields = _group(table, "unit_slip", "factors", "tolerance_percent")
    if fields is None:
        return None
    nodes = fields.items("factors")
    factors = tuple(decimal(node, fields.problems) for node in nodes)
    for node, factor in zip(nodes, factors, strict=True):
        _check(node, factor, fields.problems, least=1)
    if "factors" in fields and not factors:
        wanted = "a list of numbers above 1"
        details = {"key": "factors", "wanted": wanted, "found": "an empty one"}
        fields.problems.add("wrong_type", fields.at("factors"), None, **details)
    return UnitSlip(factors, _percent(fields), read_source(fields))


def _same_whole(table: Fields) -> SameWhole | None:
    fields = _group(table, "same_whole", "minimum")
    if fields is None:
        return None
    return SameWhole(_above(fields, "minimum", 0), read_source(fields))


def _shared_input(table: Fields) -> SharedInput | None:
    fields = _group(table, "shared_input", "tolerance_percent")
    return None if fields is None else SharedInput(_percent(fields), read_source(fields))


def _group(table: Fields, key: str, *known: str) -> Fields | None:
    if key not in table:
        return None
    return Fields(table.at(key), table.problems, (*known, "source"), f"the limit `{key}`")


def _above(fields: Fields, key: str, least: int) -> Decimal:
    value = fields.decimal(key)
    if key in fields:
        _check(fields.at(key), value, fields.problems, least)
    return value


def _check(node: Node, value: Decimal, problems: Problems, least: int) -> None:
    if value <= least:
        problems.add("bad_number", node, text=str(value), wanted=f"a number above {least}")


def _percent(fields: Fields) -> Decimal:
    value = fields.decimal("tolerance_percent")
    if not 0 <= value < 100:
        node = fields.at("tolerance_percent")
        problems, wanted = fields.problems, "a number from 0 to below 100"
        problems.add("bad_number", node, text=str(value), wanted=wanted)
    return value
