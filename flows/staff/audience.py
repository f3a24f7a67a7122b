"""Whom a reminder by hand reaches: its scope, the offices in it, and who is skipped for which reason."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, assert_never

from msgspec import Struct

from flows.model.facts import Contact, Office, Setting, StaffFacts
from flows.model.outreach import Outreach
from flows.model.reminder_kinds import MANUAL
from flows.model.scope import Scope, Which
from flows.policy import schedule, season_policy, timing
from flows.policy.schedule import Due, Send
from flows.reading import names
from flows.staff import lateness, progress_views

FILTERS = {Which.LATE: "late", Which.MISSING: "not_joined"}
"""The choices in the vocabulary that ask for only these."""
SHOWN = 10


class Recipient(Struct, frozen=True):
    """One contact of an office, who is written to at `at` or later."""

    office: Office
    contact: Contact
    at: datetime


class Skip(Struct, frozen=True):
    """Who is not written to, and why; without a contact it is the whole office."""

    office: Office
    reason: str
    contact: Contact | None = None
    until: date | None = None


class AudiencePlan(Struct, frozen=True):
    recipients: tuple[Recipient, ...]
    skipped: tuple[Skip, ...]


def plan(
    setting: Setting,
    outreach: Outreach,
    offices: Sequence[Office],
    seats: Collection[int] | None = None,
) -> AudiencePlan:
    """Work the audience out from what holds now; `seats` narrows it to some contacts.

    The caps are a person's, so of two offices of one person only the first is reminded.
    """
    recipients: list[Recipient] = []
    skipped: list[Skip] = []
    taken: set[int] = set()
    # Once for each zone: of thousands of offices most of the time would go into that.
    local = {zone: setting.now.astimezone(zone) for zone in timing.ZONES.values()}
    slots = {zone: outreach.calendar.slot(moment) for zone, moment in local.items()}
    for office in offices:
        if office.desk.is_done:
            skipped.append(Skip(office, "done"))
        elif not season_policy.may_go_on(setting, office.desk):
            skipped.append(Skip(office, "season_over"))
        elif not office.contacts:
            skipped.append(Skip(office, "not_joined"))
        else:
            zone = timing.zone_of(office.desk.region)
            deadline = timing.deadline(setting, office.desk)
            due = Due(MANUAL, local[zone].date(), office, deadline, recent=outreach.recent)
            for contact in office.contacts:
                if seats is not None and contact.seat_id not in seats:
                    continue
                if skip := _skip(due, contact, local[zone], taken):
                    skipped.append(skip)
                else:
                    taken.add(contact.chat_id)
                    recipients.append(Recipient(office, contact, slots[zone]))
    return AudiencePlan(tuple(recipients), tuple(skipped))


def _skip(due: Due, contact: Contact, local: datetime, taken: Collection[int]) -> Skip | None:
    """Return why a contact is not written to; None where it is."""
    decision = schedule.decide(due, contact, local)
    if not isinstance(decision, Send):
        until = due.of(contact).paused_until if decision.reason == "paused" else None
        return Skip(due.office, decision.reason, contact, until)
    if contact.chat_id in taken:
        return Skip(due.office, "other_office", contact)
    return None


def scope_of(facts: StaffFacts, args: str) -> tuple[Scope | None, str]:
    """Return the scope that was typed; else None, with the words that name no single place."""
    rest, which = " ".join(names.words(args).split()), Which.ALL
    for filtered, choice in FILTERS.items():
        for start in facts.board.words.choice(choice):
            if f"{rest} ".startswith(f"{start} "):
                rest, which = rest.removeprefix(start).strip(), filtered
    if not rest:
        return Scope(which), ""
    regions = names.regions(facts.board, rest)
    if len(regions) == 1:
        return Scope(which, region_id=regions[0].id), ""
    offices = names.offices(facts.board, rest) if not regions else []
    if len(offices) != 1:
        return None, rest
    return Scope(which, unit_id=offices[0].unit.id), ""


def offices(facts: StaffFacts, scope: Scope | None) -> tuple[Office, ...]:
    """Return the offices of a scope that the seat may see; none without a scope."""
    if scope is None:
        return ()
    inside = tuple(
        office
        for office in progress_views.owing(facts.board.offices)
        if scope.region_id in (None, office.unit.region_id)
        and scope.unit_id in (None, office.unit.id)
    )
    match scope.which:
        case Which.ALL:
            return inside
        case Which.BEHIND:
            return lateness.behind(facts, inside)
        case Which.LATE:
            return tuple(office for office in inside if is_late(facts, office))
        case Which.MISSING:
            return tuple(
                office for office in inside if not office.contacts and not office.desk.is_done
            )
        case Which.CITIES | Which.KANWIL:
            return ()
        case _:
            assert_never(scope.which)


def is_late(setting: Setting, office: Office) -> bool:
    """Tell whether the office is past its deadline with work left to do."""
    return timing.days_left(setting, office.desk) < 0 and not office.desk.is_done


def skipped_view(skipped: Sequence[Skip]) -> list[dict[str, Any]]:
    """Return skips by reason, a few names of each."""
    groups: dict[tuple[str, date | None], list[str]] = {}
    for skip in skipped:
        name = f"{skip.office.unit.short} ({skip.contact.name})" if skip.contact else None
        groups.setdefault((skip.reason, skip.until), []).append(name or skip.office.unit.short)
    return [
        {"reason": reason, "until": until, "names": found[:SHOWN], "more": len(found[SHOWN:])}
        for (reason, until), found in groups.items()
    ]
