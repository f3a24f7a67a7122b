"""Hands and eyes of everybody in a town: say, tap, see what was shown; the model beside it."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any

from benchmarks.fuzz.forging import Forger
from benchmarks.fuzz.town import TOKENS, Town, keyboard_of
from benchmarks.walks.model import Model, differences, stored
from bot.demo.botapi.html_markup import HtmlReader as Html
from flows.model.buttons import WRITING
from scoring import load_bundled
from tests.support import INSTRUMENT

NONSENSE = ("??", "hm", "…", "apa ya", "12 dari", "-5", "\u200b", "😀")
REASON = "Sudah dicocokkan dengan lampiran nomor {}."
KINDS = ("not_available", "not_applicable", "not_our_authority")
SENT_BACK = {"draft": "sent", "returned_by_city": "sent", "returned": "fixed"}
ICONS = {
    "empty": "▫️", "draft": "📝", "sent": "📤", "returned_by_city": "↩️", "approved": "👍", "returned": "↩️",
    "fixed": "📤", "verified": "✅",
}  # fmt: skip
DOCUMENT = frozenset({"beda-bukti", "belum-sah", "periode"})
"""The reasons for a return that a document mends, the figures standing."""
GUEST, SPARE = 41, (51, 71, 52)
WRITES = frozenset(str(verb) for verb in WRITING)
CODES = {one.no: [field.code for field in one.inputs] for one in load_bundled(INSTRUMENT)}
SHORT = {one.no: one.short for one in load_bundled(INSTRUMENT)}
MAY: dict[tuple[str, str], dict[str, str]] = {
    ("coordinator", "sent"): {"approve": "approved", "return": "returned_by_city", "reopen": "draft"},
    ("coordinator", "approved"): {"undo": "sent"},
    ("coordinator", "returned_by_city"): {"undo": "sent"},
    ("kanwil", "sent"): {"approve": "approved", "reopen": "draft"},
    ("kanwil", "approved"): {"verify": "verified", "correct": "verified", "return": "returned",
                             "accept": "verified", "refuse": "returned"},
    ("kanwil", "fixed"): {"verify": "verified", "correct": "verified", "return": "returned",
                          "accept": "verified", "refuse": "returned"},
    ("kanwil", "returned"): {"undo": "approved"},
    ("kanwil", "verified"): {"undo": "approved"},
}  # fmt: skip
FIGURES, ABSENT = frozenset({"verify", "correct", "return"}), frozenset({"accept", "refuse"})
PROVINCE = {1: 31, 2: 31, 3: 31, 4: 31, 5: 32}


class Hands:
    """Everybody of a town, moved by a seeded die; `wrong` collects what must not be."""

    def __init__(self, town: Town, seed: str) -> None:
        self.town, self.dice = town, random.Random(seed)
        self.forger = Forger(self.dice, town.memory, TOKENS, is_plain=True)
        self.model = Model()
        self.wrong: list[str] = []
        self.steps = 0
        self.letters: list[Any] = []
        self.seen: Counter[str] = Counter()
        self.log: list[str] = []

    async def give(self, update: dict[str, Any], note: str) -> None:
        self.steps += 1
        self.log = [*self.log[-40:], note]
        violations = await self.town.give([self.forger.numbered(update)])
        self.letters = list(self.town.letters)
        self.wrong += [f"{rule}: {said}" for rule, said in violations]

    async def say(self, who: int, words: str) -> None:
        await self.give(self.forger.text(who, self.now, words), f"{who}: {words}")

    async def tap(self, who: int, data: str) -> None:
        await self.give(self.forger.pressed(who, self.now, 5, data), f"{who}: [{data}]")

    @property
    def now(self) -> int:
        return int(self.town.clock.now.timestamp())

    def shown(self, who: int, prefix: str) -> list[str]:
        """Buttons with this beginning in what has just been said in this chat."""
        keyboards = [keyboard_of(one) for one in self.letters if one.chat_id == who]
        return [data for keyboard in keyboards for data in keyboard if data.startswith(prefix)]

    def text(self, who: int) -> str:
        return "\n".join(
            Html(one.payload.get("text", "")).read()[0]
            for one in self.letters
            if one.chat_id == who
        )

    def focus(self, who: int) -> dict[str, Any]:
        row = self.town.reader.execute(
            "SELECT turn, seat_id, state FROM focus WHERE chat_id = ?", (who,)
        ).fetchone()
        return (
            {"turn": 0, "stage": "idle"}
            if row is None
            else {"turn": row[0], "seat": row[1], "stage": "idle", **json.loads(row[2])}
        )

    def held(self, *roles: str) -> list[tuple[int, int, str, int | None]]:
        """(seat, who, role, unit) of all seats held now."""
        return [
            (n, who, role, unit)
            for n, (who, role, unit, state) in self.model.seats.items()
            if state == "held" and role in roles
        ]

    def rows(self) -> list[Any]:
        return self.town.reader.execute("SELECT id FROM record WHERE kind = 'answer'").fetchall()

    def compare(self, what: str) -> None:
        actual = stored(self.town.reader)
        problems = [f"after {what}: {one}" for one in differences(self.model, actual)]
        self.wrong += problems
        self.model = actual if problems else self.model

    def adopt(self) -> None:
        """Take over what a button did whose effect is not foreseen; the rights are judged all the same."""
        self.model = stored(self.town.reader)

    def reason(self) -> str:
        return REASON.format(self.dice.randrange(1000))
