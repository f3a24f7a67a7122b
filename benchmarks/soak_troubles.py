"""What goes wrong with the bot itself during a soak: its process, its disk, its roster, strangers."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any, Protocol

from benchmarks import disk
from benchmarks.soak_province import Province, roster_text, set_up
from bot.demo.botapi import SimulatedPerson

STRANGERS = 300


class Soaked(Protocol):
    """What a trouble needs of the campaign that it befalls."""

    chance: random.Random
    running: Any
    server: Any
    folder: Path
    cities: int
    now_at: Province | None
    strangers: list[SimulatedPerson]

    @property
    def activity(self) -> int: ...
    @property
    def database(self) -> Path: ...
    def complain(self, complaints: list[str]) -> None: ...
    def heard(self) -> str: ...
    def heed_log(self) -> None: ...
    def killed(self) -> None: ...
    async def start(self) -> None: ...
    async def suffer(self) -> None: ...


async def kill(soak: Soaked) -> None:
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


async def stop(soak: Soaked) -> None:
    """An orderly stop in the midst of it, as an upgrade makes, and a new life."""
    await soak.running.stop()
    soak.heed_log()
    await soak.start()
    await soak.running.ready.wait()


async def folder_gone(soak: Soaked) -> None:
    """The evidence folder is away for a while."""
    folder = soak.folder / "peduli-ham-files"
    away = folder.with_name("elsewhere")
    folder.rename(away)
    await soak.suffer()
    if folder.exists():
        soak.complain(["the evidence folder was made anew, in another place than it was"])
        return
    away.rename(folder)


async def strangers(soak: Soaked) -> None:
    """Many who have no seat write and tap at once."""
    if not soak.strangers:
        soak.strangers = [soak.server.person(f"Orang {number}") for number in range(STRANGERS)]
    for stranger in soak.strangers:
        stranger.send(soak.chance.choice(("/start", "halo", "/status", "12 dari 14.250")))
    await soak.suffer()


async def roster(soak: Soaked) -> None:
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
