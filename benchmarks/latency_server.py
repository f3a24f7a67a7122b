"""The local server with people who tap at a steady rate, as its own process: `… latency_server ASKED`.

Prints its address; once the bot has answered the first taps, taps on for so many seconds, whether or not the
bot keeps up, and prints the milliseconds from each tap to the message that answers it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Any

from benchmarks import country
from benchmarks.server import person_with_button, serve, tell
from bot.demo.botapi import Sandbox, SimulatedPerson

BULK_CHAT = 700_000_000
WARM = 60
PATIENCE = 60.0
LOOK = 0.0005


def button(place: int) -> str:
    """➡️ Lanjut of contact number `place`: always valid, shows the open question anew."""
    return f"n.{place + 1}"


class Watch:
    """Taps that wait for their message, per chat in order."""

    def __init__(self, people: list[SimulatedPerson]) -> None:
        self.people = people
        self.waiting: dict[int, deque[float]] = {}
        self.seen = {person.id: person.chat.next_message for person in people}
        self.took: list[float] = []

    def tap(self, count: int) -> None:
        """The next person presses the button."""
        place = count % len(self.people)
        person = self.people[place]
        self.waiting.setdefault(place, deque()).append(time.perf_counter())
        person.tap(data=self.button(place))

    def button(self, place: int) -> str:
        """What the button of this one carries."""
        return button(place)

    def look(self) -> None:
        """Which messages have come."""
        now = time.perf_counter()
        for place in list(self.waiting):
            person, asked = self.people[place], self.waiting[place]
            while asked and person.chat.next_message > self.seen[person.id]:
                self.seen[person.id] += 1
                self.took.append((now - asked.popleft()) * 1000)
            if not asked:
                del self.waiting[place]


async def until_quiet(watch: Watch) -> None:
    """Wait until every tap is answered, or for too long."""
    end = time.monotonic() + PATIENCE
    while watch.waiting and time.monotonic() < end:
        watch.look()
        await asyncio.sleep(LOOK)


async def _tapping(watch: Watch, rate: float, seconds: float) -> None:
    began = time.perf_counter()
    for count in range(int(rate * seconds)):
        while time.perf_counter() < began + count / rate:
            await asyncio.sleep(LOOK)
            watch.look()
        watch.tap(count)
    await until_quiet(watch)


async def measure(server: Sandbox, asked: dict[str, Any]) -> dict[str, Any]:
    """Tap at the rate that is asked for; returns what each tap took."""
    people = [
        person_with_button(
            server, f"Kontak {place + 1}", country.FIRST_CONTACT + place, "Lanjut", button(place)
        )
        for place in range(asked["people"])
    ]
    for number in range(asked["bulk"]):
        server.person(f"Lain {number}", person_id=BULK_CHAT + number, started=True)
    watch = Watch(people)
    tell("serving", url=server.url)
    for count in range(WARM):
        watch.tap(count)
        await until_quiet(watch)
    watch.took.clear()
    sent = server.counts["sendmessage"]
    await _tapping(watch, asked["rate"], asked["seconds"])
    lost = sum(map(len, watch.waiting.values()))
    others = server.counts["sendmessage"] - sent - len(watch.took)
    return {"took": watch.took, "unanswered": lost, "others": others}


if __name__ == "__main__":
    serve(measure)
