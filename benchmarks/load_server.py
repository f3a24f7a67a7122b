"""The local server with a backlog, as its own process: `… benchmarks.load_server ASKED`.

Prints its address; once the bot has worked off the warm-up, queues the backlog at once and prints `begin`;
prints `end` with the seconds when everything is acknowledged and every reply has arrived.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from benchmarks import country
from benchmarks.server import person_with_button, serve, tell
from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.demo.phone import text_of

LIMIT_SECONDS = 300.0


class Backlog:
    """People and what they send: figures typed (two a contact) or taps on ✅ Simpan (one a contact)."""

    def __init__(self, server: Sandbox, load: str, contacts: int, button: str | None) -> None:
        self.server = server
        self.button = button
        self.load = load
        self.people: list[SimulatedPerson] = []
        for place in range(contacts):
            number = country.FIRST_CONTACT + place
            name = f"Kontak {place + 1}"
            if load == "taps":
                label = text_of("save")
                person = person_with_button(server, name, number, label, self.data(place))
            else:
                person = server.person(name, person_id=number, started=True)
            self.people.append(person)

    def data(self, place: int) -> str:
        """What ✅ Simpan of this contact carries: ours, or the one that all chats of another bot have."""
        return self.button or country.save_button(place)

    def send(self, first: int, last: int) -> None:
        """Queue the updates of contacts first … last - 1, first figures before second ones."""
        if self.load == "taps":
            for place in range(first, last):
                self.people[place].tap(data=self.data(place))
            return
        for figure in (0, 1):
            for place in range(first, last):
                self.people[place].send(country.texts(place)[figure])


async def _worked_off(server: Sandbox, updates: int, calls: dict[str, int]) -> float:
    """Wait until all is acknowledged and replied to; the moment it was."""
    end = time.monotonic() + LIMIT_SECONDS
    while server.bot.queue.pending or any(
        server.counts[name] < share * updates for name, share in calls.items()
    ):
        if time.monotonic() > end:
            raise TimeoutError(str(server.stats()))
        await asyncio.sleep(0.001)
    return time.monotonic()


async def measure(server: Sandbox, asked: dict[str, Any]) -> dict[str, Any]:
    """Let the bot work off the warm-up, then the backlog; returns the seconds of that."""
    calls, each = asked["calls"], 2 if asked["load"] == "texts" else 1
    updates, warm = asked["updates"], asked["warm"]
    backlog = Backlog(server, asked["load"], (updates + warm) // each, asked["button"])
    backlog.send(0, warm // each)
    tell("serving", url=server.url)
    await _worked_off(server, warm, calls)
    await asyncio.sleep(0.3)
    backlog.send(warm // each, (updates + warm) // each)
    begin, used = time.monotonic(), time.process_time()
    tell("begin")
    end = await _worked_off(server, updates + warm, calls)
    used = time.process_time() - used
    return {"seconds": end - begin, "server_cpu": used, "calls": dict(server.counts)}


if __name__ == "__main__":
    serve(measure)
