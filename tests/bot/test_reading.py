"""Updates that make no sense: each is kept by itself, and the others of its batch are done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.dispatch import Dispatcher
from bot.storage.database import open_database
from bot.telegram.update_guard import UnreadableError, received, reread
from bot.telegram.wire import loads
from flows.model.events import Text
from tests.support import HeldClock, dump, make_database


def message(**fields: Any) -> dict[str, Any]:
    user = {"id": 11, "is_bot": False, "first_name": "Siti"}
    chat = {"id": 11, "type": "private"}
    content = {"message_id": 1, "date": 1, "chat": chat, "from": user, "text": "halo", **fields}
    return {"update_id": 7, "message": content}


@pytest.mark.parametrize(
    "fields",
    [
        {"text": 5}, {"date": "x"}, {"chat": None}, {"chat": {"id": 2**70, "type": "private"}},
        {"message_id": "1"}, {"message_id": True}, {"from": {"id": 11, "is_bot": False}},
        {"date": 10**15}, {"photo": ["x"], "text": None},
    ],
)  # fmt: skip
def test_a_body_that_makes_no_sense_has_a_fault(fields: dict[str, Any]) -> None:
    update = received(message(**fields))
    assert update is not None
    assert update.fault
    assert update.event is None
    assert loads(update.body()) == message(**fields)
    with pytest.raises(UnreadableError):
        reread(update.body())


@pytest.mark.parametrize(
    "payload", [None, 5, [], {}, {"update_id": "1"}, {"update_id": True}, {"update_id": 2**63}]
)
def test_without_an_id_there_is_nothing_to_keep(payload: Any) -> None:
    assert received(payload) is None


def test_half_a_character_costs_that_character_only() -> None:
    updates = loads(json.dumps([message(text="ok \ud800!"), message()]).encode())
    assert [received(one).event for one in updates] == [Text("ok ?!", 1), Text("halo", 1)]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b"NaN"])
def test_what_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        loads(content)


async def test_the_rest_of_the_batch_is_done(tmp_path: Path) -> None:
    path = make_database(tmp_path / "p.db")
    async with open_database(path) as database:
        dispatcher = Dispatcher(database, HeldClock(), ZoneInfo("Asia/Jakarta"))
        bodies = [message(text=5), message(text="/start KES") | {"update_id": 8}]
        letters = await dispatcher.handle([one for said in bodies if (one := received(said))])
    assert any("Selamat datang" in one.payload.get("text", "") for one in letters)
    assert [row[2] for row in dump(path, "failed_updates")] == [7]
    assert {row[1] for row in dump(path, "handled")} == {7, 8}
