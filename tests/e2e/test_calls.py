"""What one failing call does to others: nothing. Downloads that fail leave room; pauses outlive a restart."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.storage import evidence_rows
from bot.telegram import api_responses
from bot.telegram.api_responses import LONGEST_HOLD, UNSAID_HOLD, Foreign, refusal, result_of
from bot.workers import download
from tests.e2e.conftest import Stage
from tests.e2e.player import act
from tests.e2e.test_evidence import answered, rows, settled
from tests.support import dump
from tests.support.pictures import png


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, '{"ok":true}', Foreign),
        (200, "<html>", Foreign),
        (200, "[]", Foreign),
        (200, '{"ok":false,"error_code":403,"description":"Forbidden"}', Forbidden),
        (200, '{"ok":false,"error_code":"x"}', NetworkError),
        (301, "", Foreign),
        (400, '{"ok":false,"description":"Bad Request"}', BadRequest),
        (400, '{"ok":false,"description":5}', BadRequest),
        (401, '{"ok":false}', InvalidToken),
        (404, '{"ok":false}', InvalidToken),
        (404, "404: Not Found", Foreign),
        (409, '{"ok":false}', Conflict),
        (413, "<html>", BadRequest),
        (418, '{"ok":false}', BadRequest),
        (400, '{"ok":false,"parameters":{"migrate_to_chat_id":-100}}', ChatMigrated),
        (400, '{"ok":false,"parameters":[1]}', BadRequest),
        (429, "<html>", RetryAfter),
        (502, "<html>", Foreign),
        (500, '{"ok":false}', NetworkError),
    ],
)
def test_what_an_answer_means(status: int, body: str, kind: type[TelegramError]) -> None:
    error = refusal(status, body.encode())
    assert type(error) is kind
    with pytest.raises(kind):
        result_of(status, body.encode())


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("3", 3), ("0.2", 1), ("99999999", LONGEST_HOLD), ("1e300", LONGEST_HOLD)]
    + [(odd, UNSAID_HOLD) for odd in ("0", "-5", "true", "null", '"5"', "[]", "{}")],
)
def test_a_pause_is_bounded(retry_after: str, seconds: int) -> None:
    error = refusal(429, b'{"ok":false,"parameters":{"retry_after":%s}}' % retry_after.encode())
    assert isinstance(error, RetryAfter)
    assert api_responses.seconds_of(error) == seconds


async def test_an_answer_without_an_end_is_none(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.request.LARGEST_ANSWER", 1000)
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        fault = stage.server.fault(
            "says", method="sendMessage", body='{"ok":true,"result":"' + "x" * 2000
        )
        siti.send("/lanjut")
        await siti.wait_for("jumlah kematian ibu")
        assert fault.struck == 1


async def test_files_that_fail_leave_room_for_other_offices(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "PAUSES", (30.0,))
    async with stage.running() as app:
        eko = await answered(stage)
        await app.database.transaction(
            lambda db: db.executemany(
                "INSERT INTO evidence (period_id, unit_id, indicator, kind, file_id, unique_id,"
                " name, size, chat_id, by, at) SELECT 1, id, 1, 'document', 'x', 'x', 'x.pdf', 1,"
                " ?, 'x', '2017' FROM units LIMIT 1",
                [(eko.id,)] * 150,
            )
        )
        stage.server.fault("refuse", method="getFile", file_id="x", times=None)
        app.files.wake.set()
        await stage.server.wait_calls(10, "getFile")
        eko.file("document", png(1), "a.png")
        while "stored" not in {row[1] for row in rows(stage)}:
            await asyncio.sleep(0.02)
    assert len(dump(stage.database, "waits")) > 0
    async with stage.running():  # what waits goes on waiting
        stage.server.clear_faults()
        before = stage.server.counts["getfile"]
        await asyncio.sleep(0.5)
        asked = stage.server.counts["getfile"] - before
    waiting = len([row for row in rows(stage) if row[1] == "waiting"])
    assert waiting >= 10
    assert asked <= 150 - waiting + 4


def test_offices_take_turns(stage: Stage) -> None:
    connection = sqlite3.connect(stage.database)
    units = [row[0] for row in connection.execute("SELECT id FROM units ORDER BY id LIMIT 3")]
    first, second, third = units
    for unit in (first, first, first, first, second, second, third):
        connection.execute(
            "INSERT INTO evidence (period_id, unit_id, indicator, kind, file_id, unique_id, name,"
            " size, chat_id, by, at) VALUES (1, ?, 1, 'document', 'x', 'x', 'x', 1, 1, 'x', '2017')",
            (unit,),
        )
    turns = [(one.owner, one.id) for one in evidence_rows.waiting(connection, [2])]
    connection.close()
    assert turns == [(first, 1), (second, 5), (third, 7), (first, 3), (second, 6), (first, 4)]


async def test_a_file_that_the_server_does_not_give_is_gone(stage: Stage) -> None:
    async with stage.running():
        eko = await answered(stage)
        stage.server.fault("says", method="download", code=404, body="404: Not Found", times=None)
        eko.file("document", png(1), "a.png")
        await eko.wait_for("tidak tersedia di Telegram")
        stage.server.clear_faults()
        eko.file("document", png(2), "b.png")
        await settled(stage)
    assert [row[1:3] for row in rows(stage)] == [("refused", "gone"), ("stored", None)]


async def test_a_word_of_telegrams_outlives_a_restart(stage: Stage) -> None:
    slow = '{"ok":false,"error_code":429,"parameters":{"retry_after":99999999}}'
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        ani = await stage.joined("Suku Dinas Pendidikan Wilayah I", "Ani")
        fault = stage.server.fault(
            "says", method="sendMessage", chat_id=siti.id, code=429, body=slow, times=None
        )
        siti.send("/lanjut")
        while not dump(stage.database, "waits"):
            await asyncio.sleep(0.01)
        await act(ani, "/lanjut")
    async with stage.running():
        await act(ani, "/bantuan")
        assert fault.struck == 1
    stage.server.clear_faults()
    stage.clock.advance(seconds=LONGEST_HOLD + 1)
    async with stage.running():
        await siti.wait_for("jumlah kematian ibu")
        await stage.server.idle()
    assert dump(stage.database, "waits") == []
