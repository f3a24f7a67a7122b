"""Groups and inline mode where one region is not enough: choosing, other provinces, what is on show."""

from __future__ import annotations

import pytest

from bot.telegram.rendering import split
from bot.typed_words import vocabulary
from flows import step
from flows.engine import choose_seat
from flows.group import cards
from flows.model.buttons import Verb, data
from flows.model.events import (
    Event,
    GroupChanged,
    GroupCommand,
    GroupMoved,
    GroupTap,
    Inline,
    Membership,
    Text,
)
from flows.model.facts import (
    Board,
    Facts,
    Focus,
    Group,
    GroupFacts,
    NoPeriod,
    Office,
    Overseer,
    Region,
    Seat,
    Setting,
    StaffFacts,
)
from flows.model.outcome import (
    DisableBoard,
    EnableBoard,
    InlineAnswer,
    MoveGroup,
    Notice,
    Outcome,
    RetryPin,
    Say,
)
from flows.model.roles import Role
from messages import render
from scoring.replacing import replace
from tests.flows.heard import text_of
from tests.flows.world import World

UTARA = Region(2, "31.72", "Jakarta Utara", aliases=("jakut",))
BANDUNG = Region(9, "32.73", "Bandung")


@pytest.fixture
def world() -> World:
    made = World({"kesehatan": [1, 2, 13], "kesbang": [15]})
    made.link("A", "kesehatan")
    made.link("B", None, Role.KANWIL)
    made.link("K", None, Role.COORDINATOR)
    made.type("Siti", "/start A")
    made.type("Budi", "/start B")
    made.type("Hana", "/start K")
    return made


def board(world: World) -> Board:
    """Two regions, with an office of the same kind in each."""
    first = world.board()
    other = first.offices[0]
    unit = replace(other.unit, id=50, region_id=2)
    there = Office(unit, replace(other.desk, unit=unit, region=UTARA), ())
    return replace(first, regions=(world.region, UTARA), offices=(*first.offices, there))


def group(world: World, *, whole: bool = True) -> Group:
    if whole:
        return Group(7, None, "31", board(world))
    return Group(7, world.region, None, world.board())


def facts(world: World, who: str, event: Event, on: Group | None = None) -> Facts:
    event_facts = world.facts(who, event)
    match event_facts:
        case GroupFacts(staff=Overseer(Seat(role=Role.KANWIL) as seat)):
            return replace(event_facts, group=on, staff=Overseer(seat, board(world)))
        case GroupFacts():
            return replace(event_facts, group=on)
        case StaffFacts(seat=Seat(role=Role.KANWIL)):
            return replace(event_facts, board=board(world))
        case _:
            return event_facts


def seeing(event_facts: Facts, seat: Seat, sees: Board) -> Facts:
    """The same from another seat."""
    if isinstance(event_facts, GroupFacts):
        return replace(event_facts, staff=Overseer(seat, sees))
    assert isinstance(event_facts, StaffFacts)
    return replace(event_facts, seat=seat, board=sees)


def do(world: World, who: str, event: Event, on: Group | None = None) -> Outcome:
    return step(facts(world, who, event, on), event)


def says(outcome: Outcome) -> list[str | None]:
    return [one.name for one in outcome.messages if isinstance(one, Say | Notice)]


def test_kanwil_chooses_a_region_or_all_of_the_province(world: World) -> None:
    asked = do(world, "Budi", GroupCommand("papan", thread=4, title="Koordinasi"))
    (message,) = asked.messages
    assert isinstance(message, Say)
    assert (message.name, message.thread) == ("group/choose", 4)
    assert [row[0].label for row in message.keyboard] == ["region", "region", "group_all"]
    buttons = [row[0].data for row in message.keyboard]
    regional, _, whole = (
        do(world, "Budi", GroupTap(it, 9, "q", 4, "Koordinasi")) for it in buttons
    )
    assert regional.changes == (EnableBoard(1, None, "Jakarta Pusat", 4, "Koordinasi"),)
    assert whole.changes == (EnableBoard(None, "31", "", 4, "Koordinasi"),)
    assert says(regional) == [None, "group/on"]
    assert isinstance(regional.messages[1], Say)
    assert regional.messages[1].edit == 9
    named = do(world, "Budi", GroupCommand("papan", "jakut"))
    assert named.changes == (EnableBoard(2, None, "Jakarta Utara", None, ""),)
    assert says(do(world, "Budi", GroupCommand("papan", "jakarta"))) == ["group/choose"]


def test_a_seat_without_regions_is_told_so(world: World) -> None:
    for args in ("", "semua"):
        event = GroupCommand("papan", args)
        event_facts = seeing(facts(world, "Budi", event), world.seats["Budi"][0], Board((), ()))
        outcome = step(event_facts, event)
        assert says(outcome) == ["group/not_found"]
        assert "Belum ada daerah" in text_of(outcome.messages[0])


@pytest.mark.parametrize("who", ["Siti", "Orang", "Hana"])
def test_a_choice_is_for_the_seat_it_was_offered_to(world: World, who: str) -> None:
    number = world.seats["Budi"][0].id
    for rest in (1, 0):
        outcome = do(world, who, GroupTap(data(Verb.GROUP_ON, number, rest), 9, "q"))
        assert outcome.changes == ()
        assert says(outcome) == ["notice/staff_only"]


def test_a_coordinator_cannot_press_together_all_of_the_province(world: World) -> None:
    own = world.seats["Hana"][0].id
    for rest in (0, 2, 9):
        outcome = do(world, "Hana", GroupTap(data(Verb.GROUP_ON, own, rest), 9, "q"))
        assert (outcome.changes, says(outcome)) == ((), ["notice/staff_only"])


def test_a_board_beyond_the_own_seat_is_neither_replaced_nor_ended(world: World) -> None:
    on = group(world)
    for args in ("jakpus", "mati"):
        outcome = do(world, "Hana", GroupCommand("papan", args), on)
        assert (outcome.changes, says(outcome)) == ((), ["group/foreign"])
    assert do(world, "Budi", GroupCommand("papan", "mati"), on).changes == (DisableBoard(7),)
    replaced = do(world, "Budi", GroupCommand("papan", "jakut"), on)
    assert replaced.changes == (DisableBoard(7), EnableBoard(2, None, "Jakarta Utara", None, ""))
    again = do(world, "Budi", GroupCommand("papan", "semua"), on)
    assert again.changes == (RetryPin(7),)
    assert "semua daerah" in text_of(again.messages[0])


def test_staff_of_another_province_see_nothing_of_this_one(world: World) -> None:
    seat = Seat(77, Role.KANWIL, province="32")
    away = Board((BANDUNG,), (), vocabulary())
    press = GroupTap(data(Verb.GROUP_REGION, 0, 1), 9, "q")
    for event in (press, Inline("jakpus", "q"), Inline("kesehatan", "q")):
        event_facts = seeing(facts(world, "Budi", event, group(world)), seat, away)
        outcome = step(event_facts, event)
        (answer,) = outcome.messages
        assert answer in (
            Notice("q", "notice/staff_only", alert=True),
            InlineAnswer("q"),
        )
    command = GroupCommand("papan", "mati")
    event_facts = seeing(facts(world, "Budi", command, group(world)), seat, away)
    assert says(step(event_facts, command)) == ["group/foreign"]


def test_a_group_is_told_its_own_regions_only(world: World) -> None:
    on = group(world, whole=False)
    outcome = do(world, "Budi", GroupCommand("status", "jakut"), on)
    assert says(outcome) == ["group/not_found"]
    press = GroupTap(data(Verb.GROUP_REGION, 0, 2), 9, "q")
    assert says(do(world, "Budi", press, on)) == ["notice/staff_only"]
    (message,) = do(world, "Orang", GroupCommand("status", thread=3), group(world)).messages
    assert isinstance(message, Say)
    assert (message.name, message.thread) == ("group/overview", 3)
    assert "Jakarta Utara" in text_of(message)
    several = do(world, "Orang", GroupCommand("status", "jakarta"), group(world))
    assert says(several) == ["group/which"]


@pytest.mark.parametrize("pressed", ["zz.1", "j.1.r1", "gs.1.x", "gr.0.9", "gr.0", "s.1.1"])
def test_other_buttons_do_nothing_in_a_group(world: World, pressed: str) -> None:
    outcome = do(world, "Hana", GroupTap(pressed, 9, "q"), group(world, whole=False))
    assert outcome.changes == ()
    assert says(outcome)[0] in ("notice/unknown", "notice/staff_only")


def test_coming_going_and_moving(world: World) -> None:
    on = group(world)
    assert do(world, "Orang", GroupMoved(-100)).changes == (MoveGroup(-100),)
    [over] = do(world, "Budi", GroupCommand("papan", "mati", thread=3), on).messages
    assert isinstance(over, Say)
    assert (over.name, over.thread) == ("group/off", 3)
    out = GroupChanged(inside=False, came=False)
    assert do(world, "Orang", out, on).changes == (DisableBoard(7, gone=True),)
    assert do(world, "Orang", out) == Outcome()
    promoted = GroupChanged(inside=True, came=False)
    assert do(world, "Orang", promoted, on).changes == (RetryPin(7),)
    assert do(world, "Orang", promoted) == Outcome()
    assert step(facts(world, "Orang", promoted, on), Text("halo", 1)) == Outcome()


def test_without_a_period_there_is_no_board() -> None:
    early = NoPeriod("https://t.me/peduli_bot")
    for event, message_names in (
        (GroupCommand("papan"), ["joining/no_period"]),
        (GroupCommand("papan", target="peduli_bot"), ["joining/no_period"]),
        (GroupCommand("papan", target="other_bot"), []),
        (GroupCommand("status"), []),
        (GroupChanged(inside=True, came=True), ["group/hello"]),
        (GroupChanged(inside=False, came=False), []),
        (GroupTap("gr.0.1", 9, "q"), ["notice/unknown"]),
    ):
        assert says(step(early, event)) == message_names
    assert step(early, GroupMoved(-100)).changes == (MoveGroup(-100),)
    assert step(early, Membership(reachable=False)) == Outcome()
    assert step(early, Inline("", "q")).messages == (InlineAnswer("q"),)


def inline(world: World, who: str, query: str) -> list[tuple[str, str]]:
    (answer,) = do(world, who, Inline(query, "q")).messages
    assert isinstance(answer, InlineAnswer)
    return [(card.id, card.title) for card in answer.cards]


def test_inline_cards_match_what_is_typed(world: World) -> None:
    assert inline(world, "Budi", " ") == [("r1", "Jakarta Pusat"), ("r2", "Jakarta Utara")]
    assert inline(world, "Budi", "jak") == [("r1", "Jakarta Pusat"), ("r2", "Jakarta Utara")]
    assert inline(world, "Budi", "kesehatan jakut") == [("u50", "Suku Dinas Kesehatan")]
    assert inline(world, "Hana", "") == [("r1", "Jakarta Pusat")]
    assert inline(world, "Hana", "jakut") == []


def test_a_contact_or_a_stranger_gets_nothing_inline(world: World) -> None:
    for who in ("Siti", "Orang"):
        assert inline(world, who, "") == []
        assert inline(world, who, "kesehatan") == []
    world.do("Hana", "leaves")
    assert inline(world, "Hana", "jakpus") == []


def test_the_staff_seat_acts_where_a_person_has_several(world: World) -> None:
    office, staff = world.seats["Siti"][0], world.seats["Budi"][0]
    for event in (Inline("", "q"), GroupCommand("papan"), GroupTap(f"gs.{office.id}.1", 1, "q")):
        assert choose_seat((office, staff), Focus(seat_id=office.id), event) == staff
        assert choose_seat((office,), Focus(), event) is None


def test_a_board_of_a_province_fits_one_message(world: World) -> None:
    regions = tuple(
        replace(world.region, id=number, name=f"Kabupaten Kepulauan {number}")
        for number in range(1, 36)
    )
    setting = Setting(world.now, world.period)
    message = cards.papan(setting, Board(regions, world.board().offices))
    (text,) = split(render(message.name, message.view))
    assert text.endswith("WIB</i>")
    assert "Belum selesai" not in text
    few = text_of(cards.papan(setting, board(world)))
    assert "Belum selesai: Sudin Kesbang, Sudin Kesehatan" in few


def test_names_of_persons_are_in_no_card(world: World) -> None:
    setting = Setting(world.now, world.period)
    seen = board(world)
    cards_of = [cards.region(setting, seen, one) for one in seen.regions]
    cards_of += [cards.office(setting, seen, one) for one in seen.offices]
    assert "Siti" not in repr(cards_of)
    assert "Siti" not in repr(cards.papan(setting, seen).view)


def test_the_notice_to_others_fits_a_toast() -> None:
    """Telegram cuts a longer one."""
    assert len(render("notice/staff_only", {})) <= 60
