"""Makes a paper into a file: its code and its proof follow from the record, and from what it shows."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable
from datetime import date, datetime, tzinfo
from enum import StrEnum

import orjson
from msgspec import Struct, field

from bot.clock import iso, local_day
from bot.papers.dated import dated
from bot.papers.frame import Paper
from bot.papers.proof import PaperProof, ProvedFigures, canonical, code_of, digest
from bot.storage import health_counts, paper_rows
from bot.storage.paper_rows import PaperRow
from bot.storage.roster import Roster
from flows.model.facts import Period, Region, Unit
from flows.model.paper_settings import PaperSettings
from flows.policy.timing import zone_of
from scoring.replacing import replace


class PaperFormat(StrEnum):
    """The kind of file that a paper becomes."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"


class PaperSubject(Struct, frozen=True):
    """What a paper is about: its kind, and a region, an office or a province, by their ids or code.

    `parameters` are what else its kind needs, as JSON takes it.
    """

    kind: str
    region_id: int | None = None
    unit_id: int | None = None
    province: str | None = None
    parameters: dict[str, str | int] = field(default_factory=dict)


class PaperSource(Struct, frozen=True):
    """Where a paper's maker reads: the period, and when it is, in the zone of the installation."""

    connection: sqlite3.Connection
    roster: Roster
    subject: PaperSubject
    now: datetime
    zone: tzinfo

    @property
    def region(self) -> Region:
        """The region of the subject, or of its office."""
        region_id = self.subject.region_id or self.unit.region_id
        return self.roster.regions[region_id]

    @property
    def unit(self) -> Unit:
        """The office of the subject. Raises KeyError where it has none."""
        return self.roster.units[self.subject.unit_id or 0]

    @property
    def province(self) -> str:
        """The province that the subject lies in, or is."""
        subject = self.subject
        return subject.province or self.roster.provinces[self.region.id]

    @property
    def period(self) -> Period:
        """The period, with the criteria that are in force in the province of the subject."""
        return self.roster.period_of(self.province)

    @property
    def day(self) -> date:
        """The day in the region of the subject; for a province, in the zone of the installation."""
        subject = self.subject
        if subject.region_id is None and subject.unit_id is None:
            return local_day(self.now, self.zone)
        return local_day(self.now, zone_of(self.region))

    def settings(self, of: str, *, of_province: bool = False) -> PaperSettings:
        """Return the letterhead and the signers of a region or a province."""
        period = self.roster.period
        return paper_rows.settings(self.connection, period, of, of_province=of_province)


class Drawn(Struct, frozen=True):
    """A paper before it is laid out, with its figures by name, and a name for its file."""

    paper: Paper
    figures: ProvedFigures
    filename: str


class Made(Struct, frozen=True):
    """A paper as a file."""

    code: str
    filename: str
    content: bytes
    row: PaperRow


PaperMaker = Callable[[PaperSource], Drawn]


def make(
    source: PaperSource,
    drawn: Drawn,
    format_: PaperFormat,
    *,
    seat_id: int | None = None,
) -> Made:
    """Return the file of a paper with the row to be kept; nothing is written, so a snapshot will do."""
    entry, head = paper_rows.head(source.connection, source.roster.period.id)
    text = canonical(drawn.figures)
    subject, made_at = source.subject, iso(source.now)
    row = PaperRow(
        "", subject.kind, format_, source.roster.period.id, subject.region_id, subject.unit_id,
        subject.province, orjson.dumps(subject.parameters, option=orjson.OPT_SORT_KEYS).decode(),
        entry, head, text, digest(text), made_at, seat_id, "",
    )  # fmt: skip
    code = row_code(row)
    row = replace(row, code=code)
    content = remade(source, drawn, row)
    row = replace(row, sha256=hashlib.sha256(content).hexdigest())
    return Made(code, f"{drawn.filename}.{format_}", content, row)


def remade(source: PaperSource, drawn: Drawn, row: PaperRow) -> bytes:
    """Return the file of a row; the QR code opens the bot, where the bot has noted its name."""
    bot_link = health_counts.noted(source.connection).get("bot_link")
    link = f"{bot_link}?start={row.code}" if bot_link else None
    proof = PaperProof(row.code, row.entry, row.head, source.now.astimezone(source.zone), link)
    return laid_out(drawn.paper, proof, PaperFormat(row.format))


def subject_of(row: PaperRow) -> PaperSubject:
    """Return what the paper of a row is about."""
    parameters = orjson.loads(row.parameters)
    return PaperSubject(row.kind, row.region_id, row.unit_id, row.province, parameters)


CODED = tuple(sorted(set(PaperRow.__struct_fields__) - {"code", "figures", "sha256"}))
"""What a code is made of: all but the figures, of which it has the digest."""


def row_code(row: PaperRow) -> str:
    """Return the code that follows from a row: the paper's own, unless the row was changed."""
    return code_of(*(str(getattr(row, name)) for name in CODED))


def laid_out(paper: Paper, proof: PaperProof, format_: PaperFormat) -> bytes:
    """Return the paper as a file; what makes it is loaded now, since most commands make none."""
    match format_:
        case PaperFormat.PDF:
            from bot.papers.pdf import pdf

            return pdf(paper, proof)
        case PaperFormat.DOCX:
            from bot.papers.word import docx

            return dated(docx(paper, proof), proof.made_at)
        case PaperFormat.XLSX:
            from bot.papers.sheet import xlsx

            return dated(xlsx(paper, proof), proof.made_at)


def file_name(*parts: str) -> str:
    """Return words as the name of a file: letters, figures and hyphens."""
    return "-".join(re.findall(r"[\w.]+", " ".join(parts)))
