"""What steps ask to be written of the criteria: comments, proposals, a meeting, and what it agreed upon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from flows.model.criteria import Author, MeetingVerdict
from scoring import Instrument


class CommentOnCriterion(Struct, frozen=True):
    """Somebody says something of a criterion; all of the province's seats may read it."""

    province: str
    criterion: str
    text: str
    by: Author


class ProposeCriterion(Struct, frozen=True):
    """Other figures are proposed for a criterion, as an agreement would have them."""

    province: str
    criterion: str
    change: Mapping[str, Any]
    by: Author


class WithdrawProposal(Struct, frozen=True):
    """A proposal is taken back by whoever made it."""

    province: str
    proposal_id: int


class OpenMeeting(Struct, frozen=True):
    """A coordination meeting begins; what it decides counts once it is closed."""

    province: str
    place: str
    chat_id: int


class AttendMeeting(Struct, frozen=True):
    """The person who speaks is there."""

    province: str
    meeting_id: int
    by: Author


class DecideCriterion(Struct, frozen=True):
    """The open meeting decided something; a later decision on the same criterion stands."""

    province: str
    meeting_id: int
    criterion: str
    verdict: MeetingVerdict
    proposal_id: int | None
    by: str


class DropMeeting(Struct, frozen=True):
    """The meeting ends without an agreement."""

    province: str
    meeting_id: int


class AgreeCriteria(Struct, frozen=True):
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
