"""What the form works out by itself is what `scoring` says: at every edge of every range, by LibreOffice."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.forms import form_workbook
from bot.forms.form_reader import read
from bot.forms.sheet_formulas import points_formula, value_formula
from flows.contact.form_rules import rule_of
from scoring import Answer, Indicator, InputKind, Response, load_bundled
from scoring.model import Count, Number, Ratio, ShareLost
from scoring.rules import score_indicator
from tests.support.libreoffice import converted, needs_libreoffice

WHOLES = (97, 1_000, 14_250)


def edges(indicator: Indicator) -> Iterator[Fraction]:
    """Yield the edges of the ranges, and what lies a little beside them."""
    step = Fraction(1, 10 ** (indicator.precision or 0))
    for band in indicator.bands:
        for edge in (band.lower, band.upper):
            if edge is not None:
                for beside in (-step, -step / 2, Fraction(0), step / 2, step):
                    if Fraction(edge) + beside >= 0:
                        yield Fraction(edge) + beside


def cases(indicator: Indicator) -> Iterator[dict[str, Decimal]]:
    """Yield figures of the inputs that come close to each edge."""
    rule = indicator.rule
    for edge in edges(indicator):
        match rule:
            case Ratio():
                yield from ratios(rule, edge)
            case ShareLost():
                for before in WHOLES:
                    lost = floor(edge * before / Fraction(rule.factor))
                    if before >= lost:
                        yield {rule.before: Decimal(before), rule.after: Decimal(before - lost)}
            case Count():
                yield {rule.input: Decimal(floor(edge))}
            case Number():
                yield {rule.input: Decimal(str(round(float(edge), 3)))}
            case _:
                return


def ratios(rule: Ratio, edge: Fraction) -> Iterator[dict[str, Decimal]]:
    for whole in WHOLES:
        part = floor(edge * whole / Fraction(rule.factor))
        for given in (part, part + 1):
            if not rule.whole or given <= whole:
                yield {rule.numerator: Decimal(given), rule.denominator: Decimal(whole)}


def question(indicator: Indicator, given: dict[str, Decimal], place: int) -> dict[str, Any]:
    """Return a row of the form's figures with these answers in it."""
    return {
        "no": str(place),
        "right": "Hak",
        "name": indicator.name,
        "unit": indicator.unit,
        "state": "empty",
        "locked": False,
        "shared": False,
        "absence": None,
        "reason": "",
        "evidence": [],
        "rule": rule_of(indicator),
        "inputs": [
            {
                "key": f"1.1.x.{place}.0.{field.code}", "code": field.code, "name": field.name,
                "unit": field.unit, "kind": str(field.kind), "options": [o.text for o in field.options],
                "stored": f"{given[field.code]:f}" if field.code in given else None, "past": None,
                "conditional": False,
            }
            for field in indicator.inputs
        ],
    }  # fmt: skip


HEAD = {
    "year": "2016",
    "this_year": "2017",
    "unit": "Sudin",
    "region": "Kota",
    "deadline": "1 Mei",
    "help_contact": "x",
}


@needs_libreoffice
@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.campaign)])
def test_the_preview_is_what_scoring_says(tmp_path: Path, every: int) -> None:
    instrument = load_bundled("permenkumham-25-2013")
    played = [(one, given) for one in instrument.indicators for given in cases(one)]
    assert len(played) > 1_000
    played = played[::every]  # whatever edge is left out comes at night
    rows = [question(one, given, place) for place, (one, given) in enumerate(played, 1)]
    content = form_workbook({**HEAD, "rows": rows})
    saved = converted({"formulir.xlsx": content}, tmp_path, "xlsx")["formulir.xlsx"]
    figures = [row for row in read(saved, "formulir.xlsx") if row.correction]
    assert len(figures) == sum(
        len(given) for _, given in played
    )  # it is read as LibreOffice left it
    sheet = openpyxl.load_workbook(io.BytesIO(saved), data_only=True)["Formulir"]
    shown = {}
    number = 0
    for row in sheet.iter_rows(min_row=9, values_only=True):
        if row[0] and str(row[0]).isdecimal():
            number = int(str(row[0]))
        elif row[9] and number not in shown:
            shown[number] = (row[7], row[8])
    assert len(shown) == len(played)
    for place, (indicator, given) in enumerate(played, 1):
        scored = score_indicator(indicator, Response((Answer(inputs=given),)))
        value, points = shown[place]
        assert Decimal(str(points)) == scored.points, (indicator.name, given, value, points)
        if indicator.precision is not None:
            assert round(float(str(value)), indicator.precision) == float(scored.rounded or 0)


def test_options_bring_their_points() -> None:
    rule = {"kind": "choice", "inputs": ["a"], "points": ["10", "5"], "precision": None}
    formula = points_formula(rule, "$H$2", ["$E$2"], ['Ada "lengkap"', "Tidak"])
    assert formula == '=IF($E$2="Ada ""lengkap""",10,IF($E$2="Tidak",5,""))'
    assert value_formula(rule, ["$E$2"]) is None
    assert points_formula({"kind": "choices", "inputs": ["a"]}, "$H$2", ["$E$2"], []) is None


def test_every_kind_of_question_has_its_cell() -> None:
    rows = []
    for place, kind in enumerate(InputKind, 1):
        rule = {"kind": "choices", "inputs": ["a"], "precision": None, "higher": True, "bands": []}
        stored = {"yes_no": "ya", "document": "tidak", "choice": "Ada", "choices": "a"}.get(
            kind, "2.5"
        )
        rows.append(
            {
                "no": str(place), "right": "Hak", "name": str(kind), "unit": "", "state": "sent",
                "locked": kind is InputKind.AMOUNT, "shared": True, "absence": "not_available",
                "reason": "menunggu", "evidence": ["Laporan"], "rule": rule,
                "inputs": [{"key": "k", "code": "a", "name": "Isian", "unit": "", "kind": str(kind),
                            "options": ["Ada", "Tidak"], "stored": stored, "past": True, "conditional": True}],
            }
        )  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(form_workbook({**HEAD, "rows": rows})))
    given = {
        str(row[1].value).split(" (")[0].split("\n")[0]: row[4].value
        for row in book["Formulir"].iter_rows(min_row=9)
        if row[9].value
    }
    assert given
    values = [row[4].value for row in book["Formulir"].iter_rows(min_row=9) if row[9].value == "k"]
    assert values == [2.5, 2.5, "Ada", "a", "Ya", "Tidak ada"] or set(map(str, values)) >= {
        "Ya",
        "Tidak ada",
        "2.5",
    }
    assert book["Pilihan"].sheet_state == "hidden"
    assert book["Formulir"].protection.sheet
