"""Writes the changes that a step asked for; the caller holds the transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.clock import iso
from bot.storage import codec, evidence, people, record
from bot.storage.gather import Speaker, Surroundings
from bot.storage.record import Entry
from flows.facts import Facts
from flows.outcome import (
    AcceptInvitation,
    AddProof,
    Change,
    CreateInvitation,
    PlanCampaign,
    RecordMove,
    SaveAnswer,
    SetFocus,
    SetReachable,
    StartCampaign,
    TickProof,
    WithdrawProof,
)
from flows.roles import Role

INVITATION_LIFE = timedelta(days=30)
PREVIEW_LIFE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Writer:
    """Applies changes for one speaker at one time."""

    connection: sqlite3.Connection
    around: Surroundings
    speaker: Speaker
    facts: Facts

    def apply(self, change: Change) -> None:
        """Write one change; kinds that only matter to the channel are passed over."""
        match change:
            case SaveAnswer():
                self._save(change)
            case RecordMove():
                self._move(change)
            case AddProof():
                entry = self._entry("evidence", change.unit_id, change.indicator)
                speaker = self.speaker
                evidence.add(
                    self.connection, entry, change.upload, speaker.chat_id, self.facts.name
                )
            case WithdrawProof():
                entry = self._entry("withdrawn", change.unit_id, change.indicator)
                evidence.withdraw(self.connection, entry, change.proof_id)
            case TickProof():
                columns = {"unit_id": change.unit_id, "indicator": change.indicator}
                self._note("ticked", {"ticks": list(change.ticks)}, **columns)
            case SetFocus():
                people.write_focus(self.connection, self.speaker.chat_id, change.focus, self._now)
            case AcceptInvitation():
                self._accept(change)
            case CreateInvitation():
                self._invite(change)
            case SetReachable():
                since = None if change.reachable else self._now
                people.set_reachable(self.connection, self.speaker.user_id, since)
            case PlanCampaign():
                self._plan(change)
            case StartCampaign():
                self._start(change)
            case _:
                pass

    @property
    def _now(self) -> str:
        return iso(self.around.now)

    def _entry(self, kind: str, unit_id: int, indicator: int) -> Entry:
        """The frame of an entry of this speaker about one answer."""
        facts = self.facts
        person, seat = facts.the_person.id, facts.the_seat.id
        details = {"by": facts.name}
        period = facts.the_period.id
        return Entry(period, kind, self._now, unit_id, indicator, None, person, seat, details)

    def _note(self, kind: str, details: dict[str, Any], **columns: Any) -> int:
        facts = self.facts
        columns.setdefault("person_id", facts.person.id if facts.person else None)
        columns.setdefault("seat_id", facts.seat.id if facts.seat else None)
        details.setdefault("by", facts.name)
        entry = Entry(facts.the_period.id, kind, self._now, details=details, **columns)
        return record.append(self.connection, entry)

    def _save(self, change: SaveAnswer) -> None:
        answer = codec.answer_to_json(change.answer)
        details: dict[str, Any] = {"answer": answer, "reason": change.reason}
        if change.flags:
            details["flags"] = codec.flags_to_json(change.flags)
        self._note(
            "answer",
            details,
            unit_id=change.unit_id,
            indicator=change.indicator,
            revision=change.revision,
        )

    def _move(self, change: RecordMove) -> None:
        role = self.facts.seat.role if self.facts.seat else None
        details: dict[str, Any] = {
            "action": str(change.action),
            "next": str(change.next),
            "role": str(role),
            "reason": change.reason,
        }
        if change.code is not None:
            details["code"] = change.code
        if change.corrected is not None:
            details["corrected"] = codec.answer_to_json(change.corrected)
        self._note(
            "move",
            details,
            unit_id=change.unit_id,
            indicator=change.indicator,
            revision=change.revision,
        )

    def _accept(self, change: AcceptInvitation) -> None:
        speaker = self.speaker
        person_id, seat_id = people.take_seat(
            self.connection,
            change.invitation_id,
            speaker.user_id,
            speaker.name,
            speaker.language,
            self._now,
        )
        assert self.facts.invitation is not None
        seat = self.facts.invitation.seat
        self._note(
            "joined",
            {
                "role": str(seat.role) if seat else None,
                "by": speaker.name,
                "replaces": self.facts.invitation.replaced.seat_id
                if self.facts.invitation.replaced
                else None,
            },
            unit_id=seat.unit.id if seat and seat.unit else None,
            person_id=person_id,
            seat_id=seat_id,
        )

    def _invite(self, change: CreateInvitation) -> None:
        assert self.facts.seat is not None
        fields = {
            "role": str(change.role),
            "unit_id": change.unit_id,
            "region_id": change.region_id,
            "province": self.facts.seat.province if change.role == Role.KANWIL else None,
            "label": change.label,
            "created_by": self.facts.seat.id,
            "replaces": change.replaces,
        }
        expires = iso(self.around.now + INVITATION_LIFE)
        number = people.create_invitation(self.connection, change.token, expires, self._now, fields)
        self._note(
            "invited", {"invitation": number, "role": str(change.role)}, unit_id=change.unit_id
        )

    def _plan(self, change: PlanCampaign) -> None:
        assert self.facts.seat is not None
        self.connection.execute(
            "INSERT INTO campaigns (id, seat_id, chat_id, scope, created_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                self.facts.next_campaign,
                self.facts.seat.id,
                self.speaker.chat_id,
                change.scope,
                self._now,
                iso(self.around.now + PREVIEW_LIFE),
            ),
        )

    def _start(self, change: StartCampaign) -> None:
        self.connection.execute(
            "UPDATE campaigns SET started_at = ? WHERE id = ? AND started_at IS NULL",
            (self._now, change.campaign_id),
        )
        scope = self.facts.campaign.scope if self.facts.campaign else ""
        self._note(
            "reminded",
            {"campaign": change.campaign_id, "recipients": change.recipients, "scope": scope},
        )
