"""`/undang`: a one-time link that gives a person a seat: a contact's, Bagian Hukum's, or the Kanwil's."""

from __future__ import annotations

from flows.model import walks
from flows.model.buttons import INVITED, Button, Pressed, Verb, data, link_keys
from flows.model.events import Tap
from flows.model.facts import Office, Region, StaffFacts
from flows.model.needs import NewToken
from flows.model.outcome import CreateInvitation, Notice, Outcome, Say
from flows.model.roles import Role
from flows.reading import names

SHOWN = 20


def invite(facts: StaffFacts, args: str, token: NewToken) -> Outcome:
    """Return a link for the seat that `args` names; without a name, the offices nobody has joined yet."""
    asked = names.words(args)
    typed, words = set(asked.split()), facts.board.words
    if facts.seat.role != Role.COORDINATOR and typed & {*words.choice("coordinator")}:
        return _coordinator(facts, asked, token)
    if facts.seat.role != Role.COORDINATOR and typed & {*words.choice("kanwil")}:
        return _kanwil(facts, token)
    offices = tuple(names.offices(facts.board, args)) if asked else facts.board.offices
    if asked and len(offices) == 1:
        return _contact(offices[0], facts.bot_link, token)
    if asked and not offices:
        known = [office.unit.short for office in facts.board.offices]
        view = {"asked": args.strip(), "offices": known}
        return Outcome((), (Say("staff/invite_not_found", view),))
    return Outcome((), (_choose(facts, offices),))


def tapped(facts: StaffFacts, _: Tap, pressed: Pressed, token: NewToken) -> Outcome:
    """Go on with the office or region that was chosen from a list."""
    unit_id = pressed.number()
    if pressed.number(1) is not None:
        region = next((one for one in facts.board.regions if one.id == unit_id), None)
        may = region and _may_invite_staff(facts)
        return (
            _region(region, facts.bot_link, token) if region and may else invite(facts, "", token)
        )
    office = next((one for one in facts.board.offices if one.unit.id == unit_id), None)
    return _contact(office, facts.bot_link, token) if office else invite(facts, "", token)


def _may_invite_staff(facts: StaffFacts) -> bool:
    return facts.seat.role in (Role.KANWIL, Role.ADMIN)


def _contact(office: Office, bot_link: str, token: NewToken) -> Outcome:
    unit = office.unit
    change = CreateInvitation(token.value, Role.CONTACT, unit.id, None, unit.name)
    return _link(bot_link, change, [contact.name for contact in office.contacts])


def _coordinator(facts: StaffFacts, asked: str, token: NewToken) -> Outcome:
    """Bagian Hukum of the region that the other words name, of the only one, or of one to choose."""
    general = {*facts.board.words.choice("coordinator"), "bagian"}
    rest = " ".join(word for word in asked.split() if word not in general)
    regions = names.regions(facts.board, rest) if rest else list(facts.board.regions)
    if len(regions) == 1:
        return _region(regions[0], facts.bot_link, token)
    seat = facts.seat.id
    rows = tuple(
        (Button("region", data(Verb.INVITE, seat, one.id, 1), {"name": one.name}),)
        for one in regions or facts.board.regions
    )
    return Outcome((), (Say("staff/which", {"asked": asked, "near": False, "more": 0}, rows),))


def _region(region: Region, bot_link: str, token: NewToken) -> Outcome:
    label = f"Bagian Hukum {region.name}"
    change = CreateInvitation(token.value, Role.COORDINATOR, None, region.id, label)
    return _link(bot_link, change, [])


def _kanwil(facts: StaffFacts, token: NewToken) -> Outcome:
    """Invite into the Kanwil, which sees and judges a whole province: only an administrator may."""
    if facts.seat.role != Role.ADMIN:
        view = {"help_contact": facts.period.help_contact}
        return Outcome((), (Say("staff/invite_kanwil", view),))
    label = facts.period.institution
    change = CreateInvitation(token.value, Role.KANWIL, None, None, label)
    return _link(facts.bot_link, change, [])


def _link(bot_link: str, change: CreateInvitation, contacts: list[str]) -> Outcome:
    link = f"{bot_link}?start={change.token}"
    view = {"label": change.label, "link": link, "contacts": contacts}
    return Outcome((change,), (Say("staff/invite_link", view, link_keys(link, INVITED, view)),))


def _choose(facts: StaffFacts, offices: tuple[Office, ...]) -> Say:
    seat = facts.seat.id
    regions = {region.id: region.name for region in facts.board.regions}
    ordered = sorted(offices, key=lambda office: (bool(office.contacts), office.unit.region_id))[
        :SHOWN
    ]
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
        "kanwil": facts.seat.role == Role.ADMIN,
    }
    return Say("staff/invite_choose", view, rows)


def hand_over(facts: StaffFacts, args: str = "") -> Outcome:
    """`/serahterima [office]`: whose seat goes to a new person; the office's file stays where it is."""
    matches = names.offices(facts.board, args) if args.strip() else list(facts.board.offices)
    held = [(office, contact) for office in matches for contact in office.contacts]
    if not held:
        known = [office.unit.short for office in facts.board.offices if office.contacts]
        return Outcome(
            (), (Say("staff/handover_nobody", {"asked": args.strip(), "offices": known}),)
        )
    seat = facts.seat.id
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


def handed(facts: StaffFacts, event: Tap, pressed: Pressed, token: NewToken) -> Outcome:
    """Return the link for the successor; the old seat ends when it is used, not before."""
    for office in facts.board.offices:
        for contact in office.contacts:
            if contact.seat_id == pressed.number():
                unit = office.unit
                change = CreateInvitation(
                    token.value, Role.CONTACT, unit.id, None, unit.name, contact.seat_id
                )
                link = f"{facts.bot_link}?start={token.value}"
                view = {"label": unit.name, "link": link, "name": contact.name}
                keys = link_keys(link, INVITED, view)
                return Outcome((change,), (Say("staff/handover_link", view, keys),))
    return Outcome((), (Notice(event.query_id, "notice/seat_gone", alert=True),))


ROUTES = (
    walks.staff.command("undang", invite, NewToken, place=110),
    walks.staff.command("serahterima", hand_over, place=120),
    walks.staff.button(Verb.INVITE, tapped, NewToken),
    walks.staff.button(Verb.HANDOVER, handed, NewToken),
)
