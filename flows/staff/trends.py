"""Trends over the years: the cities' totals and the rights' points, as a card, a picture and a sheet."""

from __future__ import annotations

from typing import Any

from flows.model import walks, years
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import Region, StaffFacts
from flows.model.outcome import Keyboard, Notice, OrderPaper, Outcome, Picture, Say
from flows.model.years import Year, YearLine, Years

CITY, PROVINCE = "trend", "province_trend"
"""The sheets, of a city and of a province."""
SHEET = "sheet"
SHOWN = 20


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed, known: Years) -> Outcome:
    """📈 Tren: of all that the seat sees, or of one city; with its picture, or the sheet."""
    regions = facts.board.regions
    region = next((one for one in regions if one.id == pressed.number()), None)
    if region is None and len(regions) == 1:
        [region] = regions
    if SHEET in pressed.rest:
        return _sheet(facts, region, event)
    view = drawn(facts, known.years, region)
    message = Say("period/trend", view, _keyboard(facts, view, region))
    if len(known.years) < 2:
        return Outcome((), (message,))
    return Outcome((), (message, Picture("period/trend_picture", view)))


def drawn(facts: StaffFacts, known: tuple[Year, ...], region: Region | None) -> dict[str, Any]:
    """Return what the card and the drawing need."""
    code = region.code if region else None
    chosen = [
        Year(year.year, tuple(city for city in year.cities if code in (None, city.code)))
        for year in known
    ]
    chosen = [year for year in chosen if year.cities]
    lines = years.cities(chosen)
    bases = {city.basis for year in chosen for city in year.cities}
    return {
        "name": region.name if region else facts.period.institution,
        "years": [str(year.year) for year in chosen],
        "cities": [_line(line) for line in lines[:SHOWN]],
        "more": len(lines[SHOWN:]),
        "rights": [_line(line) for line in years.rights(chosen, code)],
        "mean": region is None,
        "unverified": sorted(
            str(year.year) for year in chosen if any(city.basis != "final" for city in year.cities)
        ),
        "loaded": "loaded" in bases,
        "simulation": any(city.simulation for year in chosen for city in year.cities),
    }


def _line(line: YearLine) -> dict[str, Any]:
    return {"name": line.name, "values": list(line.values), "change": line.change}


def _keyboard(facts: StaffFacts, view: dict[str, Any], region: Region | None) -> Keyboard:
    seat = facts.seat.id
    place = region.id if region else 0
    sheet = (Button("trend_sheet", data(Verb.TREND, seat, place, SHEET)),)
    others = () if region else facts.board.regions[:SHOWN]
    cities = tuple(
        (Button("region", data(Verb.TREND, seat, other.id), {"name": other.name}),)
        for other in others
    )
    return (*cities, *((sheet,) if len(view["years"]) > 1 else ()))


def _sheet(facts: StaffFacts, region: Region | None, event: Tap) -> Outcome:
    kind = CITY if region else PROVINCE
    order = OrderPaper(
        kind,
        "xlsx",
        region_id=region.id if region else None,
        province=None if region else facts.seat.province,
    )
    return Outcome((order,), (Notice(event.query_id, "notice/paper_ordered", {"kind": kind}),))


ROUTES = (walks.looking.button(Verb.TREND, on_tap, Years),)
