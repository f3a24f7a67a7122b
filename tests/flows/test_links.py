"""The list of open links: pages, words, and what it says where nothing is left."""

from __future__ import annotations

from datetime import date

import pytest

from flows import step
from flows.model.events import Command, Tap
from flows.model.gathered import Gathered
from flows.model.links import OpenLink
from flows.model.needs import OpenLinks
from flows.model.outcome import Notice, Outcome, RevokeInvitation, Say
from flows.model.quotas import MEGABYTE, Quota, Room
from flows.model.roles import Role
from flows.staff import linking
from scoring.replacing import replace
from tests.flows.world import World

DAY = date(2017, 3, 10)


@pytest.fixture
def world() -> World:
    made = World({"kesehatan": [1]})
    made.link("B", None, Role.KANWIL)
    made.type("Budi", "/start B")
    return made


def links(count: int, role: Role = Role.CONTACT) -> tuple[OpenLink, ...]:
    return tuple(
        OpenLink(number, role, 1, 1, f"Sudin {number}", DAY, DAY, "Hana" if number == 2 else None)
        for number in range(1, count + 1)
    )


def first_message(outcome: Outcome) -> Say:
    return next(message for message in outcome.messages if isinstance(message, Say))


def asked(world: World, event: Command | Tap, open_links: tuple[OpenLink, ...]) -> Outcome:
    facts = world.staff("Budi", event)
    known = {**facts.gathered.by_type, OpenLinks: OpenLinks(open_links)}
    return step(replace(facts, gathered=Gathered(known)), event)


def test_a_page_leads_to_the_next_and_says_how_many_are_left(world: World) -> None:
    outcome = asked(world, Command("peran", "tautan"), links(25))
    *rows, (more,) = first_message(outcome).keyboard
    assert len(rows) == linking.SHOWN
    assert more.view == {"count": 15}
    outcome = asked(world, Tap(more.data, 5, "q"), links(25))
    assert first_message(outcome).view["rows"][0]["where"] == "Sudin 11"
    assert first_message(outcome).edit == 5
    outcome = asked(world, Tap("lk.1.0.20", 5, "q"), links(25))
    assert len(first_message(outcome).keyboard) == 5
    assert first_message(asked(world, Tap("lk.1.0.99", 5, "q"), links(25))).view["rows"] == []


def test_words_narrow_the_list_and_too_many_say_so(world: World) -> None:
    outcome = asked(world, Command("peran", "tautan sudin"), links(25))
    assert first_message(outcome).view["more"] == 15
    assert len(first_message(outcome).keyboard) == linking.SHOWN
    assert first_message(asked(world, Command("peran", "link hana"), links(25))).view["count"] == 1
    assert (
        first_message(asked(world, Command("peran", "undangan tidak ada"), links(25))).view["rows"]
        == []
    )


def test_nothing_open_shows_no_way_to_the_list(world: World) -> None:
    assert [
        row for row in first_message(asked(world, Command("peran"), ())).keyboard if len(row) > 1
    ] == []
    labels = [
        b.label for row in first_message(asked(world, Command("peran"), ())).keyboard for b in row
    ]
    assert labels == ["holder"]
    labels = [
        b.label
        for row in first_message(asked(world, Command("peran"), links(1))).keyboard
        for b in row
    ]
    assert labels == ["holder", "links"]


def test_links_above_the_own_role_are_neither_seen_nor_revoked_but_for_the_own(
    world: World,
) -> None:
    above = links(2, Role.KANWIL)
    assert first_message(asked(world, Command("peran", "tautan"), above)).view["rows"] == []
    outcome = asked(world, Tap("lk.1.1.x", 5, "q"), above)
    assert outcome.changes == ()
    assert [m.name for m in outcome.messages if isinstance(m, Notice)] == ["notice/link_gone"]
    own = (OpenLink(7, Role.KANWIL, None, None, None, DAY, DAY, "Budi", 1),)
    assert asked(world, Tap("lk.1.7.x", 5, "q"), own).changes == (RevokeInvitation(7),)
    assert asked(world, Tap("lk.1.7.y", 5, "q"), own).changes == ()


def test_room_is_told_by_whose_quota_is_met_first() -> None:
    quota = Quota(10 * MEGABYTE, 20 * MEGABYTE)
    room = Room(9 * MEGABYTE, 19 * MEGABYTE + 1, quota)
    assert room.over(MEGABYTE - 1) is None
    assert room.over(MEGABYTE) == "quota_office"
    assert room.over(MEGABYTE + 1) == "quota_person"
    assert room.taken(MEGABYTE).over(0) == "quota_office"
    assert room.shown("quota_person") == {"used": 9, "quota": 10}
    assert room.shown("quota_office") == {"used": 20, "quota": 20}


@pytest.mark.parametrize(("role", "others"), [(Role.CONTACT, 0), (Role.COORDINATOR, 1)])
def test_links_to_the_same_place_are_told_when_a_seat_ends(
    world: World, role: Role, others: int
) -> None:
    world.link("K", None, Role.COORDINATOR)
    world.type("Hana", "/start K")
    seat = world.seats["Hana"][0].id
    open_links = (OpenLink(9, role, None, 1, "Jakarta Pusat", DAY, DAY),)
    view = first_message(asked(world, Tap(f"S.1.{seat}.ask", 5, "q"), open_links)).view
    assert (view["links"], view["others"]) == (0, others)


@pytest.mark.parametrize(("unit", "others"), [(1, 1), (2, 0)])
def test_links_to_another_office_are_not(world: World, unit: int, others: int) -> None:
    world.link("A", "kesehatan")
    world.type("Siti", "/start A")
    seat = world.seats["Siti"][0].id
    open_links = (OpenLink(9, Role.CONTACT, unit, None, "Sudin", DAY, DAY),)
    assert (
        first_message(asked(world, Tap(f"S.1.{seat}.ask", 5, "q"), open_links)).view["others"]
        == others
    )
