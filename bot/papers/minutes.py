"""Berita acara kesepakatan kriteria: what a coordination meeting agreed upon, signed by those present."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from msgspec import Struct

from bot.papers import signing
from bot.papers.frame import (
    Block,
    ColumnLook,
    Heading,
    Items,
    Paper,
    PaperColumn,
    PaperTableRow,
    PaperText,
    Weight,
    table,
)
from bot.papers.making import Drawn, file_name
from bot.papers.proof import ProvedFigures
from flows.model.paper_settings import PaperSettings, SignerRole
from messages.paper_words import wording
from scoring.provenance import Status

KIND = "criteria_minutes"
SIGN = 3.2
"""The width of the column in which participants sign."""


class Participant(Struct, frozen=True):
    """Who was there. `role` is a role's code, or as what somebody came (`Narasumber`); `office` a name."""

    name: str
    role: str
    office: str


class AgreedCriterion(Struct, frozen=True):
    """One criterion that was on the agenda. Without a `no` it is no indicator's but a general rule.

    `what` is a code, as changes of an agreement have it (`bands`, `precision`, `left_out` …), `as_is`
    where it was agreed upon without a change. `proposed_by` is an office with its role.
    """

    right: str
    no: int | None
    indicator: str
    what: str
    before: str
    after: str
    status: Status = Status.AGREED
    source: str = ""
    proposed_by: str | None = None


class PostponedCriterion(Struct, frozen=True):
    """A criterion that the meeting put off: how it stands meanwhile, and why it was put off."""

    right: str
    no: int | None
    indicator: str
    what: str
    before: str
    status: Status = Status.PROPOSED
    reason: str = ""


class CriteriaMinutes(Struct, frozen=True):
    """A meeting as the record has it. `venue` is where it met, `place` the town above the signatures.

    `agreed` and `postponed` in the instrument's order. `hash_before` and `hash_after` are those of the
    instrument, `entry` and `record_hash` those of the agreement on the record. `unsettled`: how many of
    `indicators` still rest on a proposed figure.
    """

    day: date
    venue: str
    period: str
    data_year: int
    province: str
    instrument: str
    regions: tuple[str, ...]
    participants: tuple[Participant, ...]
    agreed: tuple[AgreedCriterion, ...]
    postponed: tuple[PostponedCriterion, ...]
    comments: int
    hash_before: str
    hash_after: str
    entry: int
    record_hash: str
    indicators: int
    unsettled: int
    place: str | None = None


def drawn(minutes: CriteriaMinutes, settings: PaperSettings) -> Drawn:
    """Return the minutes with their figures; for a line of `paper_kinds.MAKERS`."""
    name = file_name(wording(KIND).text("file"), minutes.province, minutes.period)
    return Drawn(paper(minutes, settings), figures(minutes), name)


def paper(minutes: CriteriaMinutes, settings: PaperSettings) -> Paper:
    """Return the minutes as a paper, on the letterhead of the Kanwil."""
    words = wording(KIND)
    return Paper(
        kind=KIND,
        name=words.text("name", province=minutes.province, period=minutes.period),
        head=settings.head,
        titles=words.lines("titles"),
        number=signing.number_line(settings, KIND),
        blocks=tuple(_blocks(minutes)),
        closing=words.text("closing"),
        dated=signing.dated(settings, minutes.place, minutes.day),
        signatures=(signing.signature(settings, SignerRole.CHAIR),),
        copies=settings.copies,
    )


def figures(minutes: CriteriaMinutes) -> ProvedFigures:
    """Return what the minutes say, by names: criteria before and after, offices, both versions."""
    shown = {
        "day": minutes.day.isoformat(),
        "venue": minutes.venue,
        "instrument.before": minutes.hash_before,
        "instrument.after": minutes.hash_after,
        "record.entry": str(minutes.entry),
        "record.hash": minutes.record_hash,
        "comments": str(minutes.comments),
        "unsettled": str(minutes.unsettled),
    }
    for place, criterion in enumerate(minutes.agreed, 1):
        key = f"agreed.{place}.{criterion.no or 'general'}.{criterion.what}"
        shown[f"{key}.before"], shown[f"{key}.after"] = criterion.before, criterion.after
        shown[f"{key}.status"] = str(criterion.status)
    for place, late in enumerate(minutes.postponed, 1):
        shown[f"postponed.{place}.{late.no or 'general'}.{late.what}"] = late.before
    for place, participant in enumerate(minutes.participants, 1):
        shown[f"participant.{place}"] = participant.office  # no names: they can be erased elsewhere
    return shown


def _blocks(minutes: CriteriaMinutes) -> Iterator[Block]:
    words = wording(KIND)
    yield PaperText(
        words.text(
            "opening",
            day=minutes.day,
            venue=minutes.venue,
            province=minutes.province,
            instrument=minutes.instrument,
            year=str(minutes.data_year),
            participants=len(minutes.participants),
        )
    )
    if minutes.regions:
        yield PaperText(words.text("scope", regions=minutes.regions))
    yield Heading(words.text("heading_agreed"))
    yield _agreed(minutes) if minutes.agreed else PaperText(words.text("none_agreed"))
    yield Heading(words.text("heading_postponed"))
    yield _postponed(minutes) if minutes.postponed else PaperText(words.text("none_postponed"))
    yield Heading(words.text("heading_validity"))
    yield _validity(minutes)
    yield Heading(words.text("heading_participants"))
    yield (
        _participants(minutes) if minutes.participants else PaperText(words.text("no_participants"))
    )


def _agreed(minutes: CriteriaMinutes) -> Block:
    words = wording(KIND)
    titles, statuses = words.words("columns"), wording("frame").words("statuses")
    columns = (
        PaperColumn(titles["subject"], 3.4),
        PaperColumn(titles["what"], 1.8),
        PaperColumn(titles["before"], 3),
        PaperColumn(titles["after"], 3),
        PaperColumn(titles["standing"], 4),
    )
    rows = []
    for right, criteria in groupby(minutes.agreed, lambda criterion: criterion.right):
        rows.append(PaperTableRow((right or words.text("general"),), Weight.GROUP))
        for criterion in criteria:
            standing = words.text(
                "source",
                status=statuses[criterion.status],
                source=criterion.source,
                by=criterion.proposed_by,
            )
            cells = (_what(criterion), criterion.before, criterion.after, standing)
            rows.append(PaperTableRow((_subject(criterion), *cells)))
    return table(columns, rows)


def _postponed(minutes: CriteriaMinutes) -> Block:
    words = wording(KIND)
    titles, statuses = words.words("columns"), wording("frame").words("statuses")
    columns = (
        PaperColumn(titles["subject"], 4),
        PaperColumn(titles["what"], 2),
        PaperColumn(titles["before"], 4),
        PaperColumn(titles["reason"], 5),
    )
    rows = []
    for late in minutes.postponed:
        why = words.text("source", status=statuses[late.status], source=late.reason, by=None)
        rows.append(PaperTableRow((_subject(late), _what(late), late.before, why)))
    return table(columns, rows)


def _subject(criterion: AgreedCriterion | PostponedCriterion) -> str:
    if criterion.no is None:
        return criterion.indicator
    return wording(KIND).text("subject", no=criterion.no, indicator=criterion.indicator)


def _what(criterion: AgreedCriterion | PostponedCriterion) -> str:
    return wording(KIND).words("what").get(criterion.what, criterion.what)


def _validity(minutes: CriteriaMinutes) -> Block:
    words = wording(KIND)
    changed = minutes.hash_before != minutes.hash_after
    left = "unsettled" if minutes.unsettled else "settled"
    return Items(
        (
            words.text("comments", comments=minutes.comments),
            words.text(
                "validity", period=minutes.period, entry=minutes.entry, hash=minutes.record_hash
            ),
            words.text("versions", before=minutes.hash_before, after=minutes.hash_after)
            if changed
            else words.text("unchanged", after=minutes.hash_after),
            words.text(left, count=minutes.unsettled, total=minutes.indicators),
        )
    )


def _participants(minutes: CriteriaMinutes) -> Block:
    """Return the list of who was there, with a place for each to sign; the places alternate, for room."""
    words = wording(KIND)
    titles, roles = words.words("columns"), words.words("roles")
    columns = (
        PaperColumn(titles["no"], 0.8, ColumnLook.MIDDLE),
        PaperColumn(titles["name"], 3.6),
        PaperColumn(titles["role"], 2.4),
        PaperColumn(titles["office"], 4.4),
        PaperColumn(titles["signature"], SIGN),
    )
    rows = [
        PaperTableRow((place, who.name, roles.get(who.role, who.role), who.office, f"{place}."))
        for place, who in enumerate(minutes.participants, 1)
    ]
    return table(columns, rows, tall=True)
