"""The table of routes: complete, and rights are decided before a handler runs."""

from __future__ import annotations

import re

import pytest

from flows import needs
from flows.model import routes, walks
from flows.model.buttons import VERBS, Verb, data
from flows.model.events import Command, Tap, Upload
from flows.model.facts import Seat, Seated, Stage
from flows.model.focus import Focus
from flows.model.outcome import Notice, Outcome, Say
from flows.model.roles import STAFF, Role
from flows.model.routes import RouteTable
from flows.route_table import TABLE, WALKS
from tests.flows.verbs import DECLARED
from tests.flows.world import World

IN_GROUPS = {Verb.GROUP_ON, Verb.GROUP_REGION}
BY_ENGINE = {Verb.CALLED}
"""A button that stands for a command; the command's route counts."""


def world(role: Role) -> World:
    """Siti with one seat in this role, in a city with one office."""
    made = World({"kesehatan": [1, 2]})
    made.link("A", "kesehatan" if role == Role.CONTACT else None, role)
    made.type("Siti", "/start A")
    return made


def test_every_button_has_somebody_who_may_press_it() -> None:
    may = {route.verb for route in TABLE.routes if isinstance(route, routes.ButtonRoute)}
    assert may == TABLE.verbs - IN_GROUPS - BY_ENGINE
    assert all(route.roles for route in TABLE.routes)


def test_a_verb_of_its_own_is_short_and_of_one_walk_alone() -> None:
    own: dict[str, set[str]] = {}
    for walk in WALKS:
        for route in walk.ROUTES:
            if isinstance(route, routes.ButtonRoute) and route.verb not in VERBS:
                own.setdefault(route.verb, set()).add(walk.__name__)
    assert len(own) > 10
    assert {verb: walks for verb, walks in own.items() if len(walks) > 1} == {}
    assert sorted(value for value, _ in DECLARED) == sorted(own), "each declared once, and answered"
    assert [verb for verb in (*own, *Verb) if not re.fullmatch("[A-Za-z]{1,3}", verb)] == []


def test_what_begins_with_no_verb_of_ours_is_not_known() -> None:
    made = world(Role.KANWIL)
    for text in ("zz.1", "zz.1.1", ".1", "zz", "g.x"):
        (notice,) = made.send("Siti", Tap(text, 5, "q")).messages
        assert isinstance(notice, Notice)
        assert notice.name == "notice/unknown", text


def test_what_the_rooms_of_staff_and_of_groups_declare_is_for_staff() -> None:
    shared = {
        Verb.HISTORY,
        Verb.NOTE,
        "/tanya",
        Stage.NOTE,
        "/rakor",
        Verb.ITEM,
        Verb.ATTEND,
        Verb.MEETING,
    }
    for walk in WALKS:
        if not walk.__name__.startswith("flows.contact."):
            for route in walk.ROUTES:
                assert route.roles <= STAFF or route.key in shared, f"{walk.__name__}: {route.key}"


@pytest.mark.parametrize("role", Role)
def test_a_button_of_others_says_so_and_writes_nothing(role: Role) -> None:
    made = world(role)
    forged = [verb for verb in sorted(TABLE.verbs) if TABLE.button(verb, role) is None]
    assert forged
    for verb in forged:
        outcome = made.send("Siti", Tap(data(verb, 1, 1, 1), 5, "q"))
        assert outcome.changes == (), verb
        notices = [one.name for one in outcome.messages if isinstance(one, Notice)]
        assert notices == ["notice/not_yours"], verb
        assert not any(isinstance(one, Say) for one in outcome.messages)


@pytest.mark.parametrize("role", Role)
def test_a_command_of_others_never_reaches_its_handler(role: Role) -> None:
    made = world(role)
    for name in sorted(TABLE.names):
        if TABLE.command(name, role) is None:
            outcome = made.type("Siti", f"/{name}")
            shown = [one.name for one in outcome.messages if isinstance(one, Say)]
            assert shown[0] == "free/no_command", name
            assert outcome.changes == ()


@pytest.mark.parametrize("role", Role)
def test_needs_are_those_of_the_route(role: Role) -> None:
    own = Seat(1, role, None, None)
    for route in TABLE.routes:
        if role not in route.roles:
            continue
        match route:
            case routes.CommandRoute():
                asked = needs(own, Command(route.name), Focus())
                called = needs(own, Tap(data(Verb.CALLED, own.id, route.name), 5, "q"), Focus())
                assert asked == called == set(route.needs), route.name
            case routes.ButtonRoute():
                assert needs(own, Tap(data(route.verb, own.id), 5, "q"), Focus()) == set(
                    route.needs
                ), route.verb
            case routes.WordsRoute():
                waits = needs(own, Command("mulai"), Focus(stage=route.stage))
                assert waits == set(route.needs), route.stage
            case routes.FilesRoute():
                upload = Upload("photo", "f", "u", None, 1, None, 1)
                assert needs(own, upload, Focus()) == set(route.needs)


def test_two_routes_for_the_same_are_refused() -> None:
    def nothing(_: Seated, __: str) -> Outcome:
        return Outcome()

    double = walks.contact.command("lanjut", nothing)
    with pytest.raises(ValueError, match="two routes for '/lanjut' of contact"):
        RouteTable((double, walks.everybody.command("lanjut", nothing)), {})
    assert RouteTable((double,), {}).words(Stage.NOTE, Role.CONTACT) is None


def test_a_button_that_stands_for_a_command_ends_a_wait_for_words_as_the_command_does() -> None:
    made = world(Role.CONTACT)
    made.type("Siti", "/lanjut")
    made.type("Siti", "/tanya")
    assert made.focus["Siti"].stage == Stage.NOTE
    seat = made.seats["Siti"][0].id
    made.send("Siti", Tap(data(Verb.CALLED, seat, "tanya"), 5, "q"))
    assert made.focus["Siti"].stage == Stage.IDLE
    outcome = made.type("Siti", "bagaimana cara menghitungnya")
    assert outcome.messages, "the words are answered, not lost in an error"
