"""What a step hands back: changes to store and messages to say, in order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from flows.model.answer_file import AnswersChange as AnswersChange
from flows.model.answer_state import State
from flows.model.calibration import CalibrationChange as CalibrationChange
from flows.model.criteria_changes import CriteriaChange as CriteriaChange
from flows.model.events import Tap, Upload
from flows.model.facts import Focus
from flows.model.marks import Mark
from flows.model.paper_changes import PaperChange as PaperChange
from flows.model.privacy import SetNotice as SetNotice
from flows.model.replies import Card as Card
from flows.model.replies import InlineAnswer as InlineAnswer
from flows.model.replies import Keyboard as Keyboard
from flows.model.replies import Message as Message
from flows.model.replies import Notice as Notice
from flows.model.replies import Picture as Picture
from flows.model.replies import Say as Say
from flows.model.replies import SentDocument as SentDocument
from flows.model.replies import Show as Show
from flows.model.returned_sheet_changes import SheetChange as SheetChange
from flows.model.roles import Role
from flows.model.roster_changes import RosterChange as RosterChange
from flows.model.scope import Scope
from flows.model.season import SeasonChange as SeasonChange
from scoring import Anomaly, Answer


class SaveAnswer(Struct, frozen=True):
    """A new revision of one unit's answer to one indicator; `source` proposed its figures."""

    unit_id: int
    indicator: int
    revision: int
    answer: Answer
    reason: str | None
    flags: tuple[Anomaly, ...] = ()
    source: str | None = None
    marks: tuple[Mark, ...] = ()


class CreateRequest(Struct, frozen=True):
    """A one-question link for whoever owns the figure; `token` is stored hashed."""

    token: str
    unit_id: int
    indicator: int
    until: datetime


class BindRequest(Struct, frozen=True):
    """The person who speaks opened a one-question link; nobody else may use it from then on."""

    request_id: int


class ProposeAnswer(Struct, frozen=True):
    """What came back through a one-question link: figures, or the reason why there are none.

    `document` is the file that came with the figures, as `events.Upload` has it.
    """

    request_id: int
    answer: Answer | None
    reason: str | None
    marks: tuple[Mark, ...] = ()
    document: Mapping[str, Any] | None = None


class SettleRequest(Struct, frozen=True):
    """The office took a proposal up as its draft, or dropped it."""

    request_id: int
    used: bool


class RecordMove(Struct, frozen=True):
    """An answer moves from one state to the next; made by `flows.model.recorded_move.record`."""

    unit_id: int
    indicator: int
    revision: int
    action: str
    next: State
    reason: str | None = None
    code: str | None = None
    corrected: Answer | None = None
    late: bool = False


class AddNote(Struct, frozen=True):
    """A turn of the thread on one answer; `closes` ends it."""

    unit_id: int
    indicator: int
    text: str
    closes: bool = False


class ExtendDeadline(Struct, frozen=True):
    """One office gets a later last day, with the reason."""

    unit_id: int
    until: date
    reason: str


class RequestExtension(Struct, frozen=True):
    """A Bagian Hukum asks for a later last day of one office; the entry's number is the request's."""

    unit_id: int
    until: date
    reason: str


class SettleExtension(Struct, frozen=True):
    """A request for a later last day was granted, or declined with a sentence."""

    request_id: int
    unit_id: int
    granted: bool
    reason: str | None = None


class AddProof(Struct, frozen=True):
    """A file was sent for a revision of an answer; it is fetched into the store afterwards."""

    unit_id: int
    indicator: int
    upload: Upload
    revision: int


class WithdrawProof(Struct, frozen=True):
    """A file is taken back; it stays in the history."""

    unit_id: int
    indicator: int
    proof_id: int


class TickProof(Struct, frozen=True):
    """What the sender, or a reviewer, says of the files of an answer: which points of the checklist hold.

    A reviewer's checklist is about one `revision`.
    """

    unit_id: int
    indicator: int
    ticks: tuple[str, ...]
    revision: int | None = None


class SetFocus(Struct, frozen=True):
    """Where this chat stands from now on."""

    focus: Focus


class AcceptInvitation(Struct, frozen=True):
    """The person takes the seat that the link offers."""

    invitation_id: int


class CreateInvitation(Struct, frozen=True):
    """A one-time link; `token` is stored hashed. `replaces` names the seat that ends when it is used."""

    token: str
    role: Role
    unit_id: int | None
    region_id: int | None
    label: str
    replaces: int | None = None


class RevokeInvitation(Struct, frozen=True):
    """A link that nobody has opened gives no seat any more."""

    invitation_id: int


class ChangeSeat(Struct, frozen=True):
    """A seat is suspended, goes on, or ends: `action` is suspend, resume or end.

    Suspended or ended, it takes the open links with it that it made and that would replace it.
    """

    seat_id: int
    action: str


class SetReachable(Struct, frozen=True):
    reachable: bool


class PauseReminders(Struct, frozen=True):
    """No reminders to the person who speaks up to and including `until`; None ends a pause."""

    until: date | None


class ChooseLanguage(Struct, frozen=True):
    """The person who speaks wants to be written to in this language, by its code."""

    language: str


class LookAtQueue(Struct, frozen=True):
    """The reviewer of this seat has seen all that waits: of it there is nothing to tell any more."""

    seat_id: int


class MuteArrivals(Struct, frozen=True):
    """The reviewer of this seat wants no news of work that arrives, or wants it again."""

    seat_id: int
    muted: bool


class PlanCampaign(Struct, frozen=True):
    """A reminder was previewed, or an announcement with these `words`.

    `scope` says for whom, and is asked again when it is confirmed.
    """

    campaign_id: int
    scope: Scope
    words: str | None = None


class StartCampaign(Struct, frozen=True):
    """What was previewed goes out to these seats, each at its moment or later; it says how far."""

    campaign_id: int
    scope: Scope
    recipients: tuple[tuple[int, datetime], ...]
    message_id: int | None
    words: str | None = None


class SetCampaignRunning(Struct, frozen=True):
    """A reminder under way is stopped, or goes on."""

    campaign_id: int
    running: bool


class RegisterCommands(Struct, frozen=True):
    """Show the commands of this role in this chat's menu; with `several` seats also what changes them.

    `off`: those alone that a seat keeps which the period does without.
    """

    role: Role
    several: bool = False
    off: bool = False


class EnableBoard(Struct, frozen=True):
    """This group gets a board: of one region, or of all regions of a province."""

    region_id: int | None
    province: str | None
    scope: str
    thread: int | None
    title: str


class DisableBoard(Struct, frozen=True):
    """The board is kept current no more; `gone`: the bot is out of the group and can say nothing there."""

    board_id: int
    gone: bool = False


class RetryPin(Struct, frozen=True):
    """The bot may be allowed to pin by now."""

    board_id: int


class MoveGroup(Struct, frozen=True):
    """The group has a new id."""

    chat_id: int


class OrderPaper(Struct, frozen=True):
    """A paper is made afterwards and sent to the chat that asks, or to `chat_id`.

    `entry` is the agreement that minutes are of; one of region, unit and province says what it is about.
    The message `message_id` says meanwhile how far it is.
    """

    kind: str
    format: str
    region_id: int | None = None
    unit_id: int | None = None
    province: str | None = None
    entry: int | None = None
    chat_id: int | None = None
    message_id: int | None = None


BoardChange = EnableBoard | DisableBoard | RetryPin | MoveGroup
Change = (
    CriteriaChange
    | PaperChange
    | SeasonChange
    | SetNotice
    | CalibrationChange
    | OrderPaper
    | SaveAnswer
    | CreateRequest
    | BindRequest
    | ProposeAnswer
    | SettleRequest
    | RecordMove
    | AddNote
    | ExtendDeadline
    | RequestExtension
    | SettleExtension
    | AddProof
    | WithdrawProof
    | TickProof
    | SetFocus
    | AcceptInvitation
    | CreateInvitation
    | RevokeInvitation
    | ChangeSeat
    | SetReachable
    | PauseReminders
    | ChooseLanguage
    | LookAtQueue
    | MuteArrivals
    | PlanCampaign
    | StartCampaign
    | SetCampaignRunning
    | RegisterCommands
    | BoardChange
    | RosterChange
    | SheetChange
    | AnswersChange
)


class Outcome(Struct, frozen=True):
    changes: tuple[Change, ...] = ()
    messages: tuple[Message, ...] = ()


def not_yours(tap: Tap) -> Outcome:
    """Return the refusal of a button that is about nothing of the seat's; it writes nothing."""
    return Outcome((), (Notice(tap.query_id, "notice/not_yours", alert=True),))
