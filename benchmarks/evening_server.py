"""The local server on the last evening, as a process: `… evening_server ASKED`.

Prints its address. A thousand people begin an answer at moments spread evenly over the evening: they type
what is asked, press ✅ Simpan, and every second time send a photo as evidence, say which answer it proves,
press Selesai, and ➡️ Lanjut before the next answer; each waits for what comes, and reads it before going on,
so whoever is behind begins the next answer late. Every call that Telegram counts is noted. Prints what each
act waited for its message, and what it would have waited for a bot that needs no time at all: the same calls,
first come, first served, at Telegram's limits and no faster.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from benchmarks import country
from benchmarks.asked import Kind, Reader
from benchmarks.server import serve, tell
from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.demo.botapi.state import Call
from bot.demo.botapi.watching import Watch
from bot.demo.phone import text_of
from bot.telegram.pacing import TELEGRAM, next_slot
from flows.model.buttons import Verb
from scoring import load_bundled

COUNTED = ("sendmessage", "editmessagetext", "editmessagereplymarkup", "sendphoto", "senddocument")
READING = 2.0
"""Seconds that somebody looks at a message before going on."""
STUCK = 120.0
PHOTO, PICTURE = 40_000, b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x01\x00\x48\x00\x48\x00\x00"


@dataclass
class Act:
    """Something that a person did, and the counted calls that came of it."""

    at: float
    chat: int
    kind: str
    calls: list[float] = field(default_factory=list)
    answered: int | None = None
    """Which of the calls brought the message that was waited for."""


class Evening(Watch):
    """Everybody, and what came when."""

    def __init__(self) -> None:
        self.people: dict[int, Answerer] = {}
        self.acts: list[Act] = []
        self.refused = 0
        self.is_over = False

    def called(self, call: Call) -> None:
        """Note a call that counts; its person goes on where it brought a message."""
        if call.status == 429:
            self.refused += 1
        answerer = self.people.get(call.chat_id or 0)
        if (
            call.method not in COUNTED
            or call.status != 200
            or answerer is None
            or answerer.act is None
        ):
            return
        answerer.act.calls.append(time.monotonic())
        if answerer.act.answered is None and call.method == "sendmessage":
            answerer.act.answered = len(answerer.act.calls) - 1
            asyncio.get_running_loop().call_later(READING, answerer.go_on)


@dataclass
class Answerer:
    """One office's contact."""

    person: SimulatedPerson
    reader: Reader
    evening: Evening
    figures: tuple[str, str]
    due: int = 0
    done: int = 0
    busy: bool = False
    saving: bool = False
    proof: str = ""
    """What is to be done next to prove the answer: name the answer of a photo, end."""
    indicator: int = 0
    is_behind_files: bool = False
    """The files of an answer have ended: the next question comes when it is asked for."""
    act: Act | None = None
    odd: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Begin an answer, now or when the one before is given."""
        self.due += 1
        if not self.busy:
            self._start()

    def _start(self) -> None:
        self.busy = True
        if self.is_behind_files:
            self.is_behind_files = False
            self._press("next", f"{Verb.NEXT}.", "")
        else:
            self._type()

    def go_on(self) -> None:
        """Do what comes next."""
        if self.proof == "place":
            self.proof = "finish"
            self._press("place", f"{Verb.PLACE}.", f".{self.indicator}")
        elif self.proof == "finish":
            self.proof = "end"
            self._press("finish", f"{Verb.FINISH}.", f".{self.indicator}")
        elif self.proof == "end":
            self.is_behind_files = True
            self._end()
        elif self.saving:
            self.saving = False
            self.done += 1
            if self.done % 2:
                self._end()
            else:
                self.proof = "place"
                self._do("photo")
                self.person.file("photo", PICTURE + os.urandom(PHOTO), "bukti.jpg")
        else:
            self._type()

    def _end(self) -> None:
        self.proof, self.busy = "", False
        if self.due > self.done and not self.evening.is_over:
            self._start()

    def _do(self, kind: str) -> None:
        self.act = Act(time.monotonic(), self.person.id, kind)
        self.evening.acts.append(self.act)

    def _press(self, kind: str, verb: str, about: str) -> None:
        """Press the newest button that carries this."""
        self._do(kind)
        for message in self.person.newer(0):
            for button in self.person.buttons(message):
                data = button.get("callback_data", "")
                if data.startswith(verb) and data.endswith(about):
                    self.person.tap(data=data, message_id=message.id)
                    return
        self.odd.append(f"no button for {kind}")

    def _type(self) -> None:
        """Answer the newest question, or press ✅ Simpan under what was typed."""
        prompts = map(self.reader.prompt, self.person.newer(0))
        kinds = (Kind.ASK, Kind.CONFIRM)
        prompt = next((one for one in prompts if one and one.kind in kinds), None)
        newest = next(iter(self.person.newer(0)), None)
        if newest is not None and (prompt is None or newest.id != prompt.message_id):
            self.odd.append(newest.text[:80])
        if prompt is not None and prompt.kind == Kind.CONFIRM:
            self.saving, self.indicator = True, prompt.indicator or 0
            self._do("save")
            save = text_of("save")
            message = self.person.chat.messages[prompt.message_id]
            data = next(one for one in self.person.buttons(message) if one["text"] == save)
            self.person.tap(data=data["callback_data"], message_id=message.id)
        else:
            self._do("figure")
            self.person.send(self.figures[min(prompt.input, 1) if prompt else 0])


def imposed(acts: list[Act]) -> list[float]:
    """Return what each act would have waited for a bot that takes no time, within Telegram's limits."""
    places = deque[float](maxlen=TELEGRAM.overall)
    chats: dict[int, float] = {}
    waits = []
    for act in sorted(acts, key=lambda item: item.at):
        moment = act.at
        for count in range(len(act.calls)):
            if len(places) == TELEGRAM.overall:
                moment = max(moment, places[0] + 1.0)
            wait, chats[act.chat] = next_slot(TELEGRAM, act.chat, chats.get(act.chat, 0.0), moment)
            moment += wait
            places.append(moment)
            if count == act.answered:
                waits.append(moment - act.at)
    return waits


async def measure(server: Sandbox, asked: dict[str, Any]) -> dict[str, Any]:
    """Let an evening pass, and the answers that are under way then end."""
    instrument, evening = load_bundled(country.INSTRUMENT), Evening()
    server.watch = evening
    for place in range(asked["people"]):
        number = country.FIRST_CONTACT + place
        person = server.person(f"Kontak {place + 1}", person_id=number, started=True)
        reader = Reader(instrument, f"Kota {place + 1}", 2016)
        evening.people[number] = Answerer(person, reader, evening, country.texts(place))
    tell("serving", url=server.url)
    while not server.counts["getupdates"]:
        await asyncio.sleep(0.01)
    people, began = list(evening.people.values()), time.monotonic()
    for count in range(int(asked["rate"] * asked["seconds"])):
        while time.monotonic() < began + count / asked["rate"]:
            await asyncio.sleep(0.005)
        people[count % len(people)].begin()
    within, evening.is_over = sum(one.done for one in people), True
    last, idle = -1, time.monotonic()
    while any(one.busy for one in people) and time.monotonic() < idle + STUCK:
        await asyncio.sleep(0.5)
        if last != (last := sum(len(one.calls) for one in evening.acts[-5000:])):
            idle = time.monotonic()
    acts = [one for one in sorted(evening.acts, key=lambda act: act.at) if one.answered is not None]
    waited = [one.calls[one.answered or 0] - one.at for one in acts]
    return {
        "kinds": [one.kind for one in acts], "waited": waited, "imposed": imposed(acts),
        "calls": sum(len(one.calls) for one in acts), "answers": sum(one.done for one in people),
        "due": sum(one.due for one in people), "within": within, "refused": evening.refused,
        "fullest": server.bot.flood.most_in_a_second,
        "stuck": sum(one.busy for one in people), "seconds": time.monotonic() - began,
        "odd": [text for one in people for text in one.odd][:5],
    }  # fmt: skip


if __name__ == "__main__":
    serve(measure, flood=True)
