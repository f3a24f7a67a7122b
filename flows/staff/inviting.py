"""`/undang`: a one-time link to a seat: a contact's, Bagian Hukum's, a level's, or the Kanwil's."""

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
REGIONAL = {1: Role.COORDINATOR, 2: Role.SECRETARY, 3: Role.READER}
"""Seats of a region, by the number behind the button of one."""
OFFICE = {
    Role.COORDINATOR: "Bagian Hukum",
    Role.SECRETARY: "Sekretaris",
    Role.BUREAU: "Biro Hukum",
    Role.READER: "Pemantau",
}
"""What a link is called, and its holder until they have joined."""


def invite(facts: StaffFacts, args: str, token: NewToken) -> Outcome:
    """Return a link for the seat that `args` names; without a name, the offices nobody has joined yet."""
    asked = names.words(args)
    typed, words = set(asked.split()), facts.board.words
    if _may_invite_staff(facts):
        for role in facts.period.levels:
            if typed & {*words.choice(role)}:
                return _level(facts, role, asked, token)
        if typed & {*words.choice("coordinator")}:
            return _of_region(facts, Role.COORDINATOR, asked, token)
        if typed & {*words.choice("kanwil")}:
            return _kanwil(facts, token)
    offices = tuple(names.offices(facts.board, args)) if asked else facts.board.offices
    if asked and len(offices) == 1:
        return _contact(offices[0], facts.bot_link, token)
    if asked and not offices:
        known = [office.unit.short for office in facts.board.offices]
        view = {"asked": args.strip(), "offices": known}
        return Outcome((), (Say("staff/invite_not_found", view),))
    return Outcome((), (_choose(facts, offices),))


def on_tap(facts: StaffFacts, _: Tap, pressed: Pressed, token: NewToken) -> Outcome:
    """Go on with the office or region that was chosen from a list."""
    unit_id = pressed.number()
    if pressed.number(1) is not None:
        region = next((one for one in facts.board.regions if one.id == unit_id), None)
        role = REGIONAL.get(pressed.number(1) or 0)
        is_on = role == Role.COORDINATOR or role in facts.period.levels
        if region is None or role is None or not is_on or not _may_invite_staff(facts):
            return invite(facts, "", token)
        return _region(region, role, facts.bot_link, token)
    office = next((one for one in facts.board.offices if one.unit.id == unit_id), None)
    return _contact(office, facts.bot_link, token) if office else invite(facts, "", token)


def _may_invite_staff(facts: StaffFacts) -> bool:
    return facts.seat.role in (Role.KANWIL, Role.ADMIN)


def _contact(office: Office, bot_link: str, token: NewToken) -> Outcome:
    unit = office.unit
    change = CreateInvitation(token.value, Role.CONTACT, unit.id, None, unit.name)
    return _link(bot_link, change, [contact.name for contact in office.contacts])


def _of_region(facts: StaffFacts, role: Role, asked: str, token: NewToken) -> Outcome:
    """Return a link to a seat of the region that the other words name, of the only one, or ask which."""
    beside = {"bagian"} if role == Role.COORDINATOR else {"kota", "daerah"}
    general = {*facts.board.words.choice(role), *beside}
    rest = " ".join(word for word in asked.split() if word not in general)
    regions = names.regions(facts.board, rest) if rest else list(facts.board.regions)
    if len(regions) == 1:
        return _region(regions[0], role, facts.bot_link, token)
    seat = facts.seat.id
    of = next(number for number, one in REGIONAL.items() if one == role)
    rows = tuple(
        (Button("region", data(Verb.INVITE, seat, region.id, of), {"name": region.name}),)
        for region in regions or facts.board.regions
    )
    return Outcome((), (Say("staff/which", {"asked": asked, "near": False, "more": 0}, rows),))


def _region(region: Region, role: Role, bot_link: str, token: NewToken) -> Outcome:
    change = CreateInvitation(token.value, role, None, region.id, f"{OFFICE[role]} {region.name}")
    return _link(bot_link, change, [])


def _level(facts: StaffFacts, role: Role, asked: str, token: NewToken) -> Outcome:
    """Invite to a level that the period switches on: of a city, of the province, or a reader of either."""
    if role == Role.SECRETARY:
        return _of_region(facts, role, asked, token)
    general = {*facts.board.words.choice(role), "provinsi"}
    rest = " ".join(word for word in asked.split() if word not in general)
    if role == Role.READER and rest:
        return _of_region(facts, role, asked, token)
    change = CreateInvitation(token.value, role, None, None, OFFICE[role])
    return _link(facts.bot_link, change, [])


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
        "levels": [str(role) for role in facts.period.levels],
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
    walks.staff.button(Verb.INVITE, on_tap, NewToken),
    walks.staff.button(Verb.HANDOVER, handed, NewToken),
)
