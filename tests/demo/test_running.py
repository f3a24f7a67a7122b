"""The demo from its start to its end, and again on what was played."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.demo.lifecycle import play, running


async def test_the_demo_starts_ends_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    async with running(path, state="empty") as first:
        labels = [person.account.label for person in first.server.people()]
        assert labels[:3] == ["Kontak Sudinkes", "Bagian Hukum", "Kanwil"]
        kanwil = next(
            person for person in first.server.people() if person.account.label == "Kanwil"
        )
        kanwil.open_link(kanwil.account.start_link or "")
        await kanwil.wait_for("Selamat datang")
        kanwil.send("/status")
        text = str((await kanwil.wait_for("Jakarta Pusat")).body["text"])
        assert "0 dari 11 UKPD bergabung" in text
    printed: list[str] = []
    stop = asyncio.Event()
    stop.set()
    await play(path, 0, printed.append, stop)
    assert printed[0].startswith("http://127.0.0.1:")
    async with running(path) as again:
        kept = [person for person in again.server.people() if person.chat.started]
        assert "Budi Santoso" in [person.account.first_name for person in kept]
