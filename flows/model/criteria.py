"""Criteria: what a period is assessed by, as a meeting speaks of it, one criterion after the other.

A criterion is an indicator with all its figures, a general rule, the way of adding up, or a rating.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, assert_never

from msgspec import Struct

from scoring import Indicator, Instrument, Rating, Source, Status


class Sort(StrEnum):
    """What a criterion is; the value is how an agreement names it."""

    INDICATOR = "indicator"
    SETTING = "setting"
    AGGREGATION = "aggregation"
    RATING = "rating"


class Criterion(Struct, frozen=True):
    """One criterion by its name: an indicator's number, a setting's or a rating's code."""

    sort: Sort
    name: str

    @property
    def code(self) -> str:
        """What buttons carry: the first letter of its sort, and its name."""
        return f"{self.sort[0]}{self.name}"

    @property
    def subject(self) -> dict[str, str | int]:
        """How an agreement names it."""
        if self.sort == Sort.INDICATOR:
            return {self.sort.value: int(self.name)}
        return {self.sort.value: "true" if self.sort == Sort.AGGREGATION else self.name}


class MeetingVerdict(StrEnum):
    """What a meeting decides of a criterion."""

    AS_IT_IS = "as_it_is"
    CHANGED = "changed"
    POSTPONED = "postponed"


OPERATOR = "operator"
"""The role of whoever proposes by a file."""


class Author(Struct, frozen=True):
    """Who said something of a criterion: a person, from which office and in which role.

    In place of an office an operator has the name of the file; without a person where nobody is known.
    """

    name: str
    office: str
    role: str


class Comment(Struct, frozen=True):
    """What somebody thinks of a criterion; `id` is its entry of the record."""

    id: int
    criterion: str
    text: str
    by: Author
    at: datetime


class Proposal(Struct, frozen=True):
    """Other figures for a criterion, as an agreement would have them; nothing has changed by it."""

    id: int
    criterion: str
    change: Mapping[str, Any]
    by: Author
    at: datetime


class Decision(Struct, frozen=True):
    """What an open meeting has decided of a criterion; `proposal` is what it took up."""

    criterion: str
    verdict: MeetingVerdict
    proposal: int | None
    by: str


class Meeting(Struct, frozen=True):
    """A coordination meeting that is open. `attendants` said that they are there, in that order."""

    id: int
    place: str
    at: datetime
    chat_id: int
    decisions: tuple[Decision, ...] = ()
    attendants: tuple[Author, ...] = ()

    def decision(self, criterion: str) -> Decision | None:
        """Return what was decided of a criterion, None where nothing was yet."""
        return next((one for one in self.decisions if one.criterion == criterion), None)


class Version(Struct, frozen=True):
    """One state of the criteria: the first is the regulation as it was set up, each other an agreement."""

    number: int
    hash: str
    at: datetime | None = None
    entry: int | None = None


class Coordination(Struct, frozen=True):
    """All that was said of the criteria in one province and period; `files` are the texts in force.

    `year` is the one whose data are assessed.
    """

    province: str
    year: int
    files: Mapping[str, str]
    versions: tuple[Version, ...]
    comments: tuple[Comment, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    meeting: Meeting | None = None
    attends: bool = False

    def comments_on(self, criterion: str) -> tuple[Comment, ...]:
        """Return the comments on a criterion, oldest first."""
        return tuple(comment for comment in self.comments if comment.criterion == criterion)

    @property
    def news(self) -> tuple[Comment, ...]:
        """The comments that no agreement has followed yet."""
        last = self.versions[-1].entry or 0
        return tuple(comment for comment in self.comments if comment.id > last)

    def proposals_for(self, criterion: str) -> tuple[Proposal, ...]:
        """Return the open proposals for a criterion, oldest first."""
        return tuple(proposal for proposal in self.proposals if proposal.criterion == criterion)

    def proposal(self, proposal_id: int | None) -> Proposal | None:
        """Return an open proposal by its number."""
        return next((one for one in self.proposals if one.id == proposal_id), None)


def all_of(instrument: Instrument) -> tuple[Criterion, ...]:
    """Return every criterion of an instrument: indicators, general rules, adding up, ratings."""
    settings = instrument.settings
    return (
        *(Criterion(Sort.INDICATOR, str(indicator.no)) for indicator in instrument),
        *(Criterion(Sort.SETTING, name) for name in settings.__struct_fields__),
        Criterion(Sort.AGGREGATION, ""),
        *(Criterion(Sort.RATING, rating.code) for rating in instrument.ratings),
    )


def find(instrument: Instrument, code: str) -> Criterion | None:
    """Return the criterion that a button names; None where the instrument has none such."""
    return next((criterion for criterion in all_of(instrument) if criterion.code == code), None)


def rating_of(instrument: Instrument, code: str) -> Rating:
    """Return a rating by its code; KeyError where there is none."""
    return {rating.code: rating for rating in instrument.ratings}[code]


def indicator_of(instrument: Instrument, criterion: Criterion) -> Indicator | None:
    """Return the indicator that a criterion is; None where it is something else."""
    is_indicator = criterion.sort == Sort.INDICATOR
    return instrument.indicator(int(criterion.name)) if is_indicator else None


def sources(instrument: Instrument, criterion: Criterion) -> tuple[Source, ...]:
    """Return the sources of all figures of a criterion, each once."""
    match criterion.sort:
        case Sort.INDICATOR:
            indicator = instrument.indicator(int(criterion.name))
            left_out = (indicator.left_out,) if indicator.left_out else ()
            return (*indicator.sources, *left_out)
        case Sort.SETTING:
            setting: Source = getattr(instrument.settings, criterion.name)
            return (setting,)
        case Sort.AGGREGATION:
            return (instrument.aggregation.source,)
        case Sort.RATING:
            return (rating_of(instrument, criterion.name).source,)
        case _:
            assert_never(criterion.sort)


ORDER = (Status.PROPOSED, Status.REPORTED, Status.AGREED, Status.CONFIRMED)
"""The least sure first."""


def status(instrument: Instrument, criterion: Criterion) -> Status:
    """Return how sure a criterion is: as sure as the least sure of its figures."""
    return least(sources(instrument, criterion))


def least(its_sources: Iterable[Source]) -> Status:
    """Return the least sure status among some sources."""
    return min((source.status for source in its_sources), key=ORDER.index)


def unsettled(instrument: Instrument) -> tuple[Criterion, ...]:
    """Return the criteria that nobody has agreed upon and nobody has read in the regulation."""
    return tuple(
        criterion
        for criterion in all_of(instrument)
        if not status(instrument, criterion).is_settled
    )


def figures(instrument: Instrument, criterion: Criterion) -> dict[str, Any]:
    """Return what a criterion says, in plain values: for the record, and for people to compare."""
    values: dict[str, Any] = {"status": str(status(instrument, criterion))}
    indicator = indicator_of(instrument, criterion)
    if indicator is not None:
        values |= {
            "bands": [[f"{band.points:f}", band.printed] for band in indicator.bands],
            "precision": indicator.precision,
            "owner": indicator.owner,
            "evidence": [
                [
                    evidence.title,
                    evidence.signer,
                    evidence.period,
                    evidence.signature,
                    evidence.stamp,
                ]
                for evidence in indicator.evidence
            ],
            "left_out": indicator.left_out.text if indicator.left_out else None,
        }
    elif criterion.sort == Sort.RATING:
        values["minimum"] = f"{rating_of(instrument, criterion.name).minimum:f}"
    return values


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of what differs between two states of a criterion, its status aside."""
    return tuple(key for key in after if key != "status" and before.get(key) != after[key])
