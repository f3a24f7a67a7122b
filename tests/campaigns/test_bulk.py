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
from bot.storage.outbox import Letter, sealed
from bot.telegram.delivery import Delivery
from bot.telegram.pacing import TELEGRAM


@pytest.mark.campaign
@pytest.mark.parametrize("road", bulk.ROADS.values(), ids=list(bulk.ROADS))
def test_delivery_stays_within_the_limit_of_every_second(
    tmp_path: Path, road: tuple[float, float]
) -> None:
    found = bulk.delivered(tmp_path, 5000, road)
    assert found["fullest_second"] <= TELEGRAM.overall
    assert found["share"] > (0.95 if sum(road) <= 0.1 else 0.88)


@pytest.mark.campaign
def test_the_whole_measurement_runs_and_is_reported() -> None:
    said: list[str] = []
    result = bulk.measured(60, 1, said.append)
    assert len(said) == 1 + len(bulk.ROADS)
    assert {"preview", "confirmation", "confirmation_cpu"} <= set(result["queued"])
    text = speed.bulk_lines(result)
    assert all(road in text for road in bulk.ROADS)


class Noting(bulk.Far):
    """Notes also when the call to each chat counted."""

    def __init__(self) -> None:
        super().__init__(*bulk.ROADS["30 ms"], seed=3)
        self.arrived: dict[int, float] = {}

    async def call(self, url: str, said: dict[str, Any], longer: float = 0.0) -> Any:
        result = await super().call(url, said, longer)
        self.arrived[said["chat_id"]] = asyncio.get_running_loop().time()
        return result


def replied(folder: Path, replies: int, each: float) -> tuple[list[float], list[float]]:
    """Return what replies beside 1,500 letters of bulk wait for their call, and when each call counted."""
    connection = connect(folder / "d.db")
    letters = [
        sealed(Letter(0, number, "sendMessage", {"text": "🔔"}, bulk=number <= 1500))
        for number in range(1, 1501 + replies)
    ]
    in_transaction(connection, lambda db: outbox.put(db, letters, "2017-03-10T02:00:00Z"))
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
        delivery.add(letters[:1500])
        for reply in letters[1500:]:
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
    waits = sorted(far.arrived[chat] - asked[chat] for chat in asked)
    assert len(waits) == replies
    return waits, sorted(far.moments)


def test_a_reply_waits_for_a_place_among_bulk_not_for_the_next_second(tmp_path: Path) -> None:
    waits, moments = replied(tmp_path, 40, 0.37)
    assert waits[-1] < 0.25  # two calls' roads and a few places; it was up to a second
    assert bulk.fullest(moments) <= TELEGRAM.overall


def test_bulk_leaves_room_while_people_are_about(tmp_path: Path) -> None:
    waits, moments = replied(tmp_path, 200, 0.1)
    road = sum(bulk.ROADS["30 ms"])
    assert waits[len(waits) * 95 // 100] < 2 * road
    assert bulk.fullest(moments) <= TELEGRAM.overall
