"""Buttons and the short data they carry: verb, then numbers, joined by dots (64 bytes at most).

A button that writes carries the chat's turn; one that only shows carries the seat it was made for.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, unique
from functools import lru_cache
from typing import Any, NewType

from msgspec import Struct, field

LIMIT = 64
WITHIN = "~"
"""Stands before the period of a button."""


INVITED, ASKED = "share_invitation", "share_question"
"""The labels of what goes with a link that is sent on."""


@unique
class Verb(StrEnum):
    """What a button's data begins with, where several modules make, answer or watch for it."""

    # Those that write carry verb, turn, indicator and an argument
    SAVE = "s"
    CHANGE = "u"
    ABSENCE = "a"
    READY = "r"
    READING = "l"
    ZERO = "z"
    OPTION = "o"
    CANCEL = "b"
    MINE = "m"
    DECLINE = "I"
    FORWARD = "O"
    SURE = "y"
    UNABLE = "un"
    CHOSEN = "oc"
    SAME = "os"
    # Those that show carry verb, seat and an argument
    GO = "g"
    EDIT = "e"
    INFO = "i"
    NEXT = "n"
    RIGHTS = "k"
    RIGHT = "h"
    REGION = "d"
    OFFICE = "f"
    PROOF = "E"
    TICK = "T"
    FINISH = "F"
    WITHDRAW = "W"
    CHECK = "q"
    PAUSE = "c"
    USE = "U"
    DROP = "P"
    RESEND = "wr"
    PLACE = "pl"
    ELSEWHERE = "oe"
    STUCK = "us"
    PRIVACY = "pv"
    CALLED = "cm"
    CRITERIA = "kr"
    ATTEND = "kh"
    PAPER = "pp"
    # The same, for staff
    QUEUE = "Q"
    CARD = "C"
    JUDGE = "J"
    BULK = "B"
    FILES = "D"
    CHECKED = "K"
    HISTORY = "Y"
    NOTE = "N"
    CLOSE = "X"
    EXTEND = "A"
    HOLDER = "S"
    LOSSES = "L"
    HANDOVER = "H"
    REMIND = "j"
    SEND = "t"
    STOP = "x"
    HALT = "ch"
    RESUME = "cr"
    CALLS = "cl"
    INVITE = "v"
    LATE = "V"
    PICTURE = "G"
    ROSTER_APPLY = "ra"
    ROSTER_DROP = "rd"
    ANSWERS_MAP = "im"
    ANSWERS_APPLY = "ia"
    ANSWERS_DROP = "ix"
    SHEET_APPLY = "sa"
    SHEET_DROP = "sd"
    EXPORT = "xp"
    PROPOSE = "kp"
    UNPROPOSE = "kt"
    MEETING = "kb"
    ITEM = "ka"
    DECIDE = "kd"
    CLOSING = "kx"
    AGREE = "ky"
    LETTERHEAD = "kn"
    SEASON_CLOSE = "mx"
    SEASON_REOPEN = "mo"
    TREND = "tr"
    NOTICE = "nw"
    ANNOUNCE_SEND = "aw"
    SUBMISSION = "sb"
    SUBMISSION_ON = "sp"
    SUBMISSION_BACK = "sk"
    SUBMISSION_NOTE = "sn"
    SUBMISSION_UNDO = "su"
    # In groups
    GROUP_ON = "gs"
    GROUP_REGION = "gr"


OwnVerb = NewType("OwnVerb", str)
"""The same of a button that one walk alone makes and answers: it is declared there, and carries the seat."""
AnyVerb = Verb | OwnVerb
VERBS: Mapping[str, Verb] = {verb.value: verb for verb in Verb}
WRITING = frozenset(
    {Verb.SAVE, Verb.CHANGE, Verb.ABSENCE, Verb.READY, Verb.READING, Verb.ZERO, Verb.OPTION,
     Verb.CANCEL, Verb.MINE, Verb.SURE, Verb.DECLINE,
     Verb.FORWARD, Verb.UNABLE, Verb.CHOSEN, Verb.SAME}
)  # fmt: skip


class Way(StrEnum):
    """What a button does without the bot: copies its target, opens it, sends it on with words of its
    label's, or begins `@bot target` in another chat.
    """

    COPY = "copy"
    OPEN = "open"
    SHARE = "share"
    INLINE = "inline"


class Button(Struct, frozen=True):
    """`label` names a text of the labels file; `style` is Telegram's (primary, success, danger).

    `period`: the one that it acts in, where that is not the period of whoever is told. One without `data`
    tells the bot nothing: it does what `way` says, on the phone alone, with `target`.
    """

    label: str
    data: str = ""
    view: Mapping[str, Any] = field(default_factory=dict)
    style: str | None = None
    period: int | None = None
    way: Way | None = None
    target: str = ""


class Pressed(Struct, frozen=True):
    """What a button's data says; `first` is the turn of a writing verb, the seat of any other.

    `period` is the one that the button was made in, where there were several.
    """

    verb: AnyVerb
    first: int
    rest: tuple[str, ...]
    period: int | None = None

    def number(self, index: int = 0) -> int | None:
        """Return the argument at `index` as a number, None where it is missing or none."""
        return (
            int(self.rest[index]) if index < len(self.rest) and _is_id(self.rest[index]) else None
        )


def _is_id(text: str) -> bool:
    """Tell whether a database can look these digits up: a forged button may hold sixty."""
    return text.isascii() and text.isdecimal() and len(text) <= 15


def link_keys(link: str, words: str, view: Mapping[str, Any]) -> tuple[tuple[Button, ...], ...]:
    """Return the row that copies a link and sends it on; `words`: the label of what goes with it."""
    copy = Button("copy_link", way=Way.COPY, target=link)
    return ((copy, Button("share", view={**view, "words": words}, way=Way.SHARE, target=link)),)


def data(verb: AnyVerb, first: int, *rest: object) -> str:
    """Return the text behind a button; raises ValueError where it would exceed Telegram's 64 bytes."""
    text = ".".join((verb, str(first), *map(str, rest)))
    if len(text.encode()) > LIMIT:
        raise ValueError(text)
    return text


def within(text: str, period_id: int) -> str:
    """Return the data of a button that acts in a period, whichever the chat works with by then."""
    longer = f"{text}{WITHIN}{period_id}"
    return longer if len(longer.encode()) <= LIMIT else text


@lru_cache(maxsize=64)
def read(text: str) -> Pressed | None:
    """Undo `data` and `within`; None for what has not their form. Whether a verb is one says the table.

    Each step of an answer to a tap asks it again.
    """
    text, _, period = text.partition(WITHIN)
    verb, _, others = text.partition(".")
    first, *rest = others.split(".")
    if not verb or not _is_id(first):
        return None
    known = VERBS.get(verb) or OwnVerb(verb)
    return Pressed(known, int(first), tuple(rest), int(period) if _is_id(period) else None)
