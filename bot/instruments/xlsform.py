"""The questions of an instrument as an XLSForm, for regions that collect with ODK, Kobo or the like.

Points and bands stay here: a form asks, it does not score.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Any, assert_never

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.instruments.condition_expressions import THERE, expression, input_name
from bot.roster.template import put_headings, put_text
from scoring.model import (
    Document,
    Evidence,
    Indicator,
    Input,
    InputKind,
    Instrument,
    Ratio,
    Right,
    ShareLost,
)
from scoring.question_kinds import is_figure, is_truth, takes_several

COLUMNS = (
    "type",
    "name",
    "label",
    "hint",
    "required",
    "relevant",
    "constraint",
    "constraint_message",
)
CHOICES = ("list_name", "name", "label")
TRUTHS = "ya_tidak"
WIDTHS = {"label": 70, "hint": 50, "constraint_message": 40}
Row = dict[str, str]


def as_xlsform(instrument: Instrument) -> bytes:
    """Return the bytes of an .xlsx file with the sheets `survey`, `choices` and `settings`."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = "survey"
    _write(first, COLUMNS, list(_survey(instrument)))
    _write(book.create_sheet("choices"), CHOICES, list(_choices(instrument)))
    settings = {
        "form_title": instrument.title,
        "form_id": instrument.code.replace("-", "_"),
        "version": instrument.hash[:12],
    }
    _write(book.create_sheet("settings"), tuple(settings), [settings])
    made = BytesIO()
    book.save(made)
    return made.getvalue()


@cache
def _words() -> dict[str, Any]:
    path = resources.files("bot") / "instruments" / "data" / "xlsform.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _write(sheet: Worksheet, titles: tuple[str, ...], rows: list[Row]) -> None:
    put_headings(sheet, titles)
    for row_no, row in enumerate(rows, 2):
        for place, title in enumerate(titles, 1):
            put_text(sheet, row_no, place, row.get(title, ""), wrap=title in WIDTHS)
    for letter, title in zip("ABCDEFGH", titles, strict=False):
        sheet.column_dimensions[letter].width = WIDTHS.get(title, 26)


def _survey(instrument: Instrument) -> Iterator[Row]:
    words = _words()
    asked = {"required": "yes"}
    yield {
        "type": "text",
        "name": "daerah",
        "label": words["region"],
        "hint": words["region_hint"],
    } | asked
    yield (
        {"type": "integer", "name": "tahun", "label": words["year"], "hint": words["year_hint"]}
        | asked
        | {
            "constraint": ". >= 2000 and . <= 2100",
            "constraint_message": words["year_refused"],
        }
    )
    yield {"type": "text", "name": "ukpd", "label": words["office"]} | asked
    for right in instrument.rights:
        yield from _right(instrument, right)


def _right(instrument: Instrument, right: Right) -> Iterator[Row]:
    assessed = [one for one in right.indicators if one.left_out is None]
    if assessed:
        yield {"type": "begin_group", "name": f"hak_{_name(right.code)}", "label": right.name}
        for indicator in assessed:
            yield from _indicator(instrument, indicator)
        yield {"type": "end_group"}


def _indicator(instrument: Instrument, indicator: Indicator) -> Iterator[Row]:
    """Yield the questions of an indicator: whether there is a figure, then the figures or the reason."""
    words, prefix = _words(), f"i{indicator.no}"
    there = f"{prefix}_{THERE}"
    if_there, if_not = f"${{{there}}} = '{THERE}'", f"${{{there}}} != '{THERE}'"
    condition = indicator.relevant
    yield {
        "type": "begin_group",
        "name": prefix,
        "label": f"{indicator.no}. {indicator.name}",
        "relevant": expression(instrument, condition, indicator.no) if condition else "",
    }
    yield {
        "type": f"select_one {words['list']}",
        "name": there,
        "label": words["there"],
        "hint": _filled(indicator.guidance.meaning),
        "required": "yes",
    }
    for asked in indicator.inputs:
        yield _figure(instrument, indicator, asked, if_there)
    for place, paper in enumerate(indicator.evidence, 1):
        yield {
            "type": "file",
            "name": f"{prefix}_data_dukung_{place}",
            "label": _filled(words["paper"].format(title=paper.title)),
            "hint": _filled(_paper_hint(paper)),
            "relevant": _shown(indicator, if_there),
        }
    yield {
        "type": "text",
        "name": f"{prefix}_alasan",
        "label": words["why"],
        "hint": words["why_hint"],
        "required": "yes",
        "relevant": if_not,
    }
    yield {"type": "end_group"}


def _figure(instrument: Instrument, indicator: Indicator, asked: Input, if_there: str) -> Row:
    """Return the question for one input, asked where there is a figure and its own condition holds."""
    row = {
        "type": _type(indicator, asked),
        "name": input_name(indicator.no, asked.code),
        "label": _filled(asked.question),
        "hint": _words()["unit"].format(unit=asked.unit) if asked.unit else "",
        "required": "" if takes_several(asked.kind) else "yes",
        "relevant": if_there,
    }
    if asked.relevant is not None:
        hung = expression(instrument, asked.relevant, indicator.no)
        row["relevant"] = f"{if_there} and {hung}"
    return row | _constraint(indicator, asked)


def _paper_hint(paper: Evidence) -> str:
    """Return what a document has to be: whose, of when, signed, stamped."""
    words: dict[str, str] = _words()
    return words["paper_hint"].format(
        signer=paper.signer,
        period=paper.period,
        signed=words["signed"] if paper.signature else "",
        stamped=words["stamped"] if paper.stamp else "",
    )


def _shown(indicator: Indicator, if_there: str) -> str:
    """Return when files are asked for: of a document, only where there is one."""
    rule = indicator.rule
    if not isinstance(rule, Document):
        return if_there
    return f"{if_there} and ${{{input_name(indicator.no, rule.input)}}} = 'ya'"


def _type(indicator: Indicator, asked: Input) -> str:
    match asked.kind:
        case InputKind.COUNT:
            return "integer"
        case InputKind.AMOUNT:
            return "decimal"
        case InputKind.YES_NO | InputKind.DOCUMENT:
            return f"select_one {TRUTHS}"
        case InputKind.CHOICES:
            return f"select_multiple {_list_name(indicator, asked)}"
        case InputKind.CHOICE:
            return f"select_one {_list_name(indicator, asked)}"
        case _:
            assert_never(asked.kind)


def _constraint(indicator: Indicator, asked: Input) -> Row:
    """Return what a figure must be: not below 0, no divisor of 0, and no part above its whole."""
    if not is_figure(asked.kind):
        return {}
    words, rule = _words(), indicator.rule
    divisor = rule.denominator if isinstance(rule, Ratio) else getattr(rule, "before", "")
    if isinstance(rule, Ratio) and rule.whole:
        codes = [each.code for each in indicator.inputs]
        is_last = codes.index(asked.code) > 0
        part, whole = indicator.input(rule.numerator), indicator.input(rule.denominator)
        if is_last and asked == whole:
            named = f"${{{input_name(indicator.no, part.code)}}}"
            refusal = words["whole_refused"].format(part=part.name)
            return {"constraint": f". > 0 and . >= {named}", "constraint_message": refusal}
        if is_last and asked == part:
            named = f"${{{input_name(indicator.no, whole.code)}}}"
            refusal = words["part_refused"].format(whole=whole.name)
            return {"constraint": f". >= 0 and . <= {named}", "constraint_message": refusal}
    if isinstance(rule, Ratio | ShareLost) and asked.code == divisor:
        return {"constraint": ". > 0", "constraint_message": words["divisor_refused"]}
    return {"constraint": ". >= 0", "constraint_message": words[f"{asked.kind}_refused"]}


def _choices(instrument: Instrument) -> Iterator[Row]:
    words = _words()
    for name, label in words["absences"].items():
        yield {"list_name": words["list"], "name": name, "label": label}
    asked = [(one, each) for one in instrument if one.left_out is None for each in one.inputs]
    if any(is_truth(each.kind) for _, each in asked):
        for name, label in words["truths"].items():
            yield {"list_name": TRUTHS, "name": name, "label": label}
    for indicator, each in asked:
        for option in each.options:
            name = _list_name(indicator, each)
            yield {"list_name": name, "name": option.code, "label": _filled(option.text)}


def _list_name(indicator: Indicator, asked: Input) -> str:
    return f"pilihan_{input_name(indicator.no, asked.code)}"


def _name(code: str) -> str:
    return code.replace("-", "_")


def _filled(text: str) -> str:
    """Return a text of the instrument with its places filled in from the first questions of the form."""
    return text.replace("{daerah}", "${daerah}").replace("{tahun}", "${tahun}")
