"""`/peran tautan`: the invitations that nobody has opened yet, and taking one back.

Nobody sees a link to a seat that they could not end: Bagian Hukum those of its offices, the Kanwil also those
of Bagian Hukum and the levels, an administrator all of the province.
"""

from __future__ import annotations

from typing import Any

from flows.model import walks
from flows.model.buttons import Button, OwnVerb, Pressed, data
from flows.model.events import Tap
from flows.model.facts import Holder, Seat, StaffFacts
from flows.model.links import OpenLink
from flows.model.needs import OpenLinks
from flows.model.outcome import Notice, Outcome, RevokeInvitation, Say
from flows.model.roles import SWITCHED, Role
from flows.reading import names

LINKS = OwnVerb("lk")
SHOWN = 10
MAY_REVOKE = {
    Role.COORDINATOR: frozenset({Role.CONTACT}),
    Role.KANWIL: frozenset({Role.CONTACT, Role.COORDINATOR, *SWITCHED}),
    Role.ADMIN: frozenset(Role),
}
"""Links to whose seats a role may see and revoke."""


def seen(facts: StaffFacts, open_links: OpenLinks) -> tuple[OpenLink, ...]:
    """Return the open links that the seat may see, those that it made itself included."""
    mine, roles = facts.seat.id, MAY_REVOKE[facts.seat.role]
    return tuple(link for link in open_links.links if link.role in roles or link.maker == mine)


def listed(
    facts: StaffFacts,
    open_links: OpenLinks,
    asked: str = "",
    start: int = 0,
    edit: int | None = None,
) -> Outcome:
    """Return the open links, a page at a time; those that fit `asked` (an office, a region, a maker)."""
    wanted = set(asked.split())
    links = [link for link in seen(facts, open_links) if wanted <= _words(link)]
    page = links[start : start + SHOWN]
    seat = facts.seat.id
    rows = [(Button("open_link", data(LINKS, seat, link.id), _view(facts, link)),) for link in page]
    behind = len(links) - start - len(page)
    if behind and not asked:
        more = data(LINKS, seat, 0, start + SHOWN)
        rows.append((Button("links_more", more, {"count": behind}),))
    view = {
        "asked": asked,
        "rows": [_view(facts, link) for link in page],
        "count": len(links),
        "start": start,
        "more": behind if asked else 0,
    }
    return Outcome((), (Say("staff/links", view, tuple(rows), edit=edit),))


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed, open_links: OpenLinks) -> Outcome:
    """Return the list, one link of it, or its end; a link that is open no more is said to be gone."""
    invitation_id = pressed.number() or 0
    if not invitation_id:
        return listed(facts, open_links, start=pressed.number(1) or 0, edit=event.message_id)
    link = next((one for one in seen(facts, open_links) if one.id == invitation_id), None)
    if link is None:
        notice = Notice(event.query_id, "notice/link_gone", alert=True)
        return Outcome((), (notice, *listed(facts, open_links, edit=event.message_id).messages))
    view = _view(facts, link)
    back = Button("links_back", data(LINKS, facts.seat.id))
    if pressed.rest[1:] == ("x",):
        done = Say("staff/link_revoked", view, ((back,),), edit=event.message_id)
        return Outcome((RevokeInvitation(link.id),), (done,))
    revoke = Button("link_revoke", data(LINKS, facts.seat.id, link.id, "x"), {}, "danger")
    return Outcome((), (Say("staff/link", view, ((revoke, back),), edit=event.message_id),))


def hanging(facts: StaffFacts, open_links: OpenLinks, holder: Holder) -> dict[str, int]:
    """Return how many open links end with a seat, and how many others lead to its place."""
    ends = [link for link in open_links.links if link.hangs_on(holder.seat.id)]
    others = [
        link
        for link in seen(facts, open_links)
        if link not in ends and _leads_to(link, holder.seat)
    ]
    return {"links": len(ends), "others": len(others)}


def way_to_list(
    facts: StaffFacts, open_links: OpenLinks, ended: int = 0
) -> tuple[tuple[Button, ...], ...]:
    """Return the button of the list, where links are left in it; those of the seat `ended` are not."""
    count = sum(1 for link in seen(facts, open_links) if not link.hangs_on(ended))
    if not count:
        return ()
    return ((Button("links", data(LINKS, facts.seat.id), {"count": count}),),)


def _leads_to(link: OpenLink, seat: Seat) -> bool:
    if link.role != seat.role:
        return False
    if seat.unit:
        return link.unit_id == seat.unit.id
    return link.region_id == (seat.region.id if seat.region else None)


def _words(link: OpenLink) -> set[str]:
    return {word for name in (link.where, link.by) if name for word in names.words(name).split()}


def _view(facts: StaffFacts, link: OpenLink) -> dict[str, Any]:
    return {
        "role": str(link.role),
        "where": link.where,
        "by": link.by,
        "mine": link.maker == facts.seat.id,
        "made": link.made,
        "until": link.until,
        "replaced": link.replaced,
    }


ROUTES = (walks.staff.button(LINKS, on_tap, OpenLinks),)
