"""What goes wrong with the bot itself during a soak: its process, its disk, its roster, strangers."""

from __future__ import annotations

import asyncio
from typing import Any

from benchmarks import disk
from benchmarks.soak_province import roster_text, set_up

STRANGERS = 300
Soak = Any
"""`benchmarks.soak.Soak`, which imports this."""


async def kill(soak: Soak) -> None:
    """SIGKILL at an instant of its work, and a new life."""
    end = soak.activity + soak.chance.randint(1, 60)
    for _ in range(400):
        if soak.activity >= end:
            break
        await asyncio.sleep(0.005)
    if not await soak.running.kill():
        soak.complain([f"the bot ended by itself: {soak.heard()}"])
    soak.heed_log()
    soak.killed()
    await soak.start()
    await soak.running.ready.wait()


async def stop(soak: Soak) -> None:
    """An orderly stop in the midst of it, as an upgrade makes, and a new life."""
    await soak.running.stop()
    soak.heed_log()
    await soak.start()
    await soak.running.ready.wait()


async def folder_gone(soak: Soak) -> None:
    """The evidence folder is away for a while."""
    folder = soak.folder / "peduli-ham-files"
    away = folder.with_name("elsewhere")
    folder.rename(away)
    await soak.suffer()
    if folder.exists():
        soak.complain(["the evidence folder was made anew, in another place than it was"])
        return
    away.rename(folder)


async def strangers(soak: Soak) -> None:
    """Many who have no seat write and tap at once."""
    if not soak.strangers:
        soak.strangers = [soak.box.person(f"Orang {number}") for number in range(STRANGERS)]
    for one in soak.strangers:
        one.send(soak.chance.choice(("/start", "halo", "/status", "12 dari 14.250")))
    await soak.suffer()


async def roster(soak: Soak) -> None:
    """Offices of the province get other names, in the midst of their work."""
    assert soak.now_at is not None
    text = roster_text(soak.now_at.code, soak.cities, renamed=soak.chance.randint(1, 99))
    await asyncio.to_thread(set_up, soak.database, text)
    await soak.suffer()


INSIDE: dict[str, Any] = {
    "kill": kill,
    "kill again": kill,
    "stop": stop,
    "no further page": disk.few_pages,
    "read-only": disk.read_only,
    "locked": disk.locked,
    "evidence folder gone": folder_gone,
    "strangers": strangers,
    "roster": roster,
}
