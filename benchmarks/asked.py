"""What a message of the bot asks for, understood as a person does: by its words and buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from bot.demo.botapi.state import ChatMessage
from bot.demo.phone import question_of, text_of
from flows.reading import numbers
from scoring import Indicator, Instrument

RECEIPT = re.compile(r"Tersimpan · R-(\d+)")
FIGURE = re.compile(r"^[^:\n]+: ([\d.,]+)(?: |$)")
WORKED = re.compile(r"^([\d.,]+) ÷ ([\d.,]+) ", re.MULTILINE)
STORED = re.compile(r" — R-\d+")
SAVE, CHANGE, BEGIN, ZERO, ANEW, UNABLE, BACK = map(
    text_of, ("save", "change", "begin", "zero_yes", "start_over", "unable", "back_one")
)
ABOVE = "tidak mungkin melebihi"
MERGED = "Sudah digabung dengan bagian kantor lain"


class Kind(IntEnum):
    """What a message of the bot asks for, in the order in which a question passes through them."""

    WELCOME = 0
    ASK = 1
    ZERO = 2
    REASON = 3
    CONFIRM = 4
    CLOSING = 5
    RIGHTS = 6
    RIGHT = 7
    STORED = 8
    SAVED = 9


QUESTIONS = frozenset({Kind.ASK, Kind.ZERO, Kind.REASON, Kind.CONFIRM})


@dataclass(frozen=True, slots=True)
class Prompt:
    """A message that wants something: its kind, the question it is about, and which input of it.

    `is_unfolded`: under the question stand the reasons why it cannot be answered.
    """

    kind: Kind
    message_id: int
    text: str
    indicator: int | None = None
    input: int = 0
    is_unfolded: bool = False

    @property
    def progress(self) -> int:
        """How far the question has got: a later prompt of the same question is greater."""
        last = {Kind.CONFIRM: 99, Kind.REASON: 98}
        return last.get(self.kind, self.input * 2 + (self.kind == Kind.ZERO))


def figures(text: str) -> tuple[Decimal, ...]:
    """The figures that a confirming message lists, line by line."""
    matches = (FIGURE.match(line) for line in text.split("\n"))
    return tuple(_read(match[1]) for match in matches if match)


def worked(text: str) -> tuple[Decimal, ...] | None:
    """The figures that a saved message divides; None where it divides none, or those of two offices."""
    match = None if MERGED in text else WORKED.search(text)
    return None if match is None else (_read(match[1]), _read(match[2]))


def _read(text: str) -> Decimal:
    number = numbers.parse(text)
    assert isinstance(number, numbers.TypedNumber), text
    return number.value


def wanted(texts: tuple[str, ...]) -> tuple[Decimal, ...]:
    """The figures that an answer of the season means."""
    values: list[Decimal] = []
    for text in texts:
        if text.startswith("!"):
            continue
        read = numbers.parse(text)
        if isinstance(read, numbers.Pair):
            values += [read.part, read.whole]
        elif isinstance(read, numbers.TypedNumber):
            values.append(read.value)
    return tuple(values)


@dataclass
class Reader:
    """Understands the bot's messages as a person does: by their words and buttons."""

    instrument: Instrument
    region: str
    year: int

    def prompt(self, message: ChatMessage) -> Prompt | None:
        """What a message asks; None where it asks nothing."""
        text, buttons = message.text, message.labels
        kinds = {BEGIN: Kind.WELCOME, ZERO: Kind.ZERO, SAVE: Kind.CONFIRM}
        for label, kind in kinds.items():
            if label in buttons:
                return Prompt(kind, message.id, text, self.indicator(text), self._input_named(text))
        if "Terima kasih, Bapak/Ibu" in text:
            return Prompt(Kind.CLOSING, message.id, text)
        if "Pilih hak:" in text:
            return Prompt(Kind.RIGHTS, message.id, text)
        if "Pilih isian untuk" in text:
            return Prompt(Kind.RIGHT, message.id, text)
        if STORED.search(text.split("\n")[0]):
            return Prompt(Kind.STORED, message.id, text, self.indicator(text))
        number = self.indicator(text)
        if number is None:
            return None
        if RECEIPT.search(text):
            return Prompt(Kind.SAVED, message.id, text, number)
        if not buttons:  # a question that is over has lost them
            return None
        if "Tulis satu kalimat" in text:
            return Prompt(Kind.REASON, message.id, text, number)
        asked = self._input_asked(self.instrument.indicator(number), text)
        if asked is None:
            return None
        return Prompt(Kind.ASK, message.id, text, number, asked, is_unfolded=BACK in buttons)

    def indicator(self, text: str) -> int | None:
        """Return the number of the question that the first line of a message names."""
        return question_of(self.instrument, text)

    def _input_asked(self, indicator: Indicator, text: str) -> int | None:
        for place, field in enumerate(indicator.inputs):
            question = field.question.replace("{daerah}", self.region).replace(
                "{tahun}", str(self.year)
            )
            if question.replace("**", "") in text:
                return place
        return None

    def _input_named(self, text: str) -> int:
        number = self.indicator(text)
        names = [one.name for one in self.instrument.indicator(number).inputs] if number else []
        return next((place for place, name in enumerate(names) if f"untuk {name}" in text), 0)
