"""Laporan hasil pemeriksaan: what reviewers found in a region, each difference with its reason."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from bot.clock import parse
from bot.papers import assessed, endorsed, signing
from bot.papers.assessed import Assessed
from bot.papers.frame import (
    Block,
    ColumnLook,
    Heading,
    Paper,
    PaperCell,
    PaperColumn,
    PaperFields,
    PaperTableRow,
    PaperText,
    table,
)
from bot.papers.making import Drawn, PaperSource, file_name
from bot.papers.proof import ProvedFigures
from bot.papers.recap import totals_of
from bot.storage import paper_rows
from bot.storage.paper_rows import ReturnedAnswer
from flows.contact import summary
from flows.model.answer_state import Standing
from flows.model.facts import Task, Unit
from flows.model.paper_settings import SignerRole
from flows.policy.timing import zone_of
from messages.export_words import state_words
from messages.export_words import words as export_words
from messages.paper_words import printed, wording
from scoring import Score

KIND = "examination"
DIFFERENCES = (
    ("no", 1, ColumnLook.MIDDLE), ("indicator", 3.6, ColumnLook.TEXT), ("office", 2.2, ColumnLook.TEXT),
    ("given", 4, ColumnLook.TEXT), ("result", 4, ColumnLook.TEXT), ("points", 1.8, ColumnLook.MIDDLE),
    ("reason", 4.2, ColumnLook.TEXT), ("basis", 3.2, ColumnLook.TEXT), ("examiner", 3, ColumnLook.TEXT),
)  # fmt: skip
RETURNS = (
    ("no", 1, ColumnLook.MIDDLE), ("indicator", 4, ColumnLook.TEXT), ("office", 2.4, ColumnLook.TEXT),
    ("examiner", 3.4, ColumnLook.TEXT), ("reason", 6, ColumnLook.TEXT), ("outcome", 3.4, ColumnLook.TEXT),
)  # fmt: skip
ENDORSEMENTS = (
    ("no", 0.8, ColumnLook.MIDDLE), ("endorsement", 8, ColumnLook.TEXT), ("there", 1.4, ColumnLook.MIDDLE),
    ("not_there", 1.4, ColumnLook.MIDDLE), ("note", 6, ColumnLook.TEXT),
)  # fmt: skip


class CountedDifference(Struct, frozen=True):
    """An answer that counts otherwise than its office gave it."""

    unit: Unit
    task: Task
    standing: Standing


def drawn(source: PaperSource) -> Drawn:
    """Return the report on the subject's region, on the letterhead of the Kanwil."""
    region, period = source.region, source.period
    city = assessed.city(source, region)
    province = source.roster.provinces[region.id]
    settings = source.settings(province, of_province=True)
    words = wording(KIND)
    roles = (SignerRole.KANWIL, SignerRole.EXAMINER)
    captions = (words.text("acknowledged"), "")
    sent_back = paper_rows.returned(
        source.connection, period.id, [office.unit.id for office in city.offices]
    )
    paper = Paper(
        kind=KIND,
        name=words.text("name", region=region.name, period=period.code),
        head=settings.head,
        titles=words.lines("titles", region=region.name, year=str(period.data_year)),
        number=signing.number_line(settings, KIND),
        blocks=tuple(_blocks(source, city, sent_back)),
        closing=words.text("closing"),
        dated=signing.dated(settings, None, source.day),
        signatures=tuple(
            signing.signature(settings, role, caption, institution=period.institution)
            for role, caption in zip(roles, captions, strict=True)
        ),
        copies=settings.copies,
        notice=signing.simulation(city.unconfirmed, len(city.lines)),
        across=True,
    )
    filename = file_name(words.text("file"), region.name, period.code)
    return Drawn(paper, figures(source, city, sent_back), filename)


def differences(city: Assessed) -> tuple[CountedDifference, ...]:
    """Return what was corrected, in the instrument's order."""
    return tuple(
        CountedDifference(share.unit, share.task, standing)
        for line in city.lines
        for share in line.shares
        if (standing := share.task.standing) and standing.corrected is not None
    )


def figures(source: PaperSource, city: Assessed, sent_back: list[ReturnedAnswer]) -> ProvedFigures:
    """Return what the report shows, by names; without those of persons."""
    shown = {"total::version": source.period.instrument.hash}
    for difference in differences(city):
        key = f"indicator:{difference.task.indicator.no}:{difference.unit.code}"
        shown[f"{key}:given"] = assessed.given_by(difference.task)
        shown[f"{key}:result"] = assessed.given(
            difference.task.indicator, difference.standing.corrected
        )
        shown[f"{key}:reason"] = difference.standing.reason or ""
    for line in city.lines:
        key = f"indicator:{line.indicator.no}"
        shown[f"{key}:claimed"] = assessed.text_of(line.claimed.points)
        shown[f"{key}:verified"] = assessed.text_of(line.verified.points if line.verified else None)
    shown["total::returned"] = str(len(sent_back))
    return shown | totals_of(city)


def _blocks(
    source: PaperSource, city: Assessed, sent_back: list[ReturnedAnswer]
) -> Iterator[Block]:
    words = wording(KIND)
    year = str(source.period.data_year)
    instrument = source.period.instrument.title
    yield PaperText(
        words.text("opening", region=city.region.name, year=year, instrument=instrument)
    )
    yield PaperFields((*_summary(source, city, sent_back), *endorsed.lines(source, city)))
    yield Heading(words.text("heading_differences"))
    corrected = differences(city)
    if corrected:
        rows = [PaperTableRow(_difference_cells(city, difference)) for difference in corrected]
        yield table(_columns(DIFFERENCES), rows)
    else:
        yield PaperText(words.text("no_differences"))
    yield Heading(words.text("heading_returned"))
    if sent_back:
        yield table(
            _columns(RETURNS),
            [PaperTableRow(_return_cells(source, city, answer)) for answer in sent_back],
        )
    else:
        yield PaperText(words.text("none_returned"))
    yield Heading(words.text("heading_endorsements"))
    yield PaperText(words.text("endorsements_by_hand"))
    points = words.lines("endorsements")
    rows = [PaperTableRow((place, text, "", "", "")) for place, text in enumerate(points, 1)]
    yield table(_columns(ENDORSEMENTS), rows, tall=True)


def _columns(given: tuple[tuple[str, float, ColumnLook], ...]) -> list[PaperColumn]:
    titles = wording(KIND).words("columns")
    return [PaperColumn(titles[key], width, look) for key, width, look in given]


def _summary(
    source: PaperSource, city: Assessed, sent_back: list[ReturnedAnswer]
) -> Iterator[tuple[str, PaperCell]]:
    words = wording(KIND)
    names = words.words("summary")
    done = sum(1 for task in city.tasks if task.verified is not None)
    yield names["claimed"], _total(city.claimed)
    yield names["verified"], _total(city.verified) if city.verified else words.text("nothing")
    yield names["version"], assessed.version(source.period.instrument)
    yield names["examined"], wording("frame").text("of", count=done, total=len(city.tasks))
    yield names["corrected"], len(differences(city))
    yield names["returned"], len(sent_back)


def _total(score: Score) -> str:
    rating = score.rating_if_closed_now
    total = score.total_if_closed_now
    return wording(KIND).text("total", total=total, rating=rating.name if rating else None)


def _difference_cells(city: Assessed, difference: CountedDifference) -> tuple[PaperCell, ...]:
    words, task, standing = wording(KIND), difference.task, difference.standing
    line = next(one for one in city.lines if one.indicator.no == task.indicator.no)
    verified = line.verified.points if line.verified else None
    return (
        task.indicator.no,
        task.indicator.name,
        difference.unit.short,
        assessed.given_by(task),
        assessed.given(task.indicator, standing.corrected),
        words.text("points", before=printed(line.claimed.points), after=printed(verified)),
        standing.reason,
        task.indicator.guidance.law,
        words.text(
            "examiner",
            by=standing.by,
            role=export_words()["roles"][standing.role],
            day=standing.at.astimezone(zone_of(city.region)).date(),
        ),
    )


def _return_cells(
    source: PaperSource, city: Assessed, sent: ReturnedAnswer
) -> tuple[PaperCell, ...]:
    words, instrument = wording(KIND), source.period.instrument
    indicator = instrument.indicator(sent.indicator)
    code = instrument.return_reason(sent.code)
    reasons = dict.fromkeys(filter(None, (code.text if code else "", sent.reason)))
    office = next(one for one in city.offices if one.unit.id == sent.unit_id)
    task = office.desk.task(sent.indicator)
    return (
        indicator.no,
        indicator.name,
        office.unit.short,
        words.text(
            "examiner",
            by=sent.by,
            role=export_words()["roles"][sent.role],
            day=parse(sent.at).astimezone(zone_of(city.region)).date(),
        ),
        "; ".join(reasons),
        state_words(summary.station_of(task)) if task else None,
    )
