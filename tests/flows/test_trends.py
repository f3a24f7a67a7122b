"""The years of cities: what each line says of them, who gets which buttons, and the drawing."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from bot.telegram.typst import png
from flows.model import years
from flows.model.buttons import Pressed, Verb
from flows.model.events import Tap
from flows.model.outcome import OrderPaper, Outcome, Picture, Say
from flows.model.years import CityYear, Year, YearLine, Years
from flows.staff import trends
from messages import render
from messages.drawing import figures

D = Decimal


def city(code: str, value: str, basis: str = "final", **rights: str) -> CityYear:
    points = {name: D(one) for name, one in rights.items()}
    return CityYear(code, f"Kota {code}", basis, D(value), None, points, simulation=basis == "open")


GIVEN = (
    Year(2015, (city("A", "70", "loaded", Hidup="20"),)),
    Year(2016, (city("B", "60", Hidup="10", Aman="5"), city("A", "75.5", Hidup="25"))),
    Year(2017, (city("A", "72", "open", Hidup="22"),)),
)


def facts(*codes: str) -> Any:
    regions = tuple(
        SimpleNamespace(id=at, code=code, name=f"Kota {code}") for at, code in enumerate(codes, 1)
    )
    return SimpleNamespace(
        board=SimpleNamespace(regions=regions),
        period=SimpleNamespace(institution="Kanwil"),
        seat=SimpleNamespace(id=7, province="31"),
    )


def tapped(given: Any, *rest: str, known: tuple[Year, ...] = GIVEN) -> Outcome:
    event = Tap(f"tr.7.{'.'.join(rest)}", 5, "Q")
    return trends.on_tap(given, event, Pressed(Verb.TREND, 7, rest), Years(known))


def test_lines_over_the_years() -> None:
    assert years.cities(GIVEN) == (
        YearLine("Kota A", (D(70), D("75.5"), D(72))),
        YearLine("Kota B", (None, D(60), None)),
    )
    assert [line.change for line in years.cities(GIVEN)] == [D("-3.5"), None]
    assert years.rights(GIVEN) == (
        YearLine("Hidup", (D(20), D("17.5"), D(22))),
        YearLine("Aman", (None, D(5), None)),
    )
    assert years.rights(GIVEN, "B") == (
        YearLine("Hidup", (None, D(10), None)),
        YearLine("Aman", (None, D(5), None)),
    )


def test_a_province_chooses_among_its_cities_and_gets_the_picture() -> None:
    card, picture = tapped(facts("A", "B"), "0").messages
    assert isinstance(card, Say)
    assert isinstance(picture, Picture)
    assert [row[0].label for row in card.keyboard] == ["region", "region", "trend_sheet"]
    assert [row[0].data for row in card.keyboard] == ["tr.7.1", "tr.7.2", "tr.7.0.sheet"]
    text = render(card.name, card.view)
    assert "• Kota A: 70,00 → 75,50 → 72,00 (-3,50)" in text
    assert "• Kota B: – → 60,00 → –" in text
    assert "Poin tiap hak (rata-rata)" in text
    assert "Data tahun 2015, 2017: belum semuanya" in text
    assert "Simulasi" in text
    for language in ("id", "en"):
        drawing = png(picture.name, figures(picture.view, language), language)
        assert drawing.startswith(b"\x89PNG")


@pytest.mark.parametrize(("codes", "rest"), [(("A",), "0"), (("A", "B"), "1")])
def test_one_city_is_shown_alone(codes: tuple[str, ...], rest: str) -> None:
    card = tapped(facts(*codes), rest).messages[0]
    assert isinstance(card, Say)
    assert [row[0].label for row in card.keyboard] == ["trend_sheet"]
    assert "Kota B" not in render(card.name, card.view)


def test_one_year_is_no_trend() -> None:
    [card] = tapped(facts("A"), "0", known=GIVEN[:1]).messages
    assert isinstance(card, Say)
    assert card.keyboard == ()
    assert "peduli-ham previous" in render(card.name, card.view)


@pytest.mark.parametrize(
    ("codes", "order"),
    [
        (("A",), OrderPaper("trend", "xlsx", region_id=1)),
        (("A", "B"), OrderPaper("province_trend", "xlsx", province="31")),
    ],
)
def test_the_sheet_is_of_what_is_looked_at(codes: tuple[str, ...], order: OrderPaper) -> None:
    assert tapped(facts(*codes), "0", "sheet").changes == (order,)
