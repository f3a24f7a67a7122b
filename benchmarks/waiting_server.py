"""The local server with offices that tap without end, as a process: `… waiting_server ASKED`, then orders.

Prints its address. Each line on its input is a scene of so many seconds, or one that lasts until the next
line comes: the offices tap at a steady rate, whether or not the bot keeps up, and a member of the staff may
order paper after paper, or send a reminder. Behind each scene it prints the milliseconds from each tap, which
the server gives out at once to a bot that waits for it, to the call that answers it.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import orjson

from benchmarks import country
from benchmarks.latency_server import LOOK, WARM, Watch, button, until_quiet
from benchmarks.server import person_with_button, serve, tell
from bot.demo.botapi import Sandbox, SimulatedPerson


class Staff:
    """Somebody of the Kanwil, who has papers made or reminds everybody."""

    def __init__(self, server: Sandbox, number: int) -> None:
        self.server = server
        self.person: SimulatedPerson = server.person("Kanwil", person_id=number, started=True)
        self.made = 0

    async def deed(self, what: str) -> None:
        """Do it, until it is cancelled or over."""
        if what == "recap":
            await self.recaps()
        else:
            await self.remind()

    async def recaps(self) -> None:
        """Order the recap of the province, and once it is there the next."""
        await self._on_tap("/rekap", last=True)
        while True:
            before = self.server.counts["senddocument"]
            while self.server.counts["senddocument"] == before:
                await asyncio.sleep(0.01)
            self.made += 1
            self.person.tap(data=self._data(last=True))

    async def remind(self) -> None:
        """Have the reminder previewed, and send it."""
        await self._on_tap("/ingatkan", last=False)

    async def _on_tap(self, words: str, *, last: bool) -> None:
        message = self.person.send(words)
        while not (mine := self._keyed()) or mine[-1].id <= message.id:
            await asyncio.sleep(0.01)
        self.person.tap(data=self._data(last=last))

    def _keyed(self) -> list[Any]:
        return [one for one in self.person.chat.messages.values() if one.rows]

    def _data(self, *, last: bool) -> str:
        rows = self._keyed()[-1].rows
        chosen: str = rows[-1 if last else 0][0]["callback_data"]
        return chosen


class Offices(Watch):
    """Those that tap; before them come others, who may be reminded and never tap."""

    def __init__(self, people: list[SimulatedPerson], first: int) -> None:
        super().__init__(people)
        self.first = first

    def button(self, place: int) -> str:
        return button(self.first + place)


class Tapping:
    """Offices in turn, until stopped."""

    def __init__(self, watch: Watch, rate: float) -> None:
        self.watch, self.rate, self.count = watch, rate, 0

    async def until(self, over: asyncio.Future[Any]) -> None:
        """Tap until something is over, then until all is answered."""
        began = time.perf_counter()
        for count in range(sys.maxsize):
            while time.perf_counter() < began + count / self.rate:
                await asyncio.sleep(LOOK)
                self.watch.look()
            if over.done():
                break
            self.watch.tap(self.count)
            self.count += 1
        await until_quiet(self.watch)


async def measure(server: Sandbox, asked: dict[str, Any]) -> dict[str, Any]:
    """Play scene after scene, until an empty line comes."""
    first, staff = asked["first"], Staff(server, asked["staff"])
    for place in range(first):
        server.person(f"Lain {place}", person_id=country.FIRST_CONTACT + place, started=True)
    watch = Offices(
        [
            person_with_button(
                server,
                f"Kontak {place + 1}",
                country.FIRST_CONTACT + place,
                "Lanjut",
                button(place),
            )
            for place in range(first, first + asked["people"])
        ],
        first,
    )
    tapping = Tapping(watch, asked["rate"])
    tell("serving", url=server.url)
    for count in range(WARM):
        watch.tap(count)
        await until_quiet(watch)
    tell("warm")
    next_line = asyncio.ensure_future(_line())
    while order := await next_line:
        next_line = asyncio.ensure_future(_line())
        watch.took.clear()
        seconds, sent = order.get("seconds"), server.counts["sendmessage"]
        over = next_line if seconds is None else asyncio.ensure_future(asyncio.sleep(seconds))
        staff.made = 0
        doing = asyncio.ensure_future(staff.deed(order["deed"])) if order.get("deed") else None
        await tapping.until(over)
        if doing is not None and not doing.done():
            doing.cancel()
        lost = sum(map(len, watch.waiting.values()))
        others = server.counts["sendmessage"] - sent - len(watch.took)
        tell("took", took=watch.took, unanswered=lost, others=others, made=staff.made)
    return {}


async def _line() -> dict[str, Any]:
    line = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    return orjson.loads(line) if line.strip() else {}


if __name__ == "__main__":
    serve(measure)
