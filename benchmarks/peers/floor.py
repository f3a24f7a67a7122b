"""What the same calls and one commit a batch cost without a bot: `… benchmarks.peers.floor URL FILE`.

One process, aiohttp, orjson and sqlite3: no library of bots, no reading, no thought. What came and what is
to be said is committed (`synchronous=FULL`) before the next poll acknowledges it; 32 senders; what was sent
is marked by the next transaction. A tap is three calls, as ours is, with texts and keyboards of their size.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import sys
from typing import Any

import aiohttp
import orjson
import uvloop

from benchmarks.machine import pin
from tests.support.process import TOKEN

SENDERS = 32
HEADERS = {"Content-Type": "application/json"}
TEXT = (
    "<b>Hak hidup · 1 dari 3</b> — Angka kematian ibu\n12 ÷ 14.250 × 100.000 = <b>84,21</b>\n"
    "Poin: <b>10</b> (rentang ≤ 110)\n\nTersimpan · R-412. Siapkan data dukungnya: laporan kematian ibu"
    " 2016, bertanda tangan kepala suku dinas, dan kirim foto atau berkasnya di sini.\n\nBerapa jumlah"
    " kelahiran hidup?"
)
ROW = [
    {"text": "ⓘ Penjelasan", "callback_data": "i.8.1"},
    {"text": "Belum ada data", "callback_data": "n.8.1"},
]
SHOWN = {"parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
SAID: dict[str, Any] = {"text": TEXT, **SHOWN, "reply_markup": {"inline_keyboard": [ROW, ROW]}}
Call = tuple[int, str, dict[str, Any]]


def calls_for(update: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The calls that an update is answered by."""
    if (query := update.get("callback_query")) is None:
        return [("sendMessage", {"chat_id": update["message"]["chat"]["id"], **SAID})]
    message = query["message"]
    chat = message["chat"]["id"]
    edited = {"chat_id": chat, "message_id": message["message_id"], "text": TEXT, **SHOWN}
    return [
        ("answerCallbackQuery", {"callback_query_id": query["id"]}),
        ("editMessageText", edited),
        ("sendMessage", {"chat_id": chat, **SAID}),
    ]


def prepare(path: str) -> sqlite3.Connection:
    """Open a file of its own."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE came (id INTEGER PRIMARY KEY, body TEXT)")
    database.execute(
        "CREATE TABLE said (id INTEGER PRIMARY KEY, body TEXT, sent INTEGER DEFAULT 0)"
    )
    return database


async def main(url: str, path: str) -> None:
    """Poll until SIGTERM."""
    database, sent = prepare(path), []
    root, count = f"{url}/bot{TOKEN}", 0
    queue: asyncio.Queue[Call] = asyncio.Queue()
    session = aiohttp.ClientSession(headers=HEADERS)

    async def post(method: str, payload: dict[str, Any]) -> Any:
        async with session.post(f"{root}/{method}", data=orjson.dumps(payload)) as response:
            return orjson.loads(await response.read())["result"]

    async def sender() -> None:
        while True:
            number, method, payload = await queue.get()
            await post(method, payload)
            sent.append((number,))

    async def poll() -> None:
        nonlocal count
        offset = 0
        while True:
            came = await post("getUpdates", {"offset": offset, "limit": 100, "timeout": 25})
            calls = [call for update in came for call in calls_for(update)]
            numbered = [(count + no, *call) for no, call in enumerate(calls, 1)]
            count += len(calls)
            database.execute("BEGIN IMMEDIATE")
            rows = [(one["update_id"], orjson.dumps(one).decode()) for one in came]
            database.executemany("INSERT INTO came VALUES (?, ?)", rows)
            letters = [(number, orjson.dumps(body).decode()) for number, _, body in numbered]
            database.executemany("INSERT INTO said (id, body) VALUES (?, ?)", letters)
            database.executemany("UPDATE said SET sent = 1 WHERE id = ?", sent)
            database.execute("COMMIT")
            sent.clear()
            for numbered_call in numbered:
                queue.put_nowait(numbered_call)
            if came:
                offset = came[-1]["update_id"] + 1

    senders = [asyncio.ensure_future(sender()) for _ in range(SENDERS)]
    polling = asyncio.ensure_future(poll())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, polling.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await polling
    for task in senders:
        task.cancel()
    await session.close()
    database.close()


if __name__ == "__main__":
    pin(1)
    uvloop.run(main(*sys.argv[1:]))
