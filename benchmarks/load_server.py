"""The local server with a backlog, as its own process: `… benchmarks.load_server LOAD UPDATES WARM ASKED`.

Prints its address; once the bot has worked off the warm-up, queues the backlog at once and prints `begin`;
prints `end` with the seconds when everything is acknowledged and every reply has arrived.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import orjson
import uvloop

from benchmarks import country
from benchmarks.machine import pin
from bot.demo.botapi import Person, Sandbox
from tests.support.process import TOKEN

LIMIT_SECONDS = 300.0


def _tell(what: str, **more: Any) -> None:
    sys.stdout.write(orjson.dumps({"is": what, **more}).decode() + "\n")
    sys.stdout.flush()


class Backlog:
    """People and what they send: figures typed (two a contact) or taps on ✅ Simpan (one a contact)."""

    def __init__(self, box: Sandbox, load: str, contacts: int, button: str | None) -> None:
        self.box = box
        self.button = button
        self.load = load
        self.people: list[Person] = []
        for place in range(contacts):
            number = country.FIRST_CONTACT + place
            person = box.person(f"Kontak {place + 1}", number=number, started=True)
            self.people.append(person)
            if load == "taps":
                cell = {"text": "✅ Simpan", "callback_data": self.data(place)}
                body: dict[str, Any] = {
                    "from": box.bot.account.user(),
                    "chat": box.chat_view(person.chat),
                    "date": int(box.now()),
                    "text": "12 ÷ 14.250 × 100.000 = 84 per 100.000 → nilai 10",
                    "reply_markup": {"inline_keyboard": [[cell]]},
                }
                message = person.chat.add(body, from_bot=True)
                message.keyboards.append(body["reply_markup"])

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


async def _worked_off(box: Sandbox, updates: int, calls: dict[str, int]) -> float:
    """Wait until all is acknowledged and replied to; the moment it was."""
    end = time.monotonic() + LIMIT_SECONDS
    while box.bot.queue.pending or any(
        box.counts[name] < share * updates for name, share in calls.items()
    ):
        if time.monotonic() > end:
            raise TimeoutError(str(box.stats()))
        await asyncio.sleep(0.001)
    return time.monotonic()


async def _main(load: str, updates: int, warm: int, asked: dict[str, Any]) -> None:
    calls: dict[str, int] = asked["calls"]
    each = 2 if load == "texts" else 1
    async with Sandbox(keep_calls=False) as box:
        box.add_bot(TOKEN)
        backlog = Backlog(box, load, (updates + warm) // each, asked["button"])
        backlog.send(0, warm // each)
        _tell("serving", url=box.url)
        await _worked_off(box, warm, calls)
        await asyncio.sleep(0.3)
        backlog.send(warm // each, (updates + warm) // each)
        begin, used = time.monotonic(), time.process_time()
        _tell("begin")
        end = await _worked_off(box, updates + warm, calls)
        used = time.process_time() - used
        _tell("end", seconds=end - begin, server_cpu=used, calls=dict(box.counts))
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


if __name__ == "__main__":
    pin(0)
    uvloop.run(_main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), orjson.loads(sys.argv[4])))
