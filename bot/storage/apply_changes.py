"""Writes the changes that a step asked for; the caller holds the transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, assert_never

from msgspec import Struct

from bot.clock import iso
from bot.storage import (
    answer_file_rows,
    answer_rows,
    apply_papers,
    apply_requests,
    apply_seats,
    arrival_rows,
    board_rows,
    calibrations,
    campaign_rows,
    codec,
    criteria_rows,
    due,
    evidence_rows,
    extension_rows,
    language_rows,
    people,
    periods,
    privacy_rows,
    record,
    returned_sheet_rows,
    roster_uploads,
    season_rows,
)
from bot.storage.record import Entry
from bot.storage.step_context import Speaker, StepContext
from flows.model.answer_file import SettleAnswers, TakeAnswers
from flows.model.calibration import DrawSample, LookAgain
from flows.model.criteria_changes import (
    AgreeCriteria,
    AttendMeeting,
    CommentOnCriterion,
    CriteriaChange,
    DecideCriterion,
    DropMeeting,
    OpenMeeting,
    ProposeCriterion,
    WithdrawProposal,
)
from flows.model.facts import (
    Facts,
    GroupFacts,
    NoPeriod,
    Seat,
    SeatedFacts,
    SpeakerFacts,
)
from flows.model.outcome import (
    AcceptInvitation,
    AddNote,
    AddProof,
    BindRequest,
    Change,
    ChangeSeat,
    ChooseLanguage,
    CreateInvitation,
    CreateRequest,
    DisableBoard,
    EnableBoard,
    ExtendDeadline,
    LookAtQueue,
    MoveGroup,
    MuteArrivals,
    OrderPaper,
    PauseReminders,
    PlanCampaign,
    ProposeAnswer,
    RecordMove,
    RegisterCommands,
    RequestExtension,
    RetryPin,
    RevokeInvitation,
    SaveAnswer,
    SetCampaignRunning,
    SetFocus,
    SetNotice,
    SetReachable,
    SettleExtension,
    SettleRequest,
    StartCampaign,
    TickProof,
    WithdrawProof,
)
from flows.model.paper_changes import CheckPaper, OrderExport, SetPaperSettings
from flows.model.record_kinds import EntryKind
from flows.model.returned_sheet_changes import KeepSheet, SettleSheet, TakeSheet
from flows.model.roster_changes import SettleRoster, TakeRoster
from flows.model.season import ChoosePeriod, CloseSeason, ReopenSeason
from flows.staff.arrivals import brought
from scoring.replacing import replace

ON_THE_WAY = timedelta(seconds=60)
"""Telegram's own time is noted where an update lay longer than this before it was handled."""
PREVIEW_LIFE = timedelta(minutes=30)


class ChangeWriter(Struct, frozen=True):
    """Applies changes for one speaker at one time."""

    connection: sqlite3.Connection
    context: StepContext
    speaker: Speaker
    facts: Facts

    def apply(self, change: Change) -> None:  # noqa: C901 - one line a kind
        """Write one change. Raises AssertionError for a kind that is not known: nothing is lost silently."""
        match change:
            case SaveAnswer():
                self._save(change)
            case RecordMove():
                self._move(change)
            case AddProof() | WithdrawProof() | TickProof():
                self._prove(change)
            case AddNote() | ExtendDeadline():
                self._say(change)
            case RequestExtension() | SettleExtension():
                self._extend(change)
            case BindRequest() | CreateRequest() | ProposeAnswer() | SettleRequest():
                self._request(change)
            case SetFocus():
                people.write_focus(
                    self.connection, self.speaker.chat_id, change.focus, self._now, self._period
                )
            case AcceptInvitation() | CreateInvitation() | ChangeSeat() | RevokeInvitation():
                self._seat(change)
            case LookAtQueue() | MuteArrivals():
                self._hear(change)
            case PauseReminders() | SetReachable():
                self._reach(change)
            case ChooseLanguage():
                person = self.speaker.user_id
                language_rows.choose(self.connection, person, change.language, self._now)
            case PlanCampaign() | StartCampaign() | SetCampaignRunning():
                self._remind(change)
            case TakeRoster() | SettleRoster():
                self._roster(change)
            case TakeSheet() | KeepSheet() | SettleSheet():
                seat, chat = self._at_work.seat.id, self.speaker.chat_id
                returned_sheet_rows.write(self.connection, change, seat, chat, self.context.now)
            case TakeAnswers() | SettleAnswers():
                place = (self._at_work.seat.id, self.speaker.chat_id, self._period)
                answer_file_rows.write(self.connection, change, place, self.context.now)
            case EnableBoard() | DisableBoard() | RetryPin() | MoveGroup():
                self._board(change)
            case CommentOnCriterion() | ProposeCriterion() | WithdrawProposal() | AgreeCriteria():
                self._agree(change)
            case OpenMeeting() | AttendMeeting() | DecideCriterion() | DropMeeting():
                self._agree(change)
            case OrderPaper() | OrderExport() | CheckPaper() | SetPaperSettings():
                made_by, chat = (self._period, self._actor), self.speaker.chat_id
                apply_papers.write(self.connection, change, chat, made_by, self._now)
            case DrawSample() | LookAgain():
                calibrations.write(self.connection, change, self._known.period.id, self._note)
            case ChoosePeriod():
                periods.choose(self.connection, self.speaker.chat_id, change.period_id)
            case CloseSeason() | ReopenSeason():
                period = self._known.period.id
                season_rows.write(self.connection, change, period, self._now, self._note)
            case SetNotice():
                self._word(change)
            case RegisterCommands():
                pass  # a call of the channel: `rendering`
            case _:
                assert_never(change)

    def _reach(self, change: PauseReminders | SetReachable) -> None:
        person = self.speaker.user_id
        if isinstance(change, SetReachable):
            people.set_reachable(self.connection, person, None if change.reachable else self._now)
            return
        due.set_pause(self.connection, person, change.until)
        self._note(EntryKind.PAUSED, {"until": change.until.isoformat() if change.until else None})

    def _word(self, change: SetNotice) -> None:
        privacy_rows.word(self.connection, self._known.period.id, change, self._now)
        body = {"part": change.part, "places": list(change.places), "text": change.words}
        self._note(EntryKind.NOTICE_WORDED, body)

    def note_arrivals(self, changes: Sequence[Change]) -> None:
        """Note a row for each desk to which these changes brought work; told later, and together."""
        if any(isinstance(change, RecordMove) for change in changes):
            period, now = self._known.period.id, self.context.now
            levels = self._known.period.levels
            for unit, role in brought(changes, self._at_work.seat.role, levels):
                arrival_rows.note(self.connection, period, unit, role, now)

    def _hear(self, change: LookAtQueue | MuteArrivals) -> None:
        if isinstance(change, LookAtQueue):
            arrival_rows.knows(self.connection, change.seat_id, self.context.now)
        else:
            since = self._now if change.muted else None
            arrival_rows.mute(self.connection, change.seat_id, since)

    @property
    def _now(self) -> str:
        return iso(self.context.now)

    @property
    def _role(self) -> str:
        return str(self._at_work.seat.role)

    @property
    def _period(self) -> int | None:
        return None if isinstance(self.facts, NoPeriod) else self.facts.period.id

    @property
    def _known(self) -> SpeakerFacts:
        assert not isinstance(self.facts, NoPeriod), "nothing is recorded before the set-up"
        return self.facts

    @property
    def _at_work(self) -> SeatedFacts:
        assert isinstance(self.facts, SeatedFacts), "only seats do this"
        return self.facts

    @property
    def _actor(self) -> Seat | None:
        """The seat that acts, where one does."""
        if isinstance(self.facts, GroupFacts):
            return self.facts.staff.seat if self.facts.staff else None
        return self.facts.seat if isinstance(self.facts, SeatedFacts) else None

    def _entry(self, kind: EntryKind, unit_id: int, indicator: int) -> Entry:
        """Return the frame of an entry of this speaker about one answer."""
        facts = self._at_work
        person, seat = facts.person.id, facts.seat.id
        details = {"by": facts.name}
        period = facts.period.id
        return Entry(period, kind, self._now, unit_id, indicator, None, person, seat, details)

    def _note(self, kind: EntryKind, details: dict[str, Any], **columns: Any) -> int:
        facts, seat = self._known, self._actor
        columns.setdefault("person_id", facts.person.id if facts.person else None)
        columns.setdefault("seat_id", seat.id if seat else None)
        details.setdefault("by", facts.name)
        if facts.received < facts.now - ON_THE_WAY:
            details.setdefault("received", iso(facts.received))
        entry = Entry(facts.period.id, kind, self._now, details=details, **columns)
        return record.append(self.connection, entry)

    def _prove(self, change: AddProof | WithdrawProof | TickProof) -> None:
        unit, indicator_no = change.unit_id, change.indicator
        if isinstance(change, AddProof):
            entry = replace(
                self._entry(EntryKind.EVIDENCE, unit, indicator_no), revision=change.revision
            )
            name = self._known.name
            evidence_rows.add(self.connection, entry, change.upload, self.speaker.chat_id, name)
        elif isinstance(change, WithdrawProof):
            entry = self._entry(EntryKind.WITHDRAWN, unit, indicator_no)
            evidence_rows.withdraw(self.connection, entry, change.proof_id)
        else:
            kind = EntryKind.TICKED if change.revision is None else EntryKind.CHECKED
            self._note(kind, {"ticks": list(change.ticks)}, **_of_answer(change))

    def _say(self, change: AddNote | ExtendDeadline) -> None:
        if isinstance(change, AddNote):
            body = {"text": change.text, "closes": change.closes, "role": self._role}
            self._note(EntryKind.NOTE, body, unit_id=change.unit_id, indicator=change.indicator)
        else:
            granted = {"until": change.until.isoformat(), "reason": change.reason}
            self._note(EntryKind.EXTENDED, granted, unit_id=change.unit_id)

    def _extend(self, change: RequestExtension | SettleExtension) -> None:
        """Write what a Bagian Hukum asks for, and the answer; what was granted is an extension as well."""
        if isinstance(change, RequestExtension):
            body = {"until": change.until.isoformat(), "reason": change.reason}
            entry_id = self._note(EntryKind.EXTENSION_ASKED, body, unit_id=change.unit_id)
            seat = self._at_work.seat.id
            extension_rows.ask(self.connection, entry_id, change, seat, self._now)
        else:
            decision = {"request": change.request_id, "granted": change.granted}
            details = {**decision, "reason": change.reason}
            self._note(EntryKind.EXTENSION_SETTLED, details, unit_id=change.unit_id)
            extension_rows.settle(self.connection, change, self._known.name, self._now)

    def _request(self, change: BindRequest | CreateRequest | ProposeAnswer | SettleRequest) -> None:
        made_by = (self._known.period.id, self._actor.id if self._actor else None)
        apply_requests.write(self.connection, change, self.speaker, made_by, self._now, self._note)

    def _agree(self, change: CriteriaChange) -> None:
        person = self._known.person
        frame = (self._known.period.id, person.id if person else None, self._now)
        criteria_rows.write(self.connection, change, *frame, self._note)

    def _save(self, change: SaveAnswer) -> None:
        self._note(EntryKind.ANSWER, answer_rows.body_of(change), **_of_answer(change))

    def _move(self, change: RecordMove) -> None:
        details: dict[str, Any] = {
            "action": str(change.action),
            "next": str(change.next),
            "role": self._role,
            "reason": change.reason,
        }
        if change.late:
            details["late"] = True
        if change.code is not None:
            details["code"] = change.code
        if change.corrected is not None:
            details["corrected"] = codec.answer_to_json(change.corrected)
        self._note(EntryKind.MOVE, details, **_of_answer(change))

    def _seat(
        self, change: AcceptInvitation | CreateInvitation | ChangeSeat | RevokeInvitation
    ) -> None:
        apply_seats.write(
            self.connection, change, self.speaker, self._known, self.context.now, self._note
        )

    def _roster(self, change: TakeRoster | SettleRoster) -> None:
        """Keep a roster that came as a file; it is in the record once it is applied."""
        if isinstance(change, TakeRoster):
            seat, chat = self._at_work.seat.id, self.speaker.chat_id
            roster_uploads.take(self.connection, seat, chat, change.upload, self._now)
        else:
            roster_uploads.settle(self.connection, change.file_id, change.state, self._now)

    def _board(self, change: EnableBoard | DisableBoard | RetryPin | MoveGroup) -> None:
        """Write on record who switched which group on, and for what."""
        chat = self.speaker.chat_id
        board_rows.change(self.connection, chat, self._actor, change, self._now)
        if isinstance(change, EnableBoard):
            on = {"chat": chat, "title": change.title, "on": True, "thread": change.thread}
            self._note(
                EntryKind.BOARD, {**on, "region": change.region_id, "province": change.province}
            )
        elif isinstance(change, DisableBoard):
            self._note(EntryKind.BOARD, {"chat": chat, "on": False, "board": change.board_id})

    def _remind(self, change: PlanCampaign | StartCampaign | SetCampaignRunning) -> None:
        if isinstance(change, PlanCampaign):
            seat, chat = self._at_work.seat.id, self.speaker.chat_id
            expires = iso(self.context.now + PREVIEW_LIFE)
            campaign_rows.plan(self.connection, change, seat, chat, self._now, expires)
        elif isinstance(change, StartCampaign):
            self._start(change)
        else:
            campaign_rows.steer(self.connection, change.campaign_id, running=change.running)
            kind = EntryKind.RESUMED if change.running else EntryKind.STOPPED
            self._note(kind, {"campaign": change.campaign_id})

    def _start(self, change: StartCampaign) -> None:
        campaign_id, recipients = change.campaign_id, change.recipients
        campaign_rows.start(self.connection, campaign_id, recipients, change.message_id, self._now)
        body = {"campaign": campaign_id, "recipients": len(recipients), "scope": str(change.scope)}
        if change.words is None:
            self._note(EntryKind.REMINDED, body)
        else:
            self._note(EntryKind.ANNOUNCED, {**body, "text": change.words})


def _of_answer(change: SaveAnswer | RecordMove | TickProof) -> dict[str, int | None]:
    """Return the columns of an entry about one revision of an answer."""
    unit, revision = change.unit_id, change.revision
    return {"unit_id": unit, "indicator": change.indicator, "revision": revision}
