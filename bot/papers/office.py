"""Papers of one office: what it has sent, to show upward, and its sheet, which its head signs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.clock import parse
from bot.papers import assessed, signing
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
    table,
)
from bot.papers.making import Drawn, PaperSource, file_name
from bot.papers.proof import ProvedFigures
from bot.storage import log
from flows.contact import prompts, summary
from flows.model.facts import Desk, Office, Setting, Task
from flows.policy import timing
from messages.export_words import state_words
from messages.paper_words import NOTHING, printed, wording
from scoring import part_value

RECEIPT, SHEET = "receipt", "office_sheet"
RECEIPT_COLUMNS = (
    ("no", 0.8, ColumnLook.MIDDLE), ("indicator", 4.2, ColumnLook.TEXT), ("given", 4.4, ColumnLook.TEXT),
    ("receipt", 1.6, ColumnLook.MIDDLE), ("stored", 2.5, ColumnLook.TEXT), ("sent", 2.5, ColumnLook.TEXT),
    ("state", 2.6, ColumnLook.TEXT),
)  # fmt: skip
SHEET_COLUMNS = (
    ("no", 1, ColumnLook.MIDDLE), ("indicator", 4.2, ColumnLook.TEXT), ("given", 4.8, ColumnLook.TEXT),
    ("value", 1.8, ColumnLook.FIGURE), ("unit", 2.2, ColumnLook.TEXT), ("band", 2, ColumnLook.MIDDLE),
    ("points", 1.4, ColumnLook.FIGURE), ("wanted", 4.6, ColumnLook.TEXT), ("evidence", 3.6, ColumnLook.TEXT),
    ("receipt", 1.8, ColumnLook.MIDDLE),
)  # fmt: skip


def receipt(source: PaperSource) -> Drawn:
    """Return what the subject's office has sent, and when Telegram received it; nobody signs it."""
    office = assessed.office(source)
    words = wording(RECEIPT)
    sent = _sendings(source, office)
    titles = words.words("columns")
    columns = [PaperColumn(titles[key], width, look) for key, width, look in RECEIPT_COLUMNS]
    rows = [PaperTableRow(_receipt_cells(source, task, sent)) for task in office.desk.tasks]
    paper = _paper(
        source,
        RECEIPT,
        (
            PaperText(words.text("opening", unit=office.unit.name, region=source.region.name)),
            PaperFields(tuple(_facts(source, office.desk))),
            table(columns, rows),
        ),
        number=None,
        signatures=(),
    )
    return Drawn(paper, _receipt_figures(office.desk, sent), _filename(source, RECEIPT))


def sheet(source: PaperSource) -> Drawn:
    """Return the sheet of the subject's office: figures, points and proof, signed by its head."""
    office = assessed.office(source)
    unit, region = office.unit, source.region
    words, settings = wording(SHEET), source.settings(region.code)
    titles = words.words("columns")
    columns = [PaperColumn(titles[key], width, look) for key, width, look in SHEET_COLUMNS]
    scores = {task.indicator.no: summary.scored(task) for task in office.desk.tasks}
    doubtful = sum(1 for score in scores.values() if score.unconfirmed)
    blocks: list[Block] = [
        PaperText(words.text("opening", unit=unit.name, region=region.name)),
        PaperFields(tuple(_facts(source, office.desk))),
        table(
            columns,
            [PaperTableRow(_sheet_cells(source, office.desk, task)) for task in office.desk.tasks],
        ),
    ]
    if doubtful:
        blocks.append(PaperText(wording("frame").text("proposed")))
    signature = signing.signature(settings, f"office:{unit.code}", unit=unit.name)
    paper = _paper(
        source, SHEET, tuple(blocks), number=signing.number_line(settings, SHEET),
        signatures=(signature,), notice=signing.simulation(doubtful, len(scores)), across=True,
    )  # fmt: skip
    return Drawn(paper, sheet_figures(source, office.desk), _filename(source, SHEET))


def _paper(
    source: PaperSource,
    kind: str,
    blocks: tuple[Block, ...],
    *,
    number: str | None,
    signatures: tuple[Signature, ...],
    notice: str | None = None,
    across: bool = False,
) -> Paper:
    words, period = wording(kind), source.period
    unit, region = source.unit, source.region
    settings = source.settings(region.code)
    return Paper(
        kind=kind,
        name=words.text("name", unit=unit.name, region=region.name, period=period.code),
        head=settings.head,
        titles=words.lines("titles", unit=unit.name, year=str(period.data_year)),
        number=number,
        blocks=blocks,
        closing=words.text("closing"),
        dated=signing.dated(settings, region.name, source.day),
        signatures=signatures,
        notice=notice,
        across=across,
    )


def _filename(source: PaperSource, kind: str) -> str:
    return file_name(wording(kind).text("file"), source.unit.short, source.period.code)


def _facts(source: PaperSource, desk: Desk) -> Iterator[tuple[str, PaperCell]]:
    """Yield what is to be known of the office: where it belongs, its last day, how far it is."""
    words, period = wording("frame"), source.period
    names = words.words("facts")
    done = sum(1 for task in desk.tasks if not task.is_open)
    yield names["unit"], desk.unit.name
    yield names["region"], desk.region.name
    yield names["instrument"], period.instrument.title
    yield names["version"], assessed.version(period.instrument)
    yield names["deadline"], timing.deadline(Setting(source.now, period), desk)
    yield names["filled"], words.text("of", count=done, total=len(desk.tasks))


def _sendings(source: PaperSource, office: Office) -> dict[int, datetime]:
    """Return when each answer of the office was first sent, in the region's time."""
    zone = timing.zone_of(source.region)
    sendings = log.sendings(source.connection, source.period.id, [office.unit.id])
    return {
        indicator_no: parse(at).astimezone(zone)
        for (unit_id, indicator_no), at in sendings.items()
        if unit_id == office.unit.id
    }


def _receipt_cells(
    source: PaperSource, task: Task, sent: dict[int, datetime]
) -> tuple[PaperCell, ...]:
    words, mine = wording(RECEIPT), task.mine
    at = sent.get(task.indicator.no)
    zone = timing.zone_of(source.region)
    return (
        task.indicator.no,
        task.indicator.name,
        assessed.given_by(task),
        assessed.receipt(task),
        words.text("moment", at=mine.at.astimezone(zone)) if mine else None,
        words.text("moment", at=at) if at else None,
        state_words(summary.station_of(task)),
    )


def _receipt_figures(desk: Desk, sent: dict[int, datetime]) -> ProvedFigures:
    shown = {}
    for task in desk.tasks:
        key = f"indicator:{task.indicator.no}"
        at = sent.get(task.indicator.no)
        shown[f"{key}:given"] = assessed.given_by(task)
        shown[f"{key}:receipt"] = assessed.receipt(task) or ""
        shown[f"{key}:sent"] = at.isoformat() if at else ""
        shown[f"{key}:state"] = str(task.state)
    return shown


def _sheet_cells(source: PaperSource, desk: Desk, task: Task) -> tuple[PaperCell, ...]:
    setting = Setting(source.now, source.period)
    indicator, score = task.indicator, summary.scored(task)
    others = ", ".join(part.unit for part in task.others)
    band = score.band.printed if score.band else NOTHING
    star = wording("frame").text("star") if score.unconfirmed else ""
    wanted = "\n".join(
        prompts.filled(setting, desk, evidence.title) for evidence in indicator.evidence
    )
    shared = [wording(SHEET).text("shared", others=others)] if others else []
    return (
        indicator.no,
        "\n".join((indicator.name, *shared)),
        "\n".join((assessed.given_by(task), *(f"({mark})" for mark in assessed.marks(task)))),
        part_value(indicator, task.mine.answer) if task.mine else None,
        indicator.unit,
        f"{band} {star}".strip(),
        summary.points(task),
        wanted,
        assessed.evidence(task),
        assessed.receipt(task),
    )


def sheet_figures(source: PaperSource, desk: Desk) -> ProvedFigures:
    """Return what the sheet of an office shows, by names."""
    shown = {"total::version": source.period.instrument.hash}
    for task in desk.tasks:
        key = f"indicator:{task.indicator.no}"
        value = part_value(task.indicator, task.mine.answer) if task.mine else None
        shown[f"{key}:given"] = assessed.given_by(task)
        shown[f"{key}:value"] = assessed.text_of(value)
        shown[f"{key}:claimed"] = assessed.text_of(summary.points(task))
        shown[f"{key}:evidence"] = printed(len(task.kept))
        shown[f"{key}:receipt"] = assessed.receipt(task) or ""
    return shown
