"""What steps ask to be written of the criteria: comments, proposals, a meeting, and what it agreed upon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.model.criteria import Author, Verdict
from scoring import Instrument


@dataclass(frozen=True, slots=True)
class CommentOnCriterion:
    """Somebody says something of a criterion; all of the province's seats may read it."""

    province: str
    criterion: str
    text: str
    by: Author


@dataclass(frozen=True, slots=True)
class ProposeCriterion:
    """Other figures are proposed for a criterion, as an agreement would have them."""

    province: str
    criterion: str
    change: Mapping[str, Any]
    by: Author


@dataclass(frozen=True, slots=True)
class WithdrawProposal:
    """A proposal is taken back by whoever made it."""

    province: str
    proposal_id: int


@dataclass(frozen=True, slots=True)
class OpenMeeting:
    """A coordination meeting begins; what it decides counts once it is closed."""

    province: str
    place: str
    chat_id: int


@dataclass(frozen=True, slots=True)
class AttendMeeting:
    """The person who speaks is there."""

    province: str
    meeting_id: int
    by: Author


@dataclass(frozen=True, slots=True)
class DecideCriterion:
    """The open meeting decided something; a later decision on the same criterion stands."""

    province: str
    meeting_id: int
    criterion: str
    verdict: Verdict
    proposal_id: int | None
    by: str


@dataclass(frozen=True, slots=True)
class DropMeeting:
    """The meeting ends without an agreement."""

    province: str
    meeting_id: int


@dataclass(frozen=True, slots=True)
class AgreeCriteria:
    """The meeting ends, and the province scores by another version from now on.

    `files` are its texts, `before` and `after` hashes; `body` is what the record says of it. `proposals`
    were taken up, `overtaken` are those that it has answered otherwise.
    """

    province: str
    meeting_id: int
    code: str
    files: Mapping[str, str]
    instrument: Instrument
    before: str
    after: str
    proposals: tuple[int, ...]
    overtaken: tuple[int, ...]
    body: Mapping[str, Any]


CriteriaChange = (
    CommentOnCriterion
    | ProposeCriterion
    | WithdrawProposal
    | OpenMeeting
    | AttendMeeting
    | DecideCriterion
    | DropMeeting
    | AgreeCriteria
)
"""What concerns the criteria of a province."""
