"""Rekapitulasi kota: all that a region gave, with its points by the answers and as verified, to be signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.papers import assessed, endorsed, signing
from bot.papers.assessed import Assessed, AssessedIndicator
from bot.papers.frame import (
    Block,
    ColumnLook,
    Paper,
    PaperCell,
    PaperColumn,
    PaperFields,
    PaperTableRow,
    PaperText,
    Signature,
    Weight,
    table,
)
from bot.papers.making import Drawn, PaperSource, file_name
from bot.papers.proof import ProvedFigures
from flows.model.facts import Period, Task
from flows.model.paper_settings import PaperSettings, SignerRole
from messages.paper_words import NOTHING, wording
from scoring import Score

KIND = "recap"
WIDTHS = (
    ("no", 1.1, ColumnLook.MIDDLE), ("indicator", 4, ColumnLook.TEXT), ("unit", 2, ColumnLook.TEXT),
    ("given", 5.2, ColumnLook.TEXT), ("value", 1.7, ColumnLook.FIGURE), ("band", 2.1, ColumnLook.MIDDLE),
    ("claimed", 1.8, ColumnLook.FIGURE), ("verified", 1.9, ColumnLook.FIGURE),
    ("evidence", 3.4, ColumnLook.TEXT),
    ("office", 2.3, ColumnLook.TEXT), ("remarks", 3.6, ColumnLook.TEXT),
)  # fmt: skip
PROPOSED = " *)"
"""Behind a threshold that nobody has confirmed or agreed upon."""


def drawn(source: PaperSource) -> Drawn:
    """Return the recap of the subject's region as the record has it now."""
    region = source.region
    city = assessed.city(source, region)
    settings = source.settings(region.code)
    words, period = wording(KIND), source.period
    paper = Paper(
        kind=KIND,
        name=words.text("name", region=region.name, period=period.code),
        head=settings.head,
        titles=words.lines("titles", region=region.name, year=str(period.data_year)),
        number=signing.number_line(settings, KIND),
        blocks=tuple(_blocks(source, city)),
        closing=words.text("closing"),
        dated=signing.dated(settings, region.name, source.day),
        signatures=_signatures(source, city, settings),
        copies=settings.copies,
        notice=signing.simulation(city.unconfirmed, len(city.lines)),
        across=True,
    )
    return Drawn(
        paper, figures(city, period), file_name(words.text("file"), region.name, period.code)
    )


def _signatures(
    source: PaperSource, city: Assessed, settings: PaperSettings
) -> tuple[Signature, ...]:
    words, region = wording(KIND), city.region.name
    return (
        endorsed.secretary(source, city, settings, words.text("acknowledged")),
        signing.signature(settings, SignerRole.LEGAL, words.text("compiled"), region=region),
    )


def _blocks(source: PaperSource, city: Assessed) -> Iterator[Block]:
    words, period = wording(KIND), source.period
    yield PaperText(
        words.text("opening", region=city.region.name, instrument=period.instrument.title)
    )
    yield PaperFields((*_totals(city, period), *endorsed.lines(source, city)))
    titles = words.words("columns")
    columns = [PaperColumn(titles[key], width, look) for key, width, look in WIDTHS]
    rows = list(_rows(city))
    yield table(columns, rows)
    if city.unconfirmed:
        yield PaperText(wording("frame").text("proposed"))


def _totals(city: Assessed, period: Period) -> Iterator[tuple[str, PaperCell]]:
    """Yield both totals with their ratings and what they lack, a line each."""
    words = wording(KIND)
    tasks = city.tasks
    filled = sum(1 for task in tasks if not task.is_open)
    verified = sum(1 for task in tasks if task.verified is not None)
    names = words.words("totals")
    yield names["claimed"], words.text("total", **_total(city.claimed))
    if city.verified is None:
        yield names["verified"], words.text("nothing_verified")
    else:
        stage = "final" if city.is_final else "so_far"
        yield names[stage], words.text("total", **_total(city.verified))
    yield names["threshold"], _thresholds(period)
    yield names["version"], assessed.version(period.instrument)
    yield (
        names["progress"],
        words.text("progress", filled=filled, verified=verified, total=len(tasks)),
    )


def _thresholds(period: Period) -> str:
    """Return from which total on each rating is earned, those that are proposed marked."""
    words = wording(KIND)
    return "; ".join(
        words.text("threshold", rating=rating.name, minimum=rating.minimum)
        + ("" if rating.source.status.is_settled else PROPOSED)
        for rating in period.instrument.ratings
        if rating.minimum > 0
    )


def _total(score: Score) -> dict[str, object]:
    rating = score.rating_if_closed_now
    return {"total": score.total_if_closed_now, "rating": rating.name if rating else None}


def _rows(city: Assessed) -> Iterator[PaperTableRow]:
    words = wording(KIND)
    for right, lines in assessed.by_right(city.lines):
        yield PaperTableRow((right.name,), Weight.GROUP)
        for line in lines:
            yield _row(line)
        claimed = city.claimed.right(right.code)
        verified = city.verified.right(right.code) if city.verified else None
        label = words.text("right_total", most=claimed.max)
        cells: list[PaperCell] = [""] * len(WIDTHS)
        cells[1], cells[6] = label, claimed.points
        cells[7] = verified.points if verified else None
        yield PaperTableRow(tuple(cells), Weight.TOTAL)


def _row(line: AssessedIndicator) -> PaperTableRow:
    indicator, scored = line.indicator, line.claimed
    band = scored.band.printed if scored.band else NOTHING
    tasks = {share.unit.short: share.task for share in line.shares}
    return PaperTableRow(
        (
            indicator.no,
            indicator.name,
            indicator.unit,
            _by_office({unit: assessed.given_by(task) for unit, task in tasks.items()}),
            scored.rounded,
            f"{band}{PROPOSED if line.unconfirmed else ''}",
            scored.points,
            line.verified.points if line.verified else None,
            _by_office({unit: assessed.evidence(task) for unit, task in tasks.items()}),
            "\n".join(tasks),
            _remarks(line, tasks),
        )
    )


def _remarks(line: AssessedIndicator, tasks: Mapping[str, Task]) -> str:
    if line.indicator.left_out is not None:
        return wording(KIND).text("left_out", reason=line.indicator.left_out.text)
    if not tasks:
        return wording(KIND).text("nobody")
    return _by_office({unit: "; ".join(assessed.remarks(task)) for unit, task in tasks.items()})


def _by_office(texts: Mapping[str, str]) -> str:
    """Return what each office says below its name; one that is alone, or all alike, without names."""
    if len(set(texts.values())) <= 1:
        return next(iter(texts.values()), "")
    return "\n".join(f"{unit}:\n{text}" for unit, text in texts.items() if text)


def figures(city: Assessed, period: Period) -> ProvedFigures:
    """Return what a recap shows of a region, by names."""
    shown: dict[str, str] = {"total::version": period.instrument.hash}
    for line in city.lines:
        key = f"indicator:{line.indicator.no}"
        for share in line.shares:
            own = f"{key}:{share.unit.code}"
            shown[f"{own}:given"] = assessed.given_by(share.task)
            shown[f"{own}:state"] = str(share.task.state)
            shown[f"{own}:evidence"] = str(len(share.task.kept))
        shown[f"{key}:value"] = assessed.text_of(line.claimed.rounded)
        shown[f"{key}:claimed"] = assessed.text_of(line.claimed.points)
        shown[f"{key}:verified"] = assessed.text_of(line.verified.points if line.verified else None)
    return shown | totals_of(city)


def totals_of(city: Assessed) -> dict[str, str]:
    """Return both totals of a region and their ratings, by names."""
    shown = {}
    for name, score in (("claimed", city.claimed), ("verified", city.verified)):
        rating = score.rating_if_closed_now if score else None
        shown[f"total::total_{name}"] = assessed.text_of(
            score.total_if_closed_now if score else None
        )
        shown[f"total::rating_{name}"] = rating.name if rating else ""
    return shown
