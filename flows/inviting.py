"""`/undang`: a one-time link that gives a person a seat of an office."""

from __future__ import annotations

from flows import names
from flows.buttons import Button, Pressed, Verb, data
from flows.facts import Facts, Office, Role
from flows.outcome import CreateInvitation, Outcome, Say


def invite(facts: Facts, args: str = "") -> Outcome:
    """A link for the office that `args` names; without a name, the offices nobody has joined yet."""
    offices = (
        tuple(names.offices(facts.the_board, args)) if args.strip() else facts.the_board.offices
    )
    if args.strip() and len(offices) == 1:
        return _link(facts, offices[0])
    if args.strip() and not offices:
        known = [office.unit.short for office in facts.the_board.offices]
        return Outcome(
            (), (Say("staff/invite_not_found", {"asked": args.strip(), "offices": known}),)
        )
    return Outcome((), (_choose(facts, offices),))


def tapped(facts: Facts, pressed: Pressed) -> Outcome:
    office = next((one for one in facts.the_board.offices if one.unit.id == pressed.number()), None)
    return _link(facts, office) if office else invite(facts)


def _link(facts: Facts, office: Office) -> Outcome:
    label = office.unit.name
    change = CreateInvitation(facts.token, Role.CONTACT, office.unit.id, None, label)
    view = {
        "unit": office.unit.name,
        "link": f"{facts.bot_link}?start={facts.token}",
        "contacts": [contact.name for contact in office.contacts],
    }
    return Outcome((change,), (Say("staff/invite_link", view),))


def _choose(facts: Facts, offices: tuple[Office, ...]) -> Say:
    seat = facts.the_seat.id
    regions = {region.id: region.name for region in facts.the_board.regions}
    ordered = sorted(offices, key=lambda office: (bool(office.contacts), office.unit.region_id))[
        :20
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
    return Say(
        "staff/invite_choose", {"missing": missing, "more": len(offices) - len(ordered)}, rows
    )
