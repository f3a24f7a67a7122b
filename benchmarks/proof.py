"""A contact who has answered sends a picture until it is in the store."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

from benchmarks.contact import Contact
from tests.support.pictures import png

PROOF = "Suban Kesbangpol"
"""The office that does."""


def stored(database: Path) -> bool:
    """Whether a file is in the store and none waits."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        found = dict(connection.execute("SELECT state, count(*) FROM evidence GROUP BY state"))
    return bool(found.get("stored")) and not found.get("waiting")


def _noted(database: Path) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        found: int = connection.execute("SELECT count(*) FROM evidence").fetchone()[0]
    return found


async def proves(contact: Contact, database: Path) -> None:
    """Taps 📎 and sends; sends another picture only where the bot has not noted the last one."""
    while not contact.done:
        await asyncio.sleep(0.05)
    person, shade = contact.person, 0
    while not _noted(database):
        shade += 1
        saved = [one.id for one in person.replies if "Tersimpan · R-" in one.text]
        with contextlib.suppress(TimeoutError, LookupError):
            person.tap("📎 Data dukung", message_id=saved[-1])
            await person.wait_for("Kirim foto atau berkasnya", timeout=1.5)
        person.file("document", png(shade), "laporan.png")
        for _ in range(30):
            if not _noted(database):
                await asyncio.sleep(0.1)
    while not stored(database):
        await asyncio.sleep(0.1)
