"""A contact at the phone during a crash campaign: reads, answers what is asked, taps again if nothing comes.

What the contact has SEEN is remembered: every receipt with its figures, and how far each question had got.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from benchmarks.asked import (
    ABOVE,
    ANEW,
    BEGIN,
    CHANGE,
    QUESTIONS,
    RECEIPT,
    SAVE,
    UNABLE,
    ZERO,
    Kind,
    Prompt,
    Reader,
    figures,
    wanted,
    worked,
)
from bot.demo.phone import Phone
from flows.model.buttons import WRITING, read

LONGEST = 4
"""How many times the patience somebody waits who got no answer again and again."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A receipt that the contact was shown, with the figures that stood there."""

    receipt: int
    indicator: int
    figures: tuple[Decimal, ...] | None


@dataclass(kw_only=True)
class Contact(Phone):
    """One office's contact, playing its part of the season."""

    token: str
    short: str
    table: Mapping[int, tuple[str, ...]]
    reader: Reader
    chance: random.Random
    correction: tuple[int, tuple[str, ...]] | None = None
    pause: tuple[float, float] = (0.01, 0.06)
    seen: dict[int, Seen] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    reached: dict[int, int] = field(default_factory=dict)
    begun_anew: set[int] = field(default_factory=set)
    repeated: int = 0
    asked_again: int = 0
    _on_tap: dict[str, tuple[int, tuple[Decimal, ...]]] = field(default_factory=dict)
    _confirmed: dict[int, tuple[Decimal, ...]] = field(default_factory=dict)
    _acted_on: Prompt | None = None
    _correcting: bool = False
    _misses: int = 0

    async def play(self) -> None:
        """From the link to the closing message, whatever happens to the bot meanwhile."""
        self.person.send(f"/start {self.token}")
        while not self.done:
            answered = await self._wait()
            self._misses = 0 if answered else self._misses + 1
            await asyncio.sleep(self.chance.uniform(*self.pause))
            self.look()
            prompt = self.newest()
            if self.done:
                return
            if not answered and prompt == self._acted_on:
                self._again(prompt)
            elif prompt is not None:
                if self._judge(prompt):
                    self._act(prompt)
                else:
                    self._acted_on = prompt

    @property
    def done(self) -> bool:
        """Everything is answered and seen as stored, the correction too."""
        numbers_seen = [one.indicator for one in self.seen.values()]
        complete = set(self.table) <= set(numbers_seen)
        if self.correction is None:
            return complete and self._closed()
        return complete and numbers_seen.count(self.correction[0]) > 1

    def _closed(self) -> bool:
        prompt = self.newest()
        return prompt is not None and prompt.kind == Kind.CLOSING

    def newest(self) -> Prompt | None:
        """The last thing the bot asked for."""
        return next(filter(None, map(self.reader.prompt, self.person.newer(0))), None)

    def look(self) -> None:
        """Take in every receipt that stands in the chat or was shown above it."""
        for message in self.person.replies:
            number = self.reader.indicator(message.text)
            if number is not None and (match := RECEIPT.search(message.text)):
                self._see(Seen(int(match[1]), number, self._figures(message.id, message.text)))
        for notice in self.person.notices:
            match = RECEIPT.search(str(notice.get("text") or ""))
            if match and notice["query_id"] in self._on_tap:
                self._see(Seen(int(match[1]), *self._on_tap[notice["query_id"]]))

    def _figures(self, message_id: int, text: str) -> tuple[Decimal, ...] | None:
        """What stood where the receipt stands now when it was confirmed, or stands in the receipt itself."""
        confirmed, shown = self._confirmed.get(message_id), worked(text)
        if confirmed is not None and shown is not None and confirmed != shown:
            self.faults.append(
                f"{self.short}: {confirmed} was confirmed, {shown} is said: {text!r}"
            )
        return confirmed or shown

    def _see(self, seen: Seen) -> None:
        before = self.seen.get(seen.receipt, seen)
        is_known = None not in (before.figures, seen.figures)
        if before.indicator != seen.indicator or (is_known and before.figures != seen.figures):
            self.faults.append(
                f"{self.short}: receipt {seen.receipt} shown for {before} and {seen}"
            )
        self.seen[seen.receipt] = seen if before.figures is None else before

    def shown(self) -> tuple[int, Prompt] | None:
        """The newest turn that any message has shown, with what that message asks."""
        prompts: list[tuple[int, Prompt]] = []
        for message in self.person.replies:
            prompt = self.reader.prompt(message)
            pressed = [read(str(one["callback_data"])) for one in self.person.buttons(message)]
            turns = [one.first for one in pressed if one and one.verb in WRITING]
            if prompt and turns:
                prompts.append((max(turns), prompt))
        return max(prompts, key=lambda pair: pair[0], default=None)

    # Waiting and judging

    async def _wait(self) -> bool:
        """Until the bot has said something new and is quiet; False where patience runs out before."""
        loop = asyncio.get_running_loop()
        patience = self.patience * min(
            2**self._misses, LONGEST
        )  # a busy bot is not asked ever faster
        end = loop.time() + self.chance.uniform(0.3, 1.2) * patience
        before = self._view()
        while loop.time() < end:
            await asyncio.sleep(0.01)
            now = self._view()
            if now != before and self.newest() != self._acted_on:
                await self._quiet()
                return True
        return False

    async def _quiet(self) -> None:
        before, still = self._view(), 0
        while still < 3:
            await asyncio.sleep(0.008)
            now = self._view()
            still = still + 1 if now == before else 0
            before = now

    def _view(self) -> tuple[int, str, int]:
        replies = self.person.replies
        edits = sum(one.edited for one in replies)
        return (replies[-1].id, replies[-1].text, edits) if replies else (0, "", 0)

    def _judge(self, prompt: Prompt) -> bool:
        """The live question must be the first one without a receipt, and never behind what was reached.

        A message that was in flight at a kill comes once more after it. Then the contact asks where things
        stand (False); were it to come for ever, the season would not end.
        """
        if prompt.indicator is None or prompt.kind not in QUESTIONS:
            return True
        fault = self._fault(prompt, prompt.indicator)
        if fault is None:
            self.reached[prompt.indicator] = prompt.progress
            return True
        if self._is_repeat(prompt):
            self.person.send("/lanjut")
            return False
        self.faults.append(fault)
        return True

    def _fault(self, prompt: Prompt, number: int) -> str | None:
        stored = {one.indicator for one in self.seen.values()}
        still = [one for one in self.table if one not in stored]
        if self.correction and not still:
            still = [self.correction[0]]
            if not self._correcting:
                self._correcting = True
                self.reached.pop(number, None)
        if still and number != still[0]:
            return f"{self.short}: asked for {number}, {still[0]} is the open one"
        reached = self.reached.get(number, 0)
        if prompt.progress < reached and number not in self.begun_anew:
            return f"{self.short}: {number} fell back from {reached}: {prompt.text!r}"
        return None

    def _is_repeat(self, prompt: Prompt) -> bool:
        """Whether an earlier message said the same with the same buttons."""
        messages = self.person.chat.messages
        asked = messages[prompt.message_id].keyboards
        return any(
            one.keyboards[:1] == asked[:1]
            for one in self.person.replies
            if one.id < prompt.message_id and one.keyboards
        )

    # Doing

    def _act(self, prompt: Prompt) -> None:
        self._acted_on = prompt
        match prompt.kind:
            case Kind.WELCOME:
                self._tap(prompt, BEGIN)
            case Kind.ASK:
                self._answer(prompt)
            case Kind.ZERO:
                self._tap(prompt, ZERO)
            case Kind.REASON:
                self.person.send(self._texts(prompt)[1])
            case Kind.CONFIRM:
                self._confirm(prompt)
            case Kind.CLOSING:
                self.person.send("/kategori")
            case Kind.RIGHTS | Kind.RIGHT:
                assert self.correction is not None
                short = self.instrument.indicator(self.correction[0]).short
                self._tap(prompt, short)
            case Kind.STORED:
                self._tap(prompt, CHANGE)

    def _again(self, prompt: Prompt | None) -> None:
        """Nothing came: tap again, or ask where one stands, or write again, or wait on."""
        self.repeated += 1
        if prompt is None:
            self.person.send(f"/start {self.token}")
        elif self.chance.random() < 0.3:
            self.asked_again += 1
            self.person.send("/lanjut")
        elif prompt.kind not in (Kind.ASK, Kind.REASON) or self.chance.random() < 0.4:
            self._act(prompt)

    def _texts(self, prompt: Prompt) -> tuple[str, ...]:
        assert prompt.indicator is not None
        stored = {one.indicator for one in self.seen.values()}
        if (
            self.correction
            and prompt.indicator == self.correction[0]
            and prompt.indicator in stored
        ):
            return self.correction[1]
        return self.table[prompt.indicator]

    def _answer(self, prompt: Prompt) -> None:
        texts = self._texts(prompt)
        if texts[0].startswith("!"):
            self._decline(prompt, texts[0][1:])
            return
        if ABOVE in prompt.text:  # a figure written twice stands as this question's first
            self._anew(prompt, ANEW)
            return
        typed = [text for text in texts if not text.startswith("!")]
        if prompt.input < len(typed):
            self.person.send(typed[prompt.input])
        else:  # a figure written twice has slipped into the pair's place
            self.person.send(str(wanted(texts)[prompt.input]))

    def _decline(self, prompt: Prompt, reason: str) -> None:
        """A reason why there is no figure; the reasons fold out in place of the question's buttons."""
        self._tap(prompt, reason if prompt.is_unfolded else UNABLE)

    def _confirm(self, prompt: Prompt) -> None:
        """Save what is right; a figure that went in twice is corrected first."""
        assert prompt.indicator is not None
        shown = figures(prompt.text)
        if shown != wanted(self._texts(prompt)):
            self._anew(prompt, CHANGE)
            return
        query = self._tap(prompt, SAVE)
        self._on_tap[query] = (prompt.indicator, shown)
        self._confirmed[prompt.message_id] = shown

    def _anew(self, prompt: Prompt, label: str) -> None:
        assert prompt.indicator is not None
        self.begun_anew.add(prompt.indicator)
        self._tap(prompt, label)

    def _tap(self, prompt: Prompt, label: str) -> str:
        message, data = self.find(label, self.person.chat.messages[prompt.message_id])
        return self.person.tap(data=data, message_id=message.id)
