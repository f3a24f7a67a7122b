"""Tren antar tahun: each city's total and each right's points over the years, of a city or a province."""

from __future__ import annotations

from collections.abc import Iterator

from bot.papers import signing
from bot.papers.assessed import text_of
from bot.papers.frame import (
    Block,
    ColumnLook,
    Heading,
    Paper,
    PaperCell,
    PaperColumn,
    PaperTableRow,
    PaperText,
    table,
)
from bot.papers.making import Drawn, PaperSource, file_name
from bot.papers.proof import ProvedFigures
from bot.storage import paper_rows
from bot.storage import year_rows as stored
from bot.storage.roster import Roster
from flows.model import years
from flows.model.facts import Region
from flows.model.paper_settings import SignerRole
from flows.model.years import Year, YearLine
from flows.staff.trends import CITY, PROVINCE
from messages.paper_words import wording

__all__ = ["CITY", "PROVINCE", "drawn"]


def drawn(source: PaperSource) -> Drawn:
    """Return the years of the subject. Raises LookupError where nothing is owed there."""
    of_province = source.subject.kind == PROVINCE
    code = source.province if of_province else source.region.code

    def sees(roster: Roster, region: Region) -> bool:
        return code in (roster.provinces[region.id] if of_province else region.code,)

    given = stored.read(source.connection, source.roster, source.zone, source.now, sees)
    if not given:
        raise LookupError(code)
    words, period = wording("trend"), source.period
    name = paper_rows.province_name(source.connection, code) if of_province else source.region.name
    settings = source.settings(code, of_province=of_province)
    view = {"place": name, "first": str(given[0].year), "last": str(given[-1].year)}
    signer = (
        signing.signature(settings, SignerRole.KANWIL, institution=period.institution)
        if of_province
        else signing.signature(settings, SignerRole.LEGAL, region=name)
    )
    paper = Paper(
        kind=source.subject.kind,
        name=words.text("name", period=period.code, **view),
        head=settings.head,
        titles=words.lines("titles", **view),
        number=None,
        blocks=tuple(_blocks(given, view)),
        closing=words.text("closing"),
        dated=signing.dated(settings, None if of_province else name, source.day),
        signatures=(signer,),
        across=True,
    )
    return Drawn(paper, _figures(given), file_name(words.text("file"), name, period.code))


def _blocks(given: tuple[Year, ...], view: dict[str, str]) -> Iterator[Block]:
    words = wording("trend")
    yield PaperText(words.text("opening", **view))
    yield Heading(words.text("heading_cities"))
    yield _table(given, years.cities(given), "city")
    latest = {city.code: city.name for year in given for city in year.cities}
    for code, name in latest.items():
        yield Heading(words.text("heading_rights", place=name))
        yield _table(given, years.rights(given, code), "right")
    notes = sorted({city.basis for year in given for city in year.cities})
    for basis in notes:
        listed = [
            f"{city.name} {year.year}"
            for year in given
            for city in year.cities
            if city.basis == basis
        ]
        yield PaperText(words.text(f"basis_{basis}", places=listed))
    if any(city.simulation for year in given for city in year.cities):
        yield PaperText(words.text("simulation"))


def _table(given: tuple[Year, ...], lines: tuple[YearLine, ...], what: str) -> Block:
    titles = wording("trend").words("columns")
    columns = [
        PaperColumn(titles["no"], 0.9, ColumnLook.MIDDLE),
        PaperColumn(titles[what], 4, ColumnLook.TEXT),
        *(PaperColumn(str(year.year), 1.6, ColumnLook.TOTAL) for year in given),
        PaperColumn(titles["change"], 1.8, ColumnLook.TOTAL),
    ]
    rows = [PaperTableRow(_cells(place, line)) for place, line in enumerate(lines, 1)]
    return table(columns, rows)


def _cells(place: int, line: YearLine) -> tuple[PaperCell, ...]:
    return (place, line.name, *line.values, line.change)


def _figures(given: tuple[Year, ...]) -> ProvedFigures:
    """Return every figure by city and year."""
    shown = {}
    for year in given:
        for city in year.cities:
            key = f"region:{city.code}"
            shown[f"{key}:{year.year}"] = text_of(city.value)
            for name, points in city.rights.items():
                shown[f"{key}:{year.year} {name}"] = text_of(points)
    return shown
