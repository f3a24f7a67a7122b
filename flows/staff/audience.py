"""Whom a reminder by hand reaches: its scope, the offices in it, and who is skipped for which reason."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flows.model.facts import Contact, Office, Setting, StaffFacts
from flows.model.outreach import Outreach
from flows.policy import schedule, timing
from flows.policy.schedule import Due, Send
from flows.reading import names
from flows.staff import lateness, progress_views

ALL = "*"
LATE, MISSING = "l", "n"
"""In front of a scope: only offices behind their deadline; only those that nobody has joined."""
BEHIND = "b"
"""In front of a region's number, 0 for all: those that `/terlambat` lists."""
FILTERS = {LATE: "late", MISSING: "not_joined"}
"""The choices in the vocabulary that put them there."""
MANUAL = "manual"
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Recipient:
    """One contact of an office, who is written to at `at` or later."""

    office: Office
    contact: Contact
    at: datetime


@dataclass(frozen=True, slots=True)
class Skip:
    """Who is not written to, and why; without a contact it is the whole office."""

    office: Office
    reason: str
    contact: Contact | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    recipients: tuple[Recipient, ...]
    skipped: tuple[Skip, ...]


def plan(
    setting: Setting,
    outreach: Outreach,
    offices: Sequence[Office],
    seats: Collection[int] | None = None,
) -> Plan:
    """Work the audience out from what holds now; `seats` narrows it to some contacts.

    The caps are a person's, so of two offices of one person only the first is reminded.
    """
    recipients: list[Recipient] = []
    skipped: list[Skip] = []
    taken: set[int] = set()
    for office in offices:
        if office.desk.is_done:
            skipped.append(Skip(office, "done"))
        elif not office.contacts:
            skipped.append(Skip(office, "not_joined"))
        else:
            for contact in office.contacts:
                if seats is None or contact.seat_id in seats:
                    recipient = _one(setting, outreach, office, contact, taken)
                    (recipients if isinstance(recipient, Recipient) else skipped).append(recipient)  # type: ignore[arg-type]
    return Plan(tuple(recipients), tuple(skipped))


def _one(
    setting: Setting, outreach: Outreach, office: Office, contact: Contact, taken: set[int]
) -> Recipient | Skip:
    local = setting.now.astimezone(timing.zone_of(office.desk.region))
    deadline = timing.deadline(setting, office.desk)
    due = Due(MANUAL, local.date(), office, deadline, recent=outreach.recent)
    decision = schedule.decide(due, contact, local)
    if not isinstance(decision, Send):
        until = due.of(contact).paused_until if decision.reason == "paused" else None
        return Skip(office, decision.reason, contact, until)
    if contact.chat_id in taken:
        return Skip(office, "other_office", contact)
    taken.add(contact.chat_id)
    return Recipient(office, contact, outreach.calendar.slot(local))


def scope_of(facts: StaffFacts, args: str) -> tuple[str, str]:
    """The scope that was typed; else an empty one, with the words that name no single place."""
    rest, front = " ".join(names.words(args).split()), ""
    for mark, choice in FILTERS.items():
        for start in facts.board.words.choice(choice):
            if f"{rest} ".startswith(f"{start} "):
                rest, front = rest.removeprefix(start).strip(), mark
    if not rest:
        return front + ALL, ""
    regions = names.regions(facts.board, rest)
    if len(regions) == 1:
        return f"{front}r{regions[0].id}", ""
    offices = names.offices(facts.board, rest) if not regions else []
    return (f"{front}u{offices[0].unit.id}", "") if len(offices) == 1 else ("", rest)


def offices(facts: StaffFacts, scope: str) -> tuple[Office, ...]:
    """The offices of a scope that the seat may see; none where it names none."""
    owing = progress_views.owing(facts.board.offices)
    if scope[:1] == BEHIND and scope[1:].isascii() and scope[1:].isdecimal():
        inside = [one for one in owing if int(scope[1:]) in (0, one.unit.region_id)]
        return lateness.behind(facts, inside)
    if scope[:1] == LATE:
        owing = tuple(one for one in owing if is_late(facts, one))
    if scope[:1] == MISSING:
        owing = tuple(one for one in owing if not one.contacts and not one.desk.is_done)
    place = scope.removeprefix(LATE).removeprefix(MISSING)
    kind, place_id = place[:1], place[1:]
    if place == ALL or not (place_id.isascii() and place_id.isdecimal()):
        return owing if place == ALL else ()
    if kind == "r":
        return tuple(one for one in owing if one.unit.region_id == int(place_id))
    return tuple(one for one in owing if kind == "u" and one.unit.id == int(place_id))


def is_late(setting: Setting, office: Office) -> bool:
    """Behind its deadline with something to fill in, to mend or to send."""
    return timing.days_left(setting, office.desk) < 0 and not office.desk.is_done


def skipped_view(skipped: Sequence[Skip]) -> list[dict[str, Any]]:
    """Skips by reason, a few names of each."""
    groups: dict[tuple[str, date | None], list[str]] = {}
    for skip in skipped:
        name = f"{skip.office.unit.short} ({skip.contact.name})" if skip.contact else None
        groups.setdefault((skip.reason, skip.until), []).append(name or skip.office.unit.short)
    return [
        {"reason": reason, "until": until, "names": found[:SHOWN], "more": len(found[SHOWN:])}
        for (reason, until), found in groups.items()
    ]
