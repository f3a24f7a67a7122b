"""Writes who takes, gives and loses a seat, and its links; the caller holds the transaction."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.clock import iso
from bot.storage import open_invitations, people
from bot.storage.step_context import Speaker
from flows.model.facts import InvitedFacts, SeatedFacts, SpeakerFacts
from flows.model.outcome import AcceptInvitation, ChangeSeat, CreateInvitation, RevokeInvitation
from flows.model.record_kinds import EntryKind

INVITATION_LIFE = timedelta(days=30)


class AppendEntry(Protocol):
    """Appends an entry of a kind to the record, and returns its number."""

    def __call__(self, kind: EntryKind, details: dict[str, Any], **columns: Any) -> int: ...


def write(
    connection: sqlite3.Connection,
    change: AcceptInvitation | CreateInvitation | ChangeSeat | RevokeInvitation,
    speaker: Speaker,
    facts: SpeakerFacts,
    moment: datetime,
    note: AppendEntry,
) -> None:
    """Write one change on record and where it is found."""
    now = iso(moment)
    if isinstance(change, AcceptInvitation):
        assert isinstance(facts, InvitedFacts), "only an open link gives a seat"
        _accept(connection, change, speaker, facts, now, note)
    elif isinstance(change, CreateInvitation):
        assert isinstance(facts, SeatedFacts), "only seats invite"
        _invite(connection, change, facts, moment, note)
    elif isinstance(change, RevokeInvitation):
        open_invitations.revoke(connection, change.invitation_id, now)
        note(EntryKind.REVOKED, {"invitation": change.invitation_id})
    else:
        done = people.change_seat(connection, change.seat_id, change.action, now)
        ended = {what: count for what, count in done.items() if count}
        note(EntryKind.SEAT, {"seat": change.seat_id, "action": change.action, **ended})


def _accept(
    connection: sqlite3.Connection,
    change: AcceptInvitation,
    speaker: Speaker,
    facts: InvitedFacts,
    now: str,
    note: AppendEntry,
) -> None:
    person_id, seat_id = people.take_seat(
        connection,
        change.invitation_id,
        speaker.user_id,
        speaker.name,
        speaker.language,
        now,
    )
    offer = facts.offer
    note(
        EntryKind.JOINED,
        {
            "role": str(offer.seat.role),
            "by": speaker.name,
            "replaces": offer.replaced.seat_id if offer.replaced else None,
        },
        unit_id=offer.seat.unit.id if offer.seat.unit else None,
        person_id=person_id,
        seat_id=seat_id,
    )


def _invite(
    connection: sqlite3.Connection,
    change: CreateInvitation,
    facts: SeatedFacts,
    moment: datetime,
    note: AppendEntry,
) -> None:
    fields = {
        "role": str(change.role),
        "unit_id": change.unit_id,
        "region_id": change.region_id,
        "province": None if change.unit_id or change.region_id else facts.seat.province,
        "label": change.label,
        "created_by": facts.seat.id,
        "replaces": change.replaces,
    }
    expires = iso(moment + INVITATION_LIFE)
    invitation_id = people.create_invitation(connection, change.token, expires, iso(moment), fields)
    details = {"invitation": invitation_id, "role": str(change.role)}
    note(EntryKind.INVITED, details, unit_id=change.unit_id)
