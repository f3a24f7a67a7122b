"""A meeting is closed: its agreement goes on record, and whoever it touches is told once what and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from flows.contact import criteria_views
from flows.contact.telling import to_office
from flows.model import criteria as model
from flows.model.buttons import Button, Verb, data
from flows.model.criteria import Criterion, MeetingVerdict, Sort
from flows.model.criteria_changes import AgreeCriteria
from flows.model.facts import Holder
from flows.model.outcome import OrderPaper, Outcome, Say
from flows.model.roles import Role
from flows.staff import criteria_effect, meeting_floor
from flows.staff.meeting_floor import Closing, Floor
from flows.staff.staff_papers import MINUTES
from scoring import Instrument


class AgreementTime(Struct, frozen=True):
    """When it is agreed, by whom, and from which chat: that one is answered, not told.

    `entry` is the number that the agreement gets on the record, `minutes_to` the chat that its minutes go to.
    """

    now: datetime
    by: str
    chat_id: int
    entry: int
    minutes_to: int | None


def agreed(
    floor: Floor, closing: Closing, occasion: AgreementTime, holders: Iterable[Holder]
) -> Outcome:
    """Return the agreement with its news; the closing has a version, which was looked at before."""
    after = closing.version.instrument
    assert after is not None, "only what the loader takes is agreed upon"
    decisions = floor.meeting.decisions
    taken = tuple(
        decision.proposal
        for decision in decisions
        if decision.proposal and decision.verdict == MeetingVerdict.CHANGED
    )
    change = AgreeCriteria(
        floor.talk.province,
        floor.meeting.id,
        after.code,
        closing.version.files,
        after,
        floor.talk.versions[-1].hash,
        after.hash,
        taken,
        tuple(proposal.id for proposal in closing.overtaken),
        _body(floor, closing, after, occasion),
    )
    why = {
        int(criterion.name): criteria_views.change_view(closing.changes[criterion.code])
        for criterion in model.all_of(after)
        if criterion.sort == Sort.INDICATOR and criterion.code in closing.changes
    }
    about = {"place": floor.meeting.place, "at": occasion.now}
    orders = tuple(
        OrderPaper(
            MINUTES, form, province=floor.talk.province, entry=occasion.entry,
            chat_id=occasion.minutes_to,
        )
        for form in ("pdf", "docx")
    )  # fmt: skip
    return Outcome(
        (change, *(orders if occasion.minutes_to is not None else ())),
        (
            *_contacts(closing, why, about),
            *_staff(floor, closing, about, occasion, holders),
        ),
    )


def _body(
    floor: Floor, closing: Closing, after: Instrument, occasion: AgreementTime
) -> dict[str, Any]:
    """Return what the record keeps: figures before and after, who proposed, who was there."""
    meeting, rows = floor.meeting, []
    for criterion, decision in floor.decided:
        proposal = floor.talk.proposal(decision.proposal)
        rows.append(
            {
                "criterion": criterion.code,
                "verdict": str(decision.verdict),
                "before": _kept(floor.instrument, criterion),
                "after": _kept(after, criterion),
                "proposal": proposal.id if proposal else None,
                "proposed_by": asdict(proposal.by) if proposal else None,
            }
        )
    return {
        "meeting": meeting.id,
        "place": meeting.place,
        "day": occasion.now.date().isoformat(),
        "before": floor.talk.versions[-1].hash,
        "after": after.hash,
        "decisions": rows,
        "overtaken": [one.id for one in closing.overtaken],
        "attendants": [asdict(attendant) for attendant in meeting.attendants],
    }


def _kept(instrument: Instrument, criterion: Criterion) -> dict[str, Any]:
    texts = [source.text for source in model.sources(instrument, criterion)]
    return {**model.figures(instrument, criterion), "sources": list(dict.fromkeys(texts))}


def _contacts(
    closing: Closing, why: Mapping[int, Any], about: Mapping[str, Any]
) -> tuple[Say, ...]:
    """Tell each office whose points changed, once."""
    news: list[Say] = []
    for effect in closing.effects:
        for office, moved in effect.offices:
            view = {**about, "unit": office.unit.name, "rows": criteria_effect.rows_of(moved, why)}
            news += to_office(office, "criteria/told_points", view, "criteria", Verb.CRITERIA)
    return tuple(news)


def _staff(
    floor: Floor,
    closing: Closing,
    about: Mapping[str, Any],
    occasion: AgreementTime,
    holders: Iterable[Holder],
) -> tuple[Say, ...]:
    """Tell each Bagian Hukum of its city, and the Kanwil's other seats of all of them."""
    counted = {
        "changed": sum(
            1 for decision in floor.meeting.decisions if decision.verdict == MeetingVerdict.CHANGED
        ),
        "agreed": sum(
            1 for decision in floor.meeting.decisions if decision.verdict == MeetingVerdict.AS_IT_IS
        ),
        "postponed": sum(
            1
            for decision in floor.meeting.decisions
            if decision.verdict == MeetingVerdict.POSTPONED
        ),
    }
    news = []
    for holder in holders:
        region = holder.seat.region
        is_told = holder.seat.role in (Role.COORDINATOR, Role.KANWIL) and not holder.suspended
        contact = holder.contact
        if not is_told or not contact.reachable or contact.chat_id == occasion.chat_id:
            continue
        effects = [
            effect for effect in closing.effects if region is None or effect.region.id == region.id
        ]
        view = {**about, **counted, "by": occasion.by, **criteria_effect.view(effects)}
        view["overtaken"] = meeting_floor.overtaken_view(floor, closing)
        button = Button("criteria", data(Verb.CRITERIA, contact.seat_id))
        news.append(Say("criteria/told_staff", view, ((button,),), chat_id=contact.chat_id))
    return tuple(news)
