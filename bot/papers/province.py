"""Rekapitulasi provinsi: where every region of a province stands, and which are proposed for the award."""

from __future__ import annotations

from collections.abc import Iterator

from bot.papers import assessed, signing
from bot.papers.assessed import Assessed
from bot.papers.frame import (
    Block,
    ColumnLook,
    Heading,
    Items,
    Paper,
    PaperCell,
    PaperColumn,
    PaperTableRow,
    PaperText,
    table,
)
from bot.papers.making import Drawn, PaperSource, file_name
from bot.papers.proof import ProvedFigures
from bot.papers.recap import totals_of
from bot.storage import paper_rows
from flows.model.paper_settings import SignerRole
from messages.paper_words import wording
from scoring import Score
from scoring.model import Rating

KIND = "province_recap"
COLUMNS = (
    ("no", 0.9, ColumnLook.MIDDLE), ("region", 4, ColumnLook.TEXT), ("offices", 1.5, ColumnLook.FIGURE),
    ("filled", 2.2, ColumnLook.MIDDLE), ("on_time", 2.2, ColumnLook.MIDDLE), ("open", 2, ColumnLook.FIGURE),
    ("claimed", 2, ColumnLook.TOTAL), ("claimed_rating", 3, ColumnLook.TEXT),
    ("verified", 2, ColumnLook.TOTAL), ("verified_rating", 3, ColumnLook.TEXT),
    ("stage", 3.4, ColumnLook.TEXT),
)  # fmt: skip


def drawn(source: PaperSource) -> Drawn:
    """Return the recap of the subject's province, on the letterhead of its Kanwil."""
    code, roster = source.subject.province or "", source.roster
    regions = [region for region in roster.regions.values() if roster.provinces[region.id] == code]
    cities = ordered(assessed.assess(source, tuple(regions)))
    if not cities:
        raise LookupError(code)
    period, words = source.period, wording(KIND)
    settings = source.settings(code, of_province=True)
    name = paper_rows.province_name(source.connection, code)
    unconfirmed = max(city.unconfirmed for city in cities)
    paper = Paper(
        kind=KIND,
        name=words.text("name", province=name, period=period.code),
        head=settings.head,
        titles=words.lines("titles", province=name, year=str(period.data_year)),
        number=signing.number_line(settings, KIND),
        blocks=tuple(_blocks(source, cities, name)),
        closing=words.text("closing"),
        dated=signing.dated(settings, None, source.day),
        signatures=(
            signing.signature(settings, SignerRole.KANWIL, institution=period.institution),
        ),
        copies=settings.copies,
        notice=signing.simulation(unconfirmed, len(period.instrument.indicators)),
        across=True,
    )
    return Drawn(paper, figures(source, cities), file_name(words.text("file"), name, period.code))


def ordered(cities: tuple[Assessed, ...]) -> tuple[Assessed, ...]:
    """Return the regions by result once all are final; before, those first that need most."""
    if all(city.is_final for city in cities):
        return tuple(sorted(cities, key=lambda city: -city.leading.total_if_closed_now))
    return tuple(sorted(cities, key=lambda city: (-_open(city), city.leading.total_if_closed_now)))


def proposed(cities: tuple[Assessed, ...], best: Rating) -> tuple[Assessed, ...]:
    """Return the regions whose final result earns the best rating."""
    return tuple(
        city
        for city in cities
        if city.is_final and city.leading.rating_if_closed_now == best
    )  # fmt: skip


def figures(source: PaperSource, cities: tuple[Assessed, ...]) -> ProvedFigures:
    """Return what the recap shows of each region, by names."""
    shown = {"total::version": source.period.instrument.hash}
    for city in cities:
        key = f"region:{city.region.code}"
        for name, text in totals_of(city).items():
            shown[f"{key}:{name.rpartition(':')[2]}"] = text
        shown[f"{key}:open"] = str(_open(city))
        shown[f"{key}:filled"] = str(_filled(city))
        shown[f"{key}:on_time"] = str(_on_time(city))
    return shown


def _blocks(source: PaperSource, cities: tuple[Assessed, ...], name: str) -> Iterator[Block]:
    words = wording(KIND)
    titles = words.words("columns")
    instrument = source.period.instrument
    yield PaperText(
        words.text(
            "opening",
            version=assessed.version(instrument),
            province=name,
            instrument=instrument.title,
            count=len(cities),
        )
    )
    columns = [PaperColumn(titles[key], width, look) for key, width, look in COLUMNS]
    yield table(
        columns, [PaperTableRow(_cells(place, city)) for place, city in enumerate(cities, 1)]
    )
    if source.period.trial:
        return  # nobody is proposed for an award by what was practised
    yield Heading(words.text("heading_proposed"))
    best = instrument.ratings[0]
    chosen = proposed(cities, best)
    if chosen:
        view = {"rating": best.name, "minimum": best.minimum}
        yield PaperText(words.text("proposed", **view))
        yield Items(
            tuple(
                words.text(
                    "proposal", region=city.region.name, total=city.leading.total_if_closed_now
                )
                for city in chosen
            )
        )
    else:
        yield PaperText(words.text("none_proposed", rating=best.name))
    if not best.source.status.is_settled:
        yield PaperText(words.text("threshold_proposed", rating=best.name, minimum=best.minimum))


def _cells(place: int, city: Assessed) -> tuple[PaperCell, ...]:
    words, frame = wording(KIND), wording("frame")
    total = len(city.tasks)
    done = city.verified is not None
    stage = "final" if city.is_final else "so_far" if done else "open"
    return (
        place,
        city.region.name,
        len(city.offices),
        frame.text("of", count=_filled(city), total=total),
        frame.text("of", count=_on_time(city), total=total),
        _open(city),
        city.claimed.total_if_closed_now,
        _rating(city.claimed),
        city.verified.total_if_closed_now if city.verified else None,
        _rating(city.verified) if city.verified else None,
        words.words("stages")[stage],
    )


def _rating(score: Score) -> str | None:
    return score.rating_if_closed_now.name if score.rating_if_closed_now else None


def _filled(city: Assessed) -> int:
    return sum(1 for task in city.tasks if not task.is_open)


def _on_time(city: Assessed) -> int:
    """Return how many answers were sent, for the first time, until their office's last day."""
    return sum(1 for task in city.tasks if task.standing is not None and not task.standing.late)


def _open(city: Assessed) -> int:
    """Return how much is left to do until everything is verified."""
    return sum(1 for task in city.tasks if task.verified is None)
