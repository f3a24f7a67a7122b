"""The local server with seats that ask and strangers that flood, as a process: `… strangers_server ASKED`.

Prints its address. Seats type /privasi (one message answers it) at a steady rate: first among themselves,
then while so many strangers write, tap and ask inline, so many times each, within so many seconds (0: all at
once). Prints the milliseconds of every seat, quiet and flooded, and what became of the strangers.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Any

from benchmarks import country
from benchmarks.latency_server import LOOK, Watch
from benchmarks.server import person_with_button, serve, tell
from bot.demo.botapi import Sandbox

STRANGERS = 800_000_000
PATIENCE = 60.0
SLICE = 50
"""So many at a time, so that the server itself is not deaf while it makes them."""


class Seats(Watch):
    """Seats that type a command, one after the other."""

    def ask(self, count: int) -> None:
        """The next seat types."""
        place = count % len(self.people)
        person = self.people[place]
        self.seen[person.id] += 1  # its own message
        self.waiting.setdefault(place, deque()).append(time.perf_counter())
        person.send("/privasi")


class Flood:
    """Strangers: each writes, taps, asks inline, and writes again."""

    def __init__(self, server: Sandbox, people: int, each: int) -> None:
        self.people = [
            person_with_button(server, f"Orang {number}", STRANGERS + number, "Lanjut", "n.1")
            for number in range(people)
        ]
        self.left = [(person, turn) for turn in range(each) for person in self.people]
        self.left.reverse()
        self.count = len(self.left)

    def go(self, share: float, most: int) -> None:
        """Send until so much of it has gone, so many at a time."""
        while self.left and len(self.left) > self.count * (1 - share) and most > 0:
            most -= 1
            person, turn = self.left.pop()
            if turn == 1:
                person.tap(data="n.1")
            elif turn == 2:
                person.ask_inline("jakarta")
            else:
                person.send("halo" if turn else "/start")


async def _asking(
    seats: Seats, rate: float, seconds: float, flood: Flood | None = None, within: float = 0.0
) -> None:
    began = time.perf_counter()
    for count in range(int(rate * seconds)):
        while (now := time.perf_counter()) < began + count / rate:
            if flood is not None and flood.left:
                flood.go((now - began) / within if within else 1.0, SLICE)
            await asyncio.sleep(LOOK)
            seats.look()
        seats.ask(count)
    if flood is not None:
        flood.go(1.0, flood.count)
    end = time.monotonic() + PATIENCE
    while seats.waiting and time.monotonic() < end:
        seats.look()
        await asyncio.sleep(LOOK)


def _figures(seats: Seats) -> dict[str, Any]:
    took, seats.took = seats.took, []
    lost = sum(map(len, seats.waiting.values()))
    seats.waiting.clear()
    return {"took": took, "unanswered": lost}


async def measure(server: Sandbox, asked: dict[str, Any]) -> dict[str, Any]:
    """Let the seats ask quietly, then in the flood."""
    people = [
        server.person(f"Kontak {n + 1}", person_id=country.FIRST_CONTACT + n, started=True)
        for n in range(asked["seats"])
    ]
    flood = Flood(server, asked["strangers"], asked["each"])
    seats = Seats(people)
    tell("serving", url=server.url)
    await _asking(seats, asked["rate"], 3.0)
    seats.took.clear()
    await _asking(seats, asked["rate"], asked["seconds"])
    quiet, begun = _figures(seats), server.counts["sendmessage"]
    began = time.perf_counter()
    await _asking(seats, asked["rate"], asked["seconds"], flood, asked["within"])
    flooded = _figures(seats)
    while server.bot.queue.pending and time.perf_counter() - began < PATIENCE * 2:
        await asyncio.sleep(0.01)
    taken = time.perf_counter() - began
    answered = server.counts["sendmessage"] - begun - len(flooded["took"])
    return {
        "quiet": quiet, "flooded": flooded, "strangers_answered": answered, "left": len(flood.left),
        "taken": taken, "refused_for_speed": server.bot.flood.refused,
    }  # fmt: skip


if __name__ == "__main__":
    serve(measure, flood=True)
