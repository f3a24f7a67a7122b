"""Periods side by side: a button acts in the period that it was made in, and what is typed next stays there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.storage import periods, record
from flows.model.buttons import LIMIT, read, within
from flows.model.roles import Role
from tests.flows.world import World


@pytest.fixture
def world() -> World:
    """Two years of one office, of which the later is at work; in both it has answered once."""
    made = World({"kesbang": [15]})
    made.beside("2017-03-20")
    for token, unit, role in (
        ("E", "kesbang", Role.CONTACT), ("B", None, Role.KANWIL), ("K", None, Role.COORDINATOR),
    ):  # fmt: skip
        made.link(token, unit, role)
    for who, token in (("Eko", "E"), ("Budi", "B"), ("Hana", "K")):
        made.type(who, f"/start {token}")
    send(made, "2")
    made.type("Hana", "/verifikasi")
    made.press("Hana", "Sudin Kesbang…")
    made.now = datetime(2017, 3, 21, 2, tzinfo=UTC)
    send(made, "3")
    return made


def send(world: World, figure: str) -> None:
    for words in ("/lanjut", figure, "simpan"):
        world.type("Eko", words)
    world.press("Eko", "📤 Kirim…")
    world.press("Eko", "📤 Kirim…")


def moves(world: World) -> list[tuple[int, str]]:
    return world.connection.execute(
        "SELECT period_id, json_extract(body, '$.action') FROM record WHERE kind = 'move' ORDER BY id"
    ).fetchall()


def test_a_card_of_last_year_is_judged_in_last_year(world: World) -> None:
    # both answers have the same office, indicator and revision: only the period tells them apart
    world.press("Hana", "👍 Setujui")
    assert moves(world)[-1] == (1, "approve")
    assert world.inboxes["Hana"][-1].name == "reviewing/done"
    assert record.verify(world.connection).broken is None


def test_a_tap_takes_the_chat_over_and_back(world: World) -> None:
    chat = world.chat_id("Hana")
    assert periods.chosen(world.connection, chat) is None
    world.press("Hana", "👍 Setujui")
    assert periods.chosen(world.connection, chat) == 1
    world.type("Hana", "/verifikasi")
    assert "Data tahun 2016" not in world.inboxes["Hana"][-1].text
    assert "Menunggu Anda: 0" not in world.inboxes["Hana"][-1].text
    world.type("Hana", "/periode")
    world.press("Hana", "Data tahun 2017")
    assert periods.chosen(world.connection, chat) is None
    world.type("Hana", "/verifikasi")
    assert "Menunggu Anda: 1 jawaban" in world.inboxes["Hana"][-1].text


def test_a_period_that_is_not_there_is_the_one_at_work(world: World) -> None:
    seat = world.seats["Hana"][0].id
    world.tap("Hana", within(f"Q.{seat}", 99))
    assert world.inboxes["Hana"][-1].name == "reviewing/queue"
    assert "Menunggu Anda: 1 jawaban" in world.inboxes["Hana"][-1].text


def test_a_button_that_would_grow_too_long_stays_as_it_is() -> None:
    text = f"s.1.{'1' * 56}"
    assert within(text, 12345) == text
    assert len(within("s.1.2", 12345)) <= LIMIT
    pressed = read(within("s.1.2", 12345))
    assert pressed is not None
    assert (pressed.rest, pressed.period) == (("2",), 12345)
    assert read("s.1.2~x") is not None
    forged = read("s.1.2~x")
    assert forged is not None
    assert forged.period is None
