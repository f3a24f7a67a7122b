"""Writes down what people do in the demo while they do it; what the bot answered is read from its outbox."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.demo.botapi import Sandbox
from bot.demo.rehearsal import hearing, references
from bot.demo.rehearsal.hearing import Moment
from bot.demo.rehearsal.rehearsal_model import FILES, Rehearsal, RehearsalStep, Sample
from bot.storage import outbox_history
from scoring.replacing import replace

StepBody = dict[str, Any]
MEMBERSHIP = {"kicked": "block", "member": "unblock"}


@dataclass(slots=True)
class Recorder:
    """Listens from the moment it is made, which is when the state is ready to be played.

    `now` is the demo's time. `left_out` holds what no step can say.
    """

    server: Sandbox
    database: Path
    state: str
    now: Callable[[], datetime]
    steps: list[RehearsalStep] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    files: dict[str, Sample] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    starts: datetime = field(init=False)
    _people: frozenset[int] = field(init=False)
    _since: int = field(init=False)
    _letters: sqlite3.Connection = field(init=False)
    _albums: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.starts = self.now()
        self._people = frozenset(references.labels(self.server))
        self._letters = sqlite3.connect(self.database)
        self._since = outbox_history.newest(self._letters)

    def close(self) -> None:
        """Let go of the database; nothing can be taken any more."""
        self._letters.close()

    def heard(self, update: StepBody) -> None:
        """Note an update that is on its way to the bot."""
        kind = next(one for one in update if one != "update_id")
        body = update[kind]
        step = self._step(kind, body)
        if step is None:
            return
        place = (body.get("message") or body).get("chat") or {"id": body["from"]["id"]}
        chat = self.server.chats[int(place["id"])]
        who = self._name(int(body["from"]["id"]))
        inside = chat.title or "" if chat.type != "private" else ""
        self.steps.append(replace(step, who=who, inside=step.inside or inside))
        self.moments.append(
            Moment(update["update_id"], chat.id, outbox_history.newest(self._letters))
        )

    def staged(self, act: str, value: str) -> None:
        """Note what the stage did: clock, signal or bot."""
        self.steps.append(RehearsalStep(act, value))
        self.moments.append(Moment(None, 0, outbox_history.newest(self._letters)))

    def taken(self, name: str, today: date) -> Rehearsal:
        """Return the recording as it stands."""
        letters = outbox_history.after(self._letters, self._since)
        instrument = outbox_history.instrument(self._letters) or ""
        names = references.labels(self.server)
        answers = hearing.assigned(self.moments, letters)
        steps = tuple(
            replace(step, heard=hearing.heard(moment, found, names))
            for step, moment, found in zip(self.steps, self.moments, answers, strict=True)
        )
        came = tuple(names[one] for one in names if one > 0 and one not in self._people)
        return Rehearsal(
            name, self.state, self.starts, instrument, steps, self.files, came,
            recorded=today.isoformat(), left_out=tuple(self.left_out),
        )  # fmt: skip

    # From updates to steps

    def _step(self, kind: str, body: StepBody) -> RehearsalStep | None:
        match kind:
            case "message":
                return self._message(body)
            case "edited_message":
                return self._edit(body)
            case "callback_query":
                return self._tap(body)
            case "my_chat_member":
                return self._membership(body)
            case "inline_query":
                return RehearsalStep("asks", str(body["query"]))
            case "chosen_inline_result":
                return self._chosen(body)
            case _:
                return None

    def _name(self, person: int) -> str:
        return references.labels(self.server)[person]

    def _message(self, body: StepBody) -> RehearsalStep | None:
        chat = self.server.chats[int(body["chat"]["id"])]
        answered = body.get("reply_to_message")
        reply = references.place_of(chat, answered["message_id"]) - 1 if answered else 0
        if "text" in body:
            text = str(body["text"])
            command, _, payload = text.partition(" ")
            opens = command == "/start" and chat.type == "private"
            return (
                self._opening(body, payload) if opens else RehearsalStep("types", text, reply=reply)
            )
        kind = next((one for one in FILES if one in body), None)
        if kind is not None:
            return self._file(kind, body, reply)
        if "contact" in body:
            return RehearsalStep("shares", str(body["contact"]["phone_number"]))
        if "location" in body:
            self.left_out.append(f"{self._name(body['from']['id'])}: location")
        return None

    def _opening(self, body: StepBody, payload: str) -> RehearsalStep:
        """Return the step that opens a link, by the chat it comes from: its payload differs each time."""
        own = self.server.accounts[int(body["from"]["id"])].start_link
        if payload and payload == own:
            return RehearsalStep("opens", "invitation")
        for chat_id, label in references.labels(self.server).items():
            known = references.links(self.server.chats[chat_id]) if payload else []
            if payload in known:
                return RehearsalStep("opens", "link", of=label, back=known.index(payload) + 1)
        return RehearsalStep("opens", payload)

    def _file(self, kind: str, body: StepBody, reply: int) -> RehearsalStep:
        attachment = body[kind][-1] if kind == "photo" else body[kind]
        stored = self.server.bot.files[attachment["file_id"]]
        group = body.get("media_group_id")
        album = self._albums.setdefault(group, len(self._albums) + 1) if group else 0
        name = self._kept(stored.name or f"{kind}{Path(stored.path).suffix}", stored.content)
        caption = str(body.get("caption", ""))
        return RehearsalStep("sends", kind, file=name, caption=caption, album=album, reply=reply)

    def _kept(self, name: str, content: bytes) -> str:
        """Return the name under which a file is kept; other content under the same name gets a number."""
        sample, plain = Sample.of(content), Path(name)
        number = 1
        while self.files.setdefault(name, sample) != sample:
            number += 1
            name = f"{plain.stem}-{number}{plain.suffix}"
        return name

    def _tap(self, body: StepBody) -> RehearsalStep | None:
        chat = self.server.chats[int(body["message"]["chat"]["id"])]
        message_id, data = int(body["message"]["message_id"]), str(body["data"])
        message = chat.messages.get(message_id)
        label = references.label_of(message, data) if message else None
        if label is None:
            self.left_out.append(f"{self._name(body['from']['id'])}: a tap without a button")
            return None
        return RehearsalStep(
            "taps", label, back=references.taps(chat, label).index((message_id, data)) + 1
        )

    def _edit(self, body: StepBody) -> RehearsalStep:
        chat = self.server.chats[int(body["chat"]["id"])]
        own = references.own_messages(chat, int(body["from"]["id"]))
        text = str(body.get("text") or body.get("caption") or "")
        return RehearsalStep("edits", text, back=own.index(body["message_id"]) + 1)

    def _membership(self, body: StepBody) -> RehearsalStep | None:
        status = str(body["new_chat_member"]["status"])
        if body["chat"]["type"] == "private":
            return RehearsalStep("does", MEMBERSHIP[status])
        self.left_out.append(f"{body['chat']['title']}: the bot is {status}")
        return None

    def _chosen(self, body: StepBody) -> RehearsalStep | None:
        """Return the step that sends an answer to an inline query into some chat."""
        wanted, person = str(body["result_id"]), int(body["from"]["id"])
        titles = [
            str(one.get("title", wanted))
            for asked in reversed(self.server.bot.inline.values())
            for one in (asked["results"] or [] if asked["query"] == body["query"] else [])
            if str(one["id"]) == wanted
        ]
        last = [
            (message.body["date"], chat)
            for chat in self.server.chats.values()
            for message in list(chat.messages.values())[-1:]
            if "via_bot" in message.body and message.body["from"]["id"] == person
        ]
        if not titles or not last:
            return None
        _, chat = max(last, key=lambda entry: float(entry[0]))
        return RehearsalStep("chooses", titles[0], inside=chat.title or "")
