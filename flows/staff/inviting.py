"""`/undang`: a one-time link that gives a person a seat: a contact's, Bagian Hukum's, or the Kanwil's."""

from __future__ import annotations

from flows.model import routes
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import Facts, Office, Region
from flows.model.outcome import CreateInvitation, Notice, Outcome, Say
from flows.model.roles import STAFF, Role
from flows.model.routes import Need
from flows.reading import names

SHOWN = 20


def invite(facts: Facts, args: str = "") -> Outcome:
    """A link for the seat that `args` names; without a name, the offices nobody has joined yet."""
    asked = names.words(args)
    typed, words = set(asked.split()), facts.the_board.words
    if facts.the_seat.role != Role.COORDINATOR and typed & {*words.choice("coordinator")}:
        return _coordinator(facts, asked)
    if facts.the_seat.role != Role.COORDINATOR and typed & {*words.choice("kanwil")}:
        return _kanwil(facts)
    offices = tuple(names.offices(facts.the_board, args)) if asked else facts.the_board.offices
    if asked and len(offices) == 1:
        return _contact(facts, offices[0])
    if asked and not offices:
        known = [office.unit.short for office in facts.the_board.offices]
        view = {"asked": args.strip(), "offices": known}
        return Outcome((), (Say("staff/invite_not_found", view),))
    return Outcome((), (_choose(facts, offices),))


def tapped(facts: Facts, _: Tap, pressed: Pressed) -> Outcome:
    """An office or a region was chosen from a list."""
    number = pressed.number()
    if pressed.number(1) is not None:
        region = next((one for one in facts.the_board.regions if one.id == number), None)
        return _region(facts, region) if region and _may_invite_staff(facts) else invite(facts)
    office = next((one for one in facts.the_board.offices if one.unit.id == number), None)
    return _contact(facts, office) if office else invite(facts)


def _may_invite_staff(facts: Facts) -> bool:
    return facts.the_seat.role in (Role.KANWIL, Role.ADMIN)


def _contact(facts: Facts, office: Office) -> Outcome:
    unit = office.unit
    change = CreateInvitation(facts.token, Role.CONTACT, unit.id, None, unit.name)
    return _link(facts, change, [contact.name for contact in office.contacts])


def _coordinator(facts: Facts, asked: str) -> Outcome:
    """Bagian Hukum of the region that the other words name, of the only one, or of one to choose."""
    general = {*facts.the_board.words.choice("coordinator"), "bagian"}
    rest = " ".join(word for word in asked.split() if word not in general)
    regions = names.regions(facts.the_board, rest) if rest else list(facts.the_board.regions)
    if len(regions) == 1:
        return _region(facts, regions[0])
    seat = facts.the_seat.id
    rows = tuple(
        (Button("region", data(Verb.INVITE, seat, one.id, 1), {"name": one.name}),)
        for one in regions or facts.the_board.regions
    )
    return Outcome((), (Say("staff/which", {"asked": asked, "near": False, "more": 0}, rows),))


def _region(facts: Facts, region: Region) -> Outcome:
    label = f"Bagian Hukum {region.name}"
    return _link(facts, CreateInvitation(facts.token, Role.COORDINATOR, None, region.id, label), [])


def _kanwil(facts: Facts) -> Outcome:
    """The Kanwil sees and judges a whole province: only an administrator lets somebody in there."""
    if facts.the_seat.role != Role.ADMIN:
        view = {"help_contact": facts.period.help_contact}
        return Outcome((), (Say("staff/invite_kanwil", view),))
    label = facts.period.institution
    return _link(facts, CreateInvitation(facts.token, Role.KANWIL, None, None, label), [])


def _link(facts: Facts, change: CreateInvitation, contacts: list[str]) -> Outcome:
    link = f"{facts.bot_link}?start={facts.token}"
    view = {"label": change.label, "link": link, "contacts": contacts}
    return Outcome((change,), (Say("staff/invite_link", view),))


def _choose(facts: Facts, offices: tuple[Office, ...]) -> Say:
    seat = facts.the_seat.id
    regions = {region.id: region.name for region in facts.the_board.regions}
    ordered = sorted(offices, key=lambda one: (bool(one.contacts), one.unit.region_id))[:SHOWN]
    rows = tuple(
        (
            Button(
                "office" if len(regions) > 1 else "office_short",
                data(Verb.INVITE, seat, office.unit.id),
                {"name": office.unit.short, "region": regions[office.unit.region_id]},
            ),
        )
        for office in ordered
    )
    missing = sum(1 for office in offices if not office.contacts)
    view = {
        "missing": missing,
        "more": len(offices) - len(ordered),
        "staff": _may_invite_staff(facts),
        "kanwil": facts.the_seat.role == Role.ADMIN,
    }
    return Say("staff/invite_choose", view, rows)


def hand_over(facts: Facts, args: str = "") -> Outcome:
    """`/serahterima [office]`: whose seat goes to a new person; the office's file stays where it is."""
    found = names.offices(facts.the_board, args) if args.strip() else list(facts.the_board.offices)
    held = [(office, contact) for office in found for contact in office.contacts]
    if not held:
        known = [office.unit.short for office in facts.the_board.offices if office.contacts]
        return Outcome(
            (), (Say("staff/handover_nobody", {"asked": args.strip(), "offices": known}),)
        )
    seat = facts.the_seat.id
    rows = tuple(
        (
            Button(
                "handover",
                data(Verb.HANDOVER, seat, contact.seat_id),
                {"name": contact.name, "short": office.unit.short},
            ),
        )
        for office, contact in held[:SHOWN]
    )
    return Outcome((), (Say("staff/handover_choose", {"more": max(0, len(held) - SHOWN)}, rows),))


def handed(facts: Facts, event: Tap, pressed: Pressed) -> Outcome:
    """The link for the successor; the old seat ends when it is used, not before."""
    for office in facts.the_board.offices:
        for contact in office.contacts:
            if contact.seat_id == pressed.number():
                unit = office.unit
                change = CreateInvitation(
                    facts.token, Role.CONTACT, unit.id, None, unit.name, contact.seat_id
                )
                link = f"{facts.bot_link}?start={facts.token}"
                view = {"label": unit.name, "link": link, "name": contact.name}
                return Outcome((change,), (Say("staff/handover_link", view),))
    return Outcome((), (Notice(event.query_id, "notice/seat_gone", alert=True),))


ROUTES = (
    routes.command("undang", invite, STAFF, Need.TOKEN, place=110),
    routes.command("serahterima", hand_over, STAFF, Need.TOKEN, place=120),
    routes.button(Verb.INVITE, tapped, STAFF, Need.TOKEN),
    routes.button(Verb.HANDOVER, handed, STAFF, Need.TOKEN),
)
