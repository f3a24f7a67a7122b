"""Announcements: whom each choice stands for, words that do not fit, and what changes while they are written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from flows.model.buttons import Pressed, read
from flows.model.events import Command, Tap, Text
from flows.model.facts import Region, StaffFacts
from flows.model.needs import Holders, NextCampaign, PressedCampaign
from flows.model.outcome import Notice, Outcome, PlanCampaign, Say
from flows.model.outreach import Campaign
from flows.model.roles import Role
from flows.model.scope import Scope, Which
from flows.staff import announcing, audience
from scoring.replacing import replace
from tests.flows.heard import text_of
from tests.flows.world import World

NOW = datetime(2017, 3, 9, 2, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    made = World({"kesehatan": [1, 2], "sosial": [12]})
    made.now = NOW
    links: tuple[tuple[str, str | None, Role], ...] = (
        ("A", "kesehatan", Role.CONTACT), ("A2", "sosial", Role.CONTACT),
        ("B", None, Role.KANWIL), ("K", None, Role.COORDINATOR),
    )  # fmt: skip
    for token, unit, role in links:
        made.link(token, unit, role=role)
    for who, token in (("Siti", "A"), ("Siti", "A2"), ("Budi", "B"), ("Hana", "K")):
        made.type(who, f"/start {token}")
    return made


def facts_of(world: World, who: str = "Budi") -> StaffFacts:
    return world.staff(who, Command("pengumuman"))


def pressed_of(text: str) -> Pressed:
    pressed = read(text)
    assert pressed is not None
    return pressed


def first_message(outcome: Outcome) -> Say:
    return next(one for one in outcome.messages if isinstance(one, Say))


def waiting(facts: StaffFacts, scope: str) -> StaffFacts:
    return replace(facts, focus=replace(facts.focus, review={"scope": scope}))


def typed(facts: StaffFacts, words: str, holders: Holders) -> Outcome:
    outcome = announcing.typed(facts, Text(words, 9), holders, NextCampaign(4))
    assert outcome is not None
    return outcome


def test_a_person_of_two_offices_gets_it_once(world: World) -> None:
    facts = facts_of(world)
    outcome = announcing.command(facts, "jakpus", facts.gathered.of(Holders))
    assert first_message(outcome).view["count"] == 1


def test_whoever_announces_does_not_hear_it(world: World) -> None:
    facts = facts_of(world)
    outcome = announcing.on_tap(
        facts, Tap("an", 1, "q"), pressed_of("an.3.k*"), facts.gathered.of(Holders)
    )
    assert first_message(outcome).name == "announcement/nobody"


def test_all_cities_and_each_may_be_chosen_where_there_are_several(world: World) -> None:
    facts = facts_of(world)
    other = Region(2, "31.72", "Jakarta Utara")
    board = replace(facts.board, regions=(*facts.board.regions, other))
    shown = first_message(
        announcing.command(replace(facts, board=board), "", facts.gathered.of(Holders))
    )
    labels = [row[0].label for row in shown.keyboard]
    assert labels == [
        "announce_all", "announce_region", "announce_region", "announce_cities", "announce_kanwil",
    ]  # fmt: skip
    of_city = first_message(announcing.command(facts_of(world, "Hana"), "", Holders(())))
    assert [row[0].label for row in of_city.keyboard] == ["announce_region"]


def test_words_that_are_too_long_say_how_long_they_may_be(world: World) -> None:
    facts = waiting(facts_of(world), "*")
    outcome = typed(facts, "a" * 1501, facts.gathered.of(Holders))
    assert outcome.changes == ()
    assert "1.501 karakter terlalu panjang; paling banyak 1.500" in text_of(first_message(outcome))
    fits = typed(facts, "a" * 1500, facts.gathered.of(Holders))
    assert any(isinstance(one, PlanCampaign) for one in fits.changes)


def test_without_a_choice_the_words_are_for_something_else(world: World) -> None:
    facts = waiting(facts_of(world), "?")
    assert announcing.typed(facts, Text("x", 9), Holders(()), NextCampaign(4)) is None


def test_if_all_have_left_meanwhile_nothing_is_sent(world: World) -> None:
    facts = waiting(facts_of(world), "k*")
    outcome = typed(facts, "Rapat besok.", facts.gathered.of(Holders))
    assert first_message(outcome).name == "announcement/nobody"
    campaign = Campaign(4, Scope(Which.KANWIL), started=False, expired=False, words="Rapat besok.")
    tap, pressed = Tap("aw.3.4", 7, "q"), pressed_of("aw.3.4")
    late = announcing.confirmed(
        facts, tap, pressed, facts.gathered.of(Holders), PressedCampaign(campaign)
    )
    assert (first_message(late).name, first_message(late).edit, late.changes) == (
        "announcement/nobody",
        7,
        (),
    )


@pytest.mark.parametrize(
    ("changed", "name"),
    [({"expired": True}, "notice/reminder_expired"), ({"words": None}, "notice/not_yours")],
)
def test_what_cannot_be_sent_says_why(world: World, changed: dict[str, Any], name: str) -> None:
    facts = facts_of(world)
    campaign = replace(Campaign(4, Scope(), started=False, expired=False, words="x"), **changed)
    tap, pressed = Tap("aw.3.4", 7, "q"), pressed_of("aw.3.4")
    outcome = announcing.confirmed(
        facts, tap, pressed, facts.gathered.of(Holders), PressedCampaign(campaign)
    )
    assert [one.name for one in outcome.messages if isinstance(one, Notice)] == [name]


@pytest.mark.parametrize("text", ["c*", "k*"])
def test_a_choice_of_staff_is_of_no_office(world: World, text: str) -> None:
    scope = Scope.parse(text)
    assert str(scope) == text
    assert audience.offices(facts_of(world), scope) == ()


def test_each_gets_it_in_the_own_chat_and_it_is_counted_for_its_campaign(world: World) -> None:
    facts = world.staff("Budi", Command("pengumuman"))
    notice = announcing.announced(facts, "Rapat ditunda.", None, 77, 5)
    assert (notice.chat_id, notice.campaign_id, notice.view["words"]) == (77, 5, "Rapat ditunda.")
