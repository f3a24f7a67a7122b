"""The rows of each sheet from the files of an instrument: what `building` turns back into files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast

from bot.instruments import condition_expressions
from bot.instruments.layout import InstrumentColumn, InstrumentLayout, layout
from bot.instruments.tree import flat
from scoring import source
from scoring.load import BUNDLED, MAIN

Row = dict[str, str]
Tables = dict[str, list[Row]]
ROLES = ("numerator", "denominator", "before", "after", "input")
ADDEND = "addend"
"""The role of each input that a rule lists."""
GATE = "gate"
"""The role of an input that only decides which others are asked."""
VALUES = {"year_on_year": "percent", "unit_slip": "factors", "same_whole": "minimum"}
"""The key of each limit that the column of values fills; `shared_input` has none."""
FIELDS = ""
"""Under this name stands the one row of the sheet of single values."""
MODEL = "permenkumham-25-2013"
"""The bundled instrument that examples and usual rows are taken from."""


def rows_of(files: Mapping[str, str]) -> Tables:
    """Return the rows by sheet, each cell as it is shown. The files must load."""
    plan = layout()
    trees = {
        name.rpartition(".")[0]: _plain(source.parse_yaml(text, name))
        for name, text in files.items()
    }
    main = trees[MAIN.rpartition(".")[0]]
    tables: Tables = {table.key: [] for table in plan.tables}
    tables[FIELDS] = [_flat(main) | _listed(main, "missing")]
    tables["ratings"] = [_flat(rating) for rating in main["ratings"]]
    tables["return_reasons"] = [
        _flat(one) | _listed(one, "points") for one in main.get("return_reasons", ())
    ]
    tables["limits"] = list(_limits(main, ""))
    for code in main["rights"]:
        _add_right(tables, code, trees[code])
    return _shown(plan, tables)


@cache
def standard_rows() -> Tables:
    """Return the rows that an instrument of one's own may begin with: what most have alike."""
    tables = _model()
    fields = {key: text for key, text in tables[FIELDS][0].items() if key.startswith("settings.")}
    common = [row for row in tables["limits"] if not row.get("indicator")]
    return {FIELDS: [fields], "limits": common, "return_reasons": tables["return_reasons"]}


@cache
def example_rows() -> Tables:
    """Return the rows that an empty workbook shows as examples, of one indicator and its right."""
    tables = _model()
    indicator = tables["indicators"][0]
    mine = {
        key: [row for row in tables[key] if row["indicator"] == indicator["number"]]
        for key in ("inputs", "bands", "evidence")
    }
    rights = [row for row in tables["rights"] if row["code"] == indicator["right"]]
    rare = {
        key: [
            {column.key: column.example for column in layout().table(key).columns if column.example}
        ]
        for key in ("components", "options", "conditions")
    }
    shown = {"indicators": [indicator], "rights": rights, "ratings": tables["ratings"]}
    return mine | rare | shown


@cache
def _model() -> Tables:
    return rows_of(source.read_directory(BUNDLED / MODEL))


def _plain(node: source.Node) -> Any:
    if isinstance(node, source.Mapping):
        return {key.text: _plain(value) for key, value in node.entries}
    if isinstance(node, source.Sequence):
        return [_plain(item) for item in node.items]
    return " ".join(cast("source.Scalar", node).text.split())


def _flat(tree: Mapping[str, Any], **more: str) -> Row:
    return {**more, **dict(flat(tree))}


def _listed(tree: Mapping[str, Any], key: str) -> Row:
    return {key: "; ".join(tree[key])} if tree.get(key) else {}


def _add_right(tables: Tables, code: str, right: Mapping[str, Any]) -> None:
    tables["rights"].append({"code": code, "name": right["name"], "short": right["short"]})
    tables["components"] += [_flat(one, right=code) for one in right.get("components", ())]
    for indicator in right["indicators"]:
        indicator_no = indicator["number"]
        tables["indicators"].append(_flat(indicator, right=code) | _listed(indicator, "holes"))
        roles = {indicator["rule"][key]: key for key in ROLES if key in indicator["rule"]}
        roles |= dict.fromkeys(indicator["rule"].get("inputs", ()), ADDEND)
        tables["conditions"] += _conditions(indicator, indicator_no)
        for asked in indicator["inputs"]:
            role = roles.get(asked["code"], GATE)
            tables["inputs"].append(_flat(asked, indicator=indicator_no, role=role))
            mine = {"indicator": indicator_no}
            if sum("options" in other for other in indicator["inputs"]) > 1:
                mine["input"] = asked["code"]
            options = asked.get("options", ())
            tables["options"] += [_flat(option, **mine) for option in options]
        bands = indicator.get("bands", {}).get("rows", ())
        tables["bands"] += [_flat(band, indicator=indicator_no) for band in bands]
        tables["evidence"] += [
            _flat(paper, indicator=indicator_no) for paper in indicator["evidence"]
        ]
        tables["limits"] += _limits(indicator, indicator_no)


def _conditions(indicator: Mapping[str, Any], indicator_no: str) -> Iterator[Row]:
    hanging = {"": indicator} | {asked["code"]: asked for asked in indicator["inputs"]}
    for code, tree in hanging.items():
        if "relevant" in tree:
            yield from condition_expressions.rows_of(tree["relevant"], indicator_no, code)


def _limits(tree: Mapping[str, Any], indicator_no: str) -> Sequence[Row]:
    rows = []
    for kind, limit in tree.get("limits", {}).items():
        value = limit.get(VALUES.get(kind, ""), "")
        rows.append(
            {
                "indicator": indicator_no,
                "kind": kind,
                "value": "; ".join(value) if isinstance(value, list) else value,
                "tolerance": limit.get("tolerance_percent", ""),
                "source.text": limit["source"]["text"],
                "source.status": limit["source"]["status"],
            }
        )
    return rows


def _shown(plan: InstrumentLayout, tables: Tables) -> Tables:
    """Return the rows in the words of a workbook, with the columns that it has."""
    shown = {}
    for key, rows in tables.items():
        sheet = plan.table(key) if key else plan.fields
        shown[key] = [
            {
                column.key: _cell(column, row[column.key])
                for column in sheet.columns
                if column.key in row
            }
            for row in rows
        ]
    return shown


def _cell(column: InstrumentColumn, text: str) -> str:
    if column.kind == "list":
        return "; ".join(column.shown(one) for one in text.split("; ")) if text else ""
    if column.kind == "number":
        return text.replace(".", ",")
    return column.shown(text)
