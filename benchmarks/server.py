"""The local server as a process of its own, on a core of its own, for benchmarks that measure the bot."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import uvloop

from benchmarks.machine import pin
from bot.demo.botapi import Sandbox, SimulatedPerson
from tests.support.process import TOKEN

Measure = Callable[[Sandbox, dict[str, Any]], Awaitable[dict[str, Any]]]


def tell(what: str, **more: Any) -> None:
    """Print a line that the benchmark reads."""
    sys.stdout.write(orjson.dumps({"is": what, **more}).decode() + "\n")
    sys.stdout.flush()


def person_with_button(
    server: Sandbox, name: str, number: int, label: str, data: str
) -> SimulatedPerson:
    """Return a person in whose chat one message with one button stands."""
    person = server.person(name, person_id=number, started=True)
    body: dict[str, Any] = {
        "from": server.bot.account.user(),
        "chat": server.chat_view(person.chat),
        "date": int(server.now()),
        "text": "Hak hidup",
        "reply_markup": {"inline_keyboard": [[{"text": label, "callback_data": data}]]},
    }
    person.chat.add(body, from_bot=True).keyboards.append(body["reply_markup"])
    return person


def serve(measure: Measure, *, flood: bool = False) -> None:
    """Serve, measure what the command line asks for, print it, and stay until the benchmark has read it."""

    async def main(asked: dict[str, Any]) -> None:
        async with Sandbox(keep_calls=False, flood=flood) as server:
            server.add_bot(TOKEN)
            tell("end", **await measure(server, asked))
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)

    pin(0)
    uvloop.run(main(orjson.loads(sys.argv[1])))
