"""A reminder to 20,000 contacts: how long the preview and the confirmation hold the database, and each slice.

`python -m benchmarks.campaign [contacts]`. Real database, dispatcher and feeder; letters are marked as
delivered at once, in place of Telegram.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.country import build
from bot.clock import iso
from bot.dispatch import Dispatcher
from bot.storage import campaigns, outbox
from bot.storage.database import Database, open_database
from bot.storage.outbox import Letter, Mark
from bot.storage.surroundings import Speaker
from bot.telegram.updates import Incoming
from bot.workers.campaigns import Campaigns
from flows.model.events import Command, Event, Tap
from flows.model.workdays import Calendar

STAFF = 77
NOW = datetime(2017, 3, 10, 2, tzinfo=UTC)


def main() -> None:
    """Print one line a measurement."""
    contacts = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "country.db"
        build(path, contacts, confirming=False)
        asyncio.run(measured(path))


async def measured(path: Path) -> None:
    async with open_database(path) as database:
        await database.transaction(_kanwil)
        desk = Dispatcher(
            database, lambda: NOW, UTC, "https://t.me/x", calendar=lambda _: Calendar()
        )
        letters = await timed("preview", desk.handle([_update(1, Command("ingatkan"))]))
        keys = letters[-1].payload["reply_markup"]["inline_keyboard"]
        tap = Tap(keys[0][0]["callback_data"], 5, "q")
        await timed("confirmation, one transaction", desk.handle([_update(2, tap)]))
        alone = time.perf_counter()
        await database.transaction(_again)
        print(f"{'its rows alone':<32}{time.perf_counter() - alone:8.2f} s")
        await _served(database)


async def confirmed(path: Path) -> dict[str, float]:
    """Preview and confirmation in seconds, by the clock and of processor (`_cpu`)."""
    found: dict[str, float] = {}
    async with open_database(path) as database:
        await database.transaction(_kanwil)
        desk = Dispatcher(
            database, lambda: NOW, UTC, "https://t.me/x", calendar=lambda _: Calendar()
        )
        event: Event = Command("ingatkan")
        for number, name in enumerate(("preview", "confirmation"), 1):
            began, used = time.perf_counter(), time.process_time()
            letters = await desk.handle([_update(number, event)])
            found[name] = time.perf_counter() - began
            found[f"{name}_cpu"] = time.process_time() - used
            if number == 1:
                keys = letters[-1].payload["reply_markup"]["inline_keyboard"]
                event = Tap(keys[0][0]["callback_data"], 5, "q")
        count = await database.read(
            lambda db: db.execute("SELECT count(*) FROM campaign_recipients").fetchone()[0]
        )
        assert count > 0
    return found


async def timed(name: str, work):  # type: ignore[no-untyped-def]
    began = time.perf_counter()
    result = await work
    print(f"{name:<32}{time.perf_counter() - began:8.2f} s")
    return result


def _update(number: int, event: Event) -> Incoming:
    return Incoming(number, Speaker(STAFF, STAFF, "Budi", "id"), event, lambda: "{}")


def _kanwil(db: sqlite3.Connection) -> None:
    now = iso(NOW)
    number = db.execute(
        "INSERT INTO persons (telegram_id, name, joined_at) VALUES (?, 'Budi', ?)", (STAFF, now)
    ).lastrowid
    db.execute(
        "INSERT INTO seats (person_id, role, province, since) VALUES (?, 'kanwil', '31', ?)",
        (number, now),
    )


def _again(db: sqlite3.Connection) -> None:
    """The rows of the same recipients once more, without the work of finding them."""
    db.execute(
        "INSERT INTO campaigns (id, seat_id, chat_id, scope, created_at, expires_at)"
        " SELECT 2, seat_id, chat_id, scope, created_at, expires_at FROM campaigns WHERE id = 1"
    )
    seats = [row[0] for row in db.execute("SELECT seat_id FROM campaign_recipients")]
    campaigns.start(db, 2, [(seat, NOW) for seat in seats], None, iso(NOW))
    campaigns.steer(db, 2, running=False)


async def _served(database: Database) -> None:
    sent: list[Letter] = []
    feeder = Campaigns(database, lambda: NOW, UTC, lambda _: Calendar(), sent.extend)
    longest, most, slices, began = 0.0, 0, 0, time.perf_counter()
    while True:
        start = time.perf_counter()
        await feeder.tick()
        longest = max(longest, time.perf_counter() - start)
        bulk = [letter for letter in sent if letter.bulk]
        if not bulk:
            break
        most, slices = max(most, len(bulk)), slices + 1
        marks = [Mark(letter.id, "sent", 1) for letter in sent]
        await database.transaction(lambda db, marks=marks: _marked(db, marks))  # type: ignore[misc]
        sent.clear()
    spent = time.perf_counter() - began
    print(f"{'all slices':<32}{spent:8.2f} s  ({slices} of at most {most} letters)")
    print(f"{'the longest of them':<32}{longest:8.2f} s")
    state = await database.read(lambda db: campaigns.counts(db, 1))
    print(f"{'recipients':<32}{state}")


def _marked(db: sqlite3.Connection, marks: list[Mark]) -> None:
    outbox.mark(db, marks, iso(NOW))
    campaigns.settle(db, marks)


if __name__ == "__main__":
    main()
