"""Collects what the routes of an event need beside the facts of its speaker, each by a query of its own."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any, TypeVar

from msgspec import Struct

from bot.clock import iso, parse
from bot.storage import (
    answer_file_rows,
    answer_rows,
    arrival_rows,
    calibrations,
    campaign_rows,
    codec,
    criteria_rows,
    evidence_rows,
    extension_rows,
    health_counts,
    outreach_rows,
    overseeing,
    own_data_rows,
    paper_rows,
    people,
    privacy_rows,
    request_rows,
    returned_sheet_rows,
    reviews,
    roster_content_rows,
    roster_uploads,
    year_rows,
)
from bot.storage.roster import Roster, province_of
from bot.storage.step_context import Speaker, StepContext
from flows.model.buttons import Pressed, read
from flows.model.calibration import Calibration
from flows.model.criteria import Coordination
from flows.model.events import Event, Tap
from flows.model.facts import Focus, Happening, Office, Region, Seat
from flows.model.health import Health, TroublePeriod
from flows.model.needs import (
    Granters,
    History,
    Holders,
    Muted,
    NewToken,
    NextCampaign,
    OpenLinks,
    OwnNotice,
    OwnPaperSettings,
    PendingExtension,
    PressedAnswers,
    PressedCampaign,
    PressedProposal,
    PressedRoster,
    PressedSheet,
    Reviewers,
)
from flows.model.outreach import Outreach
from flows.model.own_data import OwnData
from flows.model.quotas import Quota, Room
from flows.model.record_kinds import EntryKind
from flows.model.roster_contents import RosterContents
from flows.model.years import Years
from flows.policy.timing import zone_of
from flows.staff import granting

T = TypeVar("T")


class Asking(Struct, frozen=True):
    """What an event asks from: a seat, with the offices that it sees where it is staff's."""

    connection: sqlite3.Connection
    roster: Roster
    context: StepContext
    speaker: Speaker
    event: Event
    focus: Focus
    seat: Seat
    offices: tuple[Office, ...] = ()

    @property
    def pressed(self) -> Pressed | None:
        """The button that was tapped, if one was."""
        return read(self.event.data) if isinstance(self.event, Tap) else None

    @property
    def pressed_id(self) -> int | None:
        """What the button is about, by its number."""
        pressed = self.pressed
        return pressed.number() if pressed else None


def gathered(asking: Asking, wanted: Iterable[type[object]]) -> dict[type[object], object]:
    """Return what is wanted, each under its type."""
    return {need: BY_NEED[need](asking) for need in wanted}


def _reviewers(asking: Asking) -> Reviewers:
    return Reviewers(people.reviewers(asking.connection, asking.roster, asking.seat))


def _holders(asking: Asking) -> Holders:
    return Holders(overseeing.holders(asking.connection, asking.roster, asking.seat))


def _open_links(asking: Asking) -> OpenLinks:
    now, zone = asking.context.now, asking.context.zone
    return OpenLinks(
        overseeing.open_links(asking.connection, asking.roster, now, zone, asking.seat)
    )


def _granters(asking: Asking) -> Granters:
    region = asking.seat.region
    if region is None:
        return Granters(())
    return Granters(extension_rows.granters(asking.connection, asking.roster, region.id))


def _muted(asking: Asking) -> Muted:
    return Muted(arrival_rows.is_muted(asking.connection, asking.seat.id))


def _own_data(asking: Asking) -> OwnData:
    context = asking.context
    return own_data_rows.read(asking.connection, asking.speaker.user_id, context.now, context.zone)


def _room(asking: Asking) -> Room:
    quota, chat = asking.context.quota, asking.speaker.chat_id
    return evidence_rows.room_of(asking.connection, asking.roster, quota, asking.seat, chat)


def _outreach(asking: Asking) -> Outreach:
    return outreach_of(asking.connection, asking.roster, asking.context, asking.offices)


def _years(asking: Asking) -> Years:
    seat, context = asking.seat, asking.context

    def sees(roster: Roster, region: Region) -> bool:
        if seat.region is not None:
            return region.code == seat.region.code
        return roster.provinces[region.id] == seat.province

    return Years(year_rows.read(asking.connection, asking.roster, context.zone, context.now, sees))


def _pressed(
    asking: Asking, find: Callable[[sqlite3.Connection, int, int, datetime], T | None]
) -> T | None:
    """Return what a tap is about by the id that its button names; None where the seat has no such."""
    pressed_id = asking.pressed_id
    if pressed_id is None:
        return None
    return find(asking.connection, pressed_id, asking.seat.id, asking.context.now)


def _pressed_proposal(asking: Asking) -> PressedProposal:
    """Return the proposal that a contact's tap is about, where it is the own unit's."""
    request_id, unit = asking.pressed_id, asking.seat.unit
    if request_id is None or unit is None:
        return PressedProposal(None)
    context = asking.context
    request = request_rows.read(
        asking.connection, asking.roster, request_id, context.now, context.zone
    )
    return PressedProposal(request[0] if request and request[1] == unit.id else None)


def _pending_extension(asking: Asking) -> PendingExtension:
    """Return the request for a later last day that a tap is about, or that a sentence is waited for."""
    pressed = asking.pressed
    is_pressed = pressed is not None and pressed.verb in granting.VERBS
    waits = asking.focus.review.get("request") if not is_pressed else None
    request_id = asking.pressed_id if is_pressed else int(waits) if waits else None
    return PendingExtension(
        None if request_id is None else extension_rows.find(asking.connection, request_id)
    )


def outreach_of(
    connection: sqlite3.Connection,
    roster: Roster,
    context: StepContext,
    offices: Iterable[Office],
) -> Outreach:
    """Return who of these offices was reminded when, and what it brought."""
    units = [office.unit.id for office in offices]
    zones = {region.id: zone_of(region) for region in roster.regions.values()}
    days = {number: (context.now.astimezone(zone).date(), zone) for number, zone in zones.items()}
    return Outreach(
        context.calendar(context.now.astimezone(context.zone).date()),
        outreach_rows.recent(connection, roster, units, days),
        outreach_rows.unanswered(connection, roster.period.id, units, context.zone),
    )


def _history(asking: Asking) -> History:
    """Return the history that a tap asks for: a contact's own unit, or one that the staff seat may see."""
    roster, zone, pressed, own = (
        asking.roster,
        asking.context.zone,
        asking.pressed,
        asking.seat.unit,
    )
    numbers = [pressed.number(0), pressed.number(1)] if pressed else [None, None]
    unit, indicator = (own.id, numbers[0]) if own else (numbers[0], numbers[1])
    if unit is None or indicator is None or indicator not in roster.owed.get(unit, ()):
        return History()
    events = reviews.history(asking.connection, roster.period.id, unit, indicator)
    return History(tuple(_happening(roster, zone, indicator, *event) for event in events))


def _happening(
    roster: Roster, zone: tzinfo, indicator: int, kind: EntryKind, entry: int, body: dict[str, Any]
) -> Happening:
    marked = codec.marks_from_json(body.get("marks", ()))
    view = {"receipt": entry, "reason": None, **body, "marks": marked}
    for name in ("answer", "corrected"):
        value = body.get(name)
        view[name] = None if value is None else answer_rows.answer_of(roster, indicator, value)
    return Happening(kind, body["by"], parse(body["at"]).astimezone(zone), view)


def _own_paper_settings(asking: Asking) -> OwnPaperSettings:
    region, period = asking.seat.region, asking.roster.period
    of = region.code if region else province_of(asking.roster, asking.seat)
    is_kanwil = region is None
    return OwnPaperSettings(
        paper_rows.settings(asking.connection, period, of, of_province=is_kanwil)
    )


def _own_notice(asking: Asking) -> OwnNotice:
    roster = asking.roster
    is_alone = set(roster.provinces.values()) <= {asking.seat.province}
    own = (roster.regions[region].code for region in overseeing.regions_of(roster, asking.seat))
    places = (privacy_rows.WHOLE,) if is_alone else tuple(own)
    first = places[0] if places else privacy_rows.WHOLE
    settings = privacy_rows.settings(asking.connection, roster.period.id, first)
    return OwnNotice(places, settings.notice)


def _coordination(asking: Asking) -> Coordination:
    province = province_of(asking.roster, asking.seat)
    who = asking.speaker.user_id
    return criteria_rows.read(asking.connection, asking.roster, province, asking.context.zone, who)


def _roster_contents(asking: Asking) -> RosterContents:
    province = province_of(asking.roster, asking.seat)
    return roster_content_rows.contents(asking.connection, asking.roster, province)


def _calibration(asking: Asking) -> Calibration:
    province = province_of(asking.roster, asking.seat)
    return calibrations.read(asking.connection, asking.roster.period.id, province)


def _health(asking: Asking) -> Health:
    now = asking.context.now.astimezone(asking.context.zone)
    return health_at(asking.connection, now, asking.context.quota)


def health_at(connection: sqlite3.Connection, now: datetime, quota: Quota) -> Health:
    """Return the counts of the database; disk, clock and token are `peduli-ham doctor`'s."""
    figures = health_counts.figures(connection)
    sends = health_counts.sends(connection, iso(now - timedelta(days=1)))
    noted = health_counts.noted(connection)
    heard = noted.get("heard")
    troubles = health_counts.troubles(noted, iso(now - timedelta(days=1)))
    return Health(
        figures.queued,
        now - parse(figures.oldest_queued) if figures.oldest_queued else None,
        figures.files_waiting,
        figures.failed_updates,
        figures.database_bytes,
        sends.get("sent", 0),
        sends.get("failed", 0),
        sends.get("unreachable", 0),
        now - parse(heard) if heard else None,
        now - parse(figures.oldest_file) if figures.oldest_file else None,
        tuple(
            TroublePeriod(
                what, parse(since).astimezone(now.tzinfo), parse(last).astimezone(now.tzinfo)
            )
            for what, (since, last) in sorted(troubles.items())
        ),
        *evidence_rows.fullest(connection),
        quota,
    )


BY_NEED: Mapping[type[object], Callable[[Asking], object]] = {
    NewToken: lambda _: NewToken(secrets.token_urlsafe(24)),
    Reviewers: _reviewers,
    History: _history,
    Holders: _holders,
    OpenLinks: _open_links,
    Health: _health,
    Outreach: _outreach,
    NextCampaign: lambda asking: NextCampaign(campaign_rows.next_id(asking.connection)),
    PressedCampaign: lambda asking: PressedCampaign(_pressed(asking, campaign_rows.find)),
    PressedAnswers: lambda asking: PressedAnswers(_pressed(asking, answer_file_rows.find)),
    PressedRoster: lambda asking: PressedRoster(_pressed(asking, roster_uploads.find)),
    PressedSheet: lambda asking: PressedSheet(_pressed(asking, returned_sheet_rows.find)),
    PressedProposal: _pressed_proposal,
    PendingExtension: _pending_extension,
    Granters: _granters,
    Coordination: _coordination,
    Calibration: _calibration,
    Muted: _muted,
    OwnData: _own_data,
    OwnNotice: _own_notice,
    OwnPaperSettings: _own_paper_settings,
    Room: _room,
    RosterContents: _roster_contents,
    Years: _years,
}
