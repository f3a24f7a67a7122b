"""`/kriteria` says in words when an indicator is asked, its weight, and what must be fulfilled before."""

from __future__ import annotations

from datetime import date

import pytest

from flows.contact import criteria_conditions, criteria_views
from flows.model.criteria import Coordination, Criterion, Sort, Version
from messages import render
from scoring.conditions import Comparison, Condition, Operator
from tests.scoring.test_kinds import KINDS

TALK = Coordination("31", date(2017, 1, 1).year, {}, (Version(1, "0" * 64),))


def shown(number: int, language: str = "id") -> str:
    view = criteria_views.shown(KINDS, Criterion(Sort.INDICATOR, str(number)), TALK)
    return render("criteria/criterion", view, language)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (6, "<b>Ditanyakan bila:</b> 5. forum anak dijawab “ya”"),
        (7, "<b>Isian “laporan malam” ditanyakan bila:</b> jam buka dijawab “Siang dan malam”"),
        (8, "5. forum anak dijawab “tidak” atau (7. laporan malam sedikitnya 5 dan"
            " 7. laporan siang paling banyak 100 dan 4. sarana dipilih sedikitnya 1)"),
        (10, "<b>Bobot:</b> 3 dalam Proses\n<b>Dihitung setelah:</b> Struktur memperoleh poin\n"),
        (12, "<b>Dihitung setelah:</b> Anggaran memperoleh sedikitnya 2 poin"),
        (12, "<b>Dihitung setelah:</b> Proses memperoleh sedikitnya 20 poin"),
    ],
)  # fmt: skip
def test_what_an_indicator_hangs_on_is_told(number: int, words: str) -> None:
    assert words in shown(number)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (6, "<b>Asked if:</b> 5. forum anak is “yes”"),
        (8, "5. forum anak is “no” or (7. laporan malam is at least 5 and"),
        (10, "<b>Weight:</b> 3 in Proses\n<b>Counts only after:</b> Struktur has any points\n"),
        (12, "<b>Counts only after:</b> Anggaran has at least 2 points"),
    ],
)
def test_staff_read_it_in_english(number: int, words: str) -> None:
    assert words in shown(number, "en")


def test_a_figure_and_several_choices_are_told_as_what_they_are() -> None:
    sarana = KINDS.indicator(4).inputs[0]
    first = Comparison(sarana.code, Operator.ONE_OF, (sarana.options[0].code,), 4)
    second = Comparison("siang", Operator.EQUALS, (KINDS.indicator(1).max_points,), 7)
    both = Condition(needs_all=True, groups=((first, second),))
    view = criteria_conditions.condition_view(KINDS, both, KINDS.indicator(8))
    assert view["groups"][0][0]["values"] == [sarana.options[0].label]
    bare = {"relevant": view, "inputs": [], "weight": None, "after": []}
    text = render("criteria/_hanging", {"hanging": bare})
    assert f"4. sarana memuat “{sarana.options[0].label}” atau 7. laporan siang dijawab 10" in text


def test_what_hangs_on_nothing_says_nothing_of_it() -> None:
    assert " bila:" not in shown(1)
    assert "Bobot" not in shown(1)
