"""What a region stands at, indicator by indicator: who gave what, and its points claimed and verified."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from bot.papers.making import PaperSource
from bot.papers.proof import SHOWN, grouped
from bot.storage.load_facts import board_of, offices_of
from flows.contact import prompts, summary
from flows.model.answer_state import State
from flows.model.facts import Office, Region, Task, Unit
from flows.model.progress import all_verified
from flows.model.totals import region_score
from messages.export_words import state_words, words
from messages.paper_words import printed, wording
from scoring import Answer, Indicator, IndicatorScore, Instrument, Right, Score

NAMED = 3
"""Files that a cell names; the others are counted."""


class Share(Struct, frozen=True):
    """What one office owes of an indicator, and gave."""

    unit: Unit
    task: Task


class AssessedIndicator(Struct, frozen=True):
    """One indicator of a region; `verified` is None while nothing of the region is."""

    right: Right
    indicator: Indicator
    shares: tuple[Share, ...]
    claimed: IndicatorScore
    verified: IndicatorScore | None

    @property
    def unconfirmed(self) -> bool:
        """Whether points of it rest on a figure that is neither confirmed nor agreed."""
        return self.claimed.unconfirmed or (self.verified is not None and self.verified.unconfirmed)


class Assessed(Struct, frozen=True):
    """A region with its offices, its lines in the instrument's order, and both scores."""

    region: Region
    offices: tuple[Office, ...]
    lines: tuple[AssessedIndicator, ...]
    claimed: Score
    verified: Score | None
    is_final: bool

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Everything that the offices owe."""
        return tuple(task for office in self.offices for task in office.desk.tasks)

    @property
    def unconfirmed(self) -> int:
        """How many indicators rest on a figure that is neither confirmed nor agreed."""
        return sum(1 for line in self.lines if line.unconfirmed)

    @property
    def leading(self) -> Score:
        """The score that counts: the verified one as soon as there is one."""
        return self.verified or self.claimed


def assess(source: PaperSource, regions: tuple[Region, ...]) -> tuple[Assessed, ...]:
    """Return the regions as they stand now; those that owe nothing are left out."""
    board = board_of(source.connection, source.roster, source.zone, regions)
    return tuple(
        _assessed(source, region, board.of_region(region))
        for region in board.regions
    )  # fmt: skip


def city(source: PaperSource, region: Region) -> Assessed:
    """Return one region. Raises LookupError where nobody owes anything there."""
    for result in assess(source, (region,)):
        return result
    raise LookupError(region.code)


def _assessed(source: PaperSource, region: Region, offices: tuple[Office, ...]) -> Assessed:
    instrument = source.roster.instrument_of(region.id)
    tasks = [task for office in offices for task in office.desk.tasks]
    claimed = region_score(instrument, offices)
    some = any(task.state == State.VERIFIED for task in tasks)
    verified = region_score(instrument, offices, verified=True) if some else None
    shares: dict[int, list[Share]] = {}
    for office in offices:
        for task in office.desk.tasks:
            shares.setdefault(task.indicator.no, []).append(Share(office.unit, task))
    lines = tuple(
        AssessedIndicator(
            right,
            indicator,
            tuple(shares.get(indicator.no, ())),
            claimed.indicator(indicator.no),
            verified.indicator(indicator.no) if verified else None,
        )
        for right in instrument.rights
        for indicator in right.indicators
    )
    return Assessed(region, offices, lines, claimed, verified, all_verified(tasks))


def office(source: PaperSource) -> Office:
    """Return the office of the subject with its desk. Raises LookupError where it owes nothing."""
    if source.unit.id not in source.roster.owed:
        raise LookupError(source.unit.code)
    [result] = offices_of(source.connection, source.roster, source.zone, [source.unit])
    return result


def given_by(task: Task) -> str:
    """Return what an office gave for one indicator, as a cell shows it."""
    return given(task.indicator, task.mine.answer if task.mine else None)


def version(instrument: Instrument) -> str:
    """Return the version of the criteria by which points were given: the beginning of its hash, in fours."""
    return grouped(instrument.hash[:SHOWN])


def receipt(task: Task) -> str | None:
    """Return the number under which an answer is stored (R-0412)."""
    return f"R-{task.mine.receipt:04d}" if task.mine else None


def text_of(figure: Decimal | None) -> str:
    """Return a figure as it is kept: plain decimals, nothing where there is none."""
    return "" if figure is None else f"{figure:f}"


def by_right(
    lines: tuple[AssessedIndicator, ...],
) -> Iterator[tuple[Right, tuple[AssessedIndicator, ...]]]:
    """Yield the rights with their lines."""
    for right in dict.fromkeys(line.right for line in lines):
        yield right, tuple(line for line in lines if line.right == right)


def given(indicator: Indicator, answer: Answer | None) -> str:
    """Return what an office gave, one figure a line: its inputs, a ready value, or why it has none."""
    if answer is None:
        return str(words()["states"]["empty"])
    if answer.absence is not None:
        return str(words()["absences"][answer.absence])
    if answer.inputs is None:
        return f"{printed(answer.value)} {indicator.unit}"
    lines = [
        f"{question.name}: {_shown(prompts.shown(question, answer.inputs[question.code]))}"
        for question in indicator.inputs
        if question.code in answer.inputs
    ]
    return "\n".join(lines)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(words()["yes" if value else "no"])
    return printed(value) if isinstance(value, str | Decimal) else str(value)


def evidence(task: Task) -> str:
    """Return the files that prove an answer: how many, and what they are called."""
    names = [proof.name for proof in task.kept if proof.name]
    return wording("frame").text("evidence", count=len(task.kept), names=names[:NAMED])


def marks(task: Task) -> list[str]:
    """Return what to know of single figures of an answer: "kematian ibu: perkiraan"."""
    names = {question.code: question.name for question in task.indicator.inputs}
    return [
        f"{names.get(mark.input, task.indicator.name)}: "
        + words()["marks"][mark.code].format(typed=mark.typed)
        for mark in (task.mine.marks if task.mine else ())
    ]


def remarks(task: Task) -> list[str]:
    """Return what to know of an answer: where it stands, why something is not there, what was corrected."""
    frame = wording("frame")
    parts = [] if task.state == State.VERIFIED else [state_words(summary.station_of(task))]
    mine, standing = task.mine, task.standing
    if mine is not None and mine.answer.absence is not None and mine.reason:
        parts.append(mine.reason)
    parts += marks(task)
    if standing is not None and standing.corrected is not None:
        figures = given(task.indicator, standing.corrected).replace("\n", "; ")
        parts.append(frame.text("corrected", figures=figures, reason=standing.reason))
    return parts
