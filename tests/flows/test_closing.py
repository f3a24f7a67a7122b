"""What a result says of an answer, and what a screen offers before a season has opened or once it is over."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.telegram.typst import png
from flows.model import totals
from flows.model.answer_state import Previous, Standing, State
from flows.model.facts import Overseer, StaffFacts
from flows.model.needs import Holders
from flows.model.outcome import Say
from flows.model.roles import Role
from flows.model.season import Season
from flows.staff import closing, digest, season_results
from messages import label
from messages.drawing import figures
from scoring import Answer
from scoring.replacing import replace
from tests.flows.world import World


@pytest.fixture
def world() -> World:
    made = World({"kesbang": [15], "tamhut": [3]})
    for token, unit, role in (("E", "kesbang", Role.CONTACT), ("B", None, Role.KANWIL)):
        made.link(token, unit, role)
    for who, token in (("Eko", "E"), ("Budi", "B")):
        made.type(who, f"/start {token}")
    for words in ("/lanjut", "1", "simpan"):
        made.type("Eko", words)
    return made


def facts_of(world: World) -> StaffFacts:
    from flows.model.events import Command

    return world.staff("Budi", Command("tutup"))


def test_before_it_has_opened_there_is_nothing_to_close(world: World) -> None:
    world.now = datetime(2017, 1, 10, 2, tzinfo=UTC)
    [message] = closing.command(facts_of(world), "", Holders(())).messages
    assert isinstance(message, Say)
    assert message.view["phase"] == "prepared"
    assert message.keyboard == ()


def test_while_reviewers_are_at_work_it_can_be_closed_but_not_opened(world: World) -> None:
    world.grace(0)
    world.now = datetime(2017, 4, 10, 2, tzinfo=UTC)
    [message] = closing.command(facts_of(world), "", Holders(())).messages
    assert isinstance(message, Say)
    assert message.view["phase"] == "verification"
    assert [label(one.label, one.view) for row in message.keyboard for one in row] == [
        "🏁 Tutup penilaian data 2016"
    ]


@pytest.mark.parametrize(
    ("state", "why", "what"),
    [
        (None, "unsent", "proof"), (State.SENT, "waiting", "proof"), (State.RETURNED, "returned", "proof"),
        (State.VERIFIED, None, None),
    ],
)  # fmt: skip
def test_a_result_says_why_an_answer_was_not_counted(
    world: World, state: State | None, why: str | None, what: str | None
) -> None:
    # one demonstration brings 8 of 10 points; verified, only the outcome itself can be better
    if state:
        world.move(("kesbang", 15), state, Role.KANWIL)
    facts = facts_of(world)
    office = next(one for one in facts.board.offices if one.unit.code == "kesbang")
    result = season_results.of_office(facts, office)
    assert [one["why"] for one in result["uncounted"]] == ([why] if why else [])
    assert [one["what"] for one in result["prepare"]] == ([what] if what else ["figure"])


def test_full_points_ask_for_nothing_more(world: World) -> None:
    for words in ("/kategori",):
        world.type("Eko", words)
    world.press("Eko", "Demonstrasi anarkis…")
    world.press("Eko", "✏️ Ubah")
    for words in ("0", "ya", "simpan"):
        world.type("Eko", words)
    world.move(("kesbang", 15), State.VERIFIED, Role.KANWIL)
    facts = facts_of(world)
    office = next(one for one in facts.board.offices if one.unit.code == "kesbang")
    assert season_results.of_office(facts, office)["prepare"] == []


def test_no_digest_follows_a_closing(world: World) -> None:
    facts = facts_of(world)
    desk = Overseer(facts.seat, facts.board)
    assert digest.of_week(facts, desk, {}, ()) is not None
    closed = replace(facts.period, season=Season(closed_at=facts.now))
    assert digest.of_week(replace(facts, period=closed), desk, {}, ()) is None


def test_the_year_before_stands_beside_the_result_where_there_is_one(world: World) -> None:
    facts = facts_of(world)
    [picture] = season_results.pictures(facts, facts.board)
    assert (picture.view["before"], picture.view["before_count"]) == (None, 0)
    assert (picture.view["year"], picture.view["before_year"]) == ("2016", "2015")
    # last year one demonstration: 8 of 10 points; with the office that gave nothing, 8 of 20
    world.remember("kesbang", 15, Previous(2015, Answer({"demonstrasi_anarkis": Decimal(1)})))
    facts = facts_of(world)
    [picture] = season_results.pictures(facts, facts.board)
    offices = facts.board.offices
    assert (
        picture.view["before"]
        == totals.region_score(facts.period.instrument, offices).total_if_closed_now
    ), "this year they gave the same"
    assert picture.view["before_count"] == 1
    assert png("season/picture", figures(picture.view)).startswith(b"\x89PNG")


def test_what_is_filled_cannot_be_sent_once_the_time_is_over(world: World) -> None:
    world.press("Eko", "📤 Kirim…")  # the check, in time
    world.grace(0)
    world.now = datetime(2017, 4, 10, 2, tzinfo=UTC)
    outcome = world.press("Eko", "📤 Kirim 1 jawaban")
    assert [one.name for one in outcome.messages if isinstance(one, Say)] == ["season/office"]
    assert world.connection.execute("SELECT * FROM record WHERE kind = 'move'").fetchall() == []


def test_a_button_knows_what_its_reader_saw(world: World) -> None:
    board = facts_of(world).board
    assert str(closing.Seen.of(board)) == "1-0-0"
    office, other = board.offices
    done = Standing(State.VERIFIED, "verify", Role.KANWIL, 1, "Budi", world.now)
    tasks = tuple(replace(task, standing=done) for task in office.desk.tasks)
    verified = replace(office, desk=replace(office.desk, tasks=tasks))
    assert str(closing.Seen.of(replace(board, offices=(verified, other)))) == "1-1-1"
