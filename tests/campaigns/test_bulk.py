"""The bulk benchmark in short: the permitted rate is reached and never exceeded, under a simulated clock."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot

from benchmarks import bulk
from benchmarks.reports import speed
from bot.storage import outbox
from bot.storage.database import connect, in_transaction
from bot.storage.outbox import OutboxMessage, with_serialized_payload
from bot.telegram.delivery import Delivery
from bot.telegram.pacing import TELEGRAM


@pytest.mark.campaign
@pytest.mark.parametrize("road", bulk.ROADS.values(), ids=list(bulk.ROADS))
def test_delivery_stays_within_the_limit_of_every_second(
    tmp_path: Path, road: tuple[float, float]
) -> None:
    figures = bulk.delivered(tmp_path, 5000, road)
    assert figures["fullest_second"] <= TELEGRAM.overall
    assert figures["share"] > (0.95 if sum(road) <= 0.1 else 0.88)


@pytest.mark.campaign
def test_the_whole_measurement_runs_and_is_reported() -> None:
    lines: list[str] = []
    result = bulk.measured(60, 1, lines.append)
    assert len(lines) == 1 + len(bulk.ROADS)
    assert {"preview", "confirmation", "confirmation_cpu"} <= set(result["queued"])
    text = speed.bulk_lines(result)
    assert all(road in text for road in bulk.ROADS)


class Noting(bulk.Far):
    """Notes also when the call to each chat counted."""

    def __init__(self) -> None:
        super().__init__(*bulk.ROADS["30 ms"], seed=3)
        self.arrived: dict[int, float] = {}

    async def call(self, url: str, payload: dict[str, Any], longer: float = 0.0) -> Any:
        result = await super().call(url, payload, longer)
        self.arrived[payload["chat_id"]] = asyncio.get_running_loop().time()
        return result


Waited = tuple[dict[int, float], list[float]]


def sent(
    folder: Path, letters: list[OutboxMessage], replies: list[OutboxMessage], each: float
) -> Waited:
    """Return what replies that come one after the other wait for their call by chat, and when each call
    counted; the other letters wait from the beginning.
    """
    connection = connect(folder / "d.db")
    every = [*letters, *replies]
    in_transaction(connection, lambda db: outbox.put(db, every, "2017-03-10T02:00:00Z"))
    far, asked = Noting(), dict[int, float]()

    async def played() -> None:
        loop = asyncio.get_running_loop()
        bot = Bot("1:X", request=far, get_updates_request=far)
        delivery = Delivery(
            bot,
            bulk.Here(connection),  # type: ignore[arg-type]
            lambda: bulk.START + timedelta(seconds=loop.time()),
            TELEGRAM,
            lambda db, chat: [],
        )
        running = loop.create_task(delivery.run())
        delivery.add(letters)
        for reply in replies:
            await asyncio.sleep(each)
            asked[reply.chat_id] = loop.time()
            delivery.add([reply])
        while delivery.under_way:
            await asyncio.sleep(1.0)
        running.cancel()
        await asyncio.wait([running])

    loop = bulk.SimulatedLoop()
    loop.run_until_complete(played())
    loop.close()
    connection.close()
    return {chat: far.arrived[chat] - asked[chat] for chat in asked}, sorted(far.moments)


def letter(chat: int, *, is_bulk: bool = False) -> OutboxMessage:
    return with_serialized_payload(
        OutboxMessage(0, chat, "sendMessage", {"text": "🔔"}, bulk=is_bulk)
    )


def beside_bulk(folder: Path, replies: int, each: float) -> tuple[list[float], list[float]]:
    """Return in order what replies beside 1,500 letters of bulk wait, and when each call counted."""
    coming = [letter(number) for number in range(1501, 1501 + replies)]
    waiting = [letter(number, is_bulk=True) for number in range(1, 1501)]
    waits, moments = sent(folder, waiting, coming, each)
    assert len(waits) == replies
    return sorted(waits.values()), moments


def test_a_reply_waits_for_a_place_among_bulk_not_for_the_next_second(tmp_path: Path) -> None:
    waits, moments = beside_bulk(tmp_path, 40, 0.37)
    assert waits[-1] < 0.25  # two calls' roads and a few places; it was up to a second
    assert bulk.fullest(moments) <= TELEGRAM.overall


def test_bulk_leaves_room_while_people_are_about(tmp_path: Path) -> None:
    waits, moments = beside_bulk(tmp_path, 200, 0.1)
    road = sum(bulk.ROADS["30 ms"])
    assert waits[len(waits) * 95 // 100] < 2 * road
    assert bulk.fullest(moments) <= TELEGRAM.overall


def test_who_has_two_letters_coming_waits_once(tmp_path: Path) -> None:
    coming = [letter(1), letter(1), *(letter(number) for number in range(2, 92))]
    waits, _ = sent(tmp_path, [], coming, 0.0)
    assert waits[1] < 1.5  # in the next second; it came behind all others, after three
    assert max(waits.values()) > 2
