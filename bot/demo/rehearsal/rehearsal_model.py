"""A rehearsal: a conversation with the bot as a file, to be read, replayed, and used as a test.

Words are those of the tests' transcripts where they mean the same: who, types, taps, does, says, notices.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from itertools import cycle, islice

from msgspec import Struct, field

STATES = ("empty", "mid", "levels", "finished")
OWN = "own"
"""Of somebody's own roster, which is given beside the rehearsal."""
CLOCKS = ("reminder", "digest", "deadline")
SIGNALS = ("drop", "delay", "double")
DOINGS = ("block", "unblock")
BOT = ("kill", "start", "crash")
FILES = ("photo", "document", "voice")
PERSONAL = (
    "types",
    "taps",
    "opens",
    "sends",
    "edits",
    "presses",
    "does",
    "asks",
    "chooses",
    "shares",
)
STAGED = ("clock", "signal", "bot")
ACTS = (*PERSONAL, *STAGED)
"""What a step may be; each step is one of them."""
DETAILS = ("in", "of", "back", "reply", "file", "caption", "album", "task")
HEARD = ("says", "notices", "results", "buttons", "others")
GOOD = "good"
"""The signal without any of them."""
AHEAD = re.compile(r"([1-9]\d{0,7}) (second|minute|hour|day)s?")
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
INLINE = 64 * 1024
HEAD = 512
NOTE = "Data rekaan: semua angka, nama dan jawaban dibuat untuk latihan."


class Replies(Struct, frozen=True):
    """What the bot answered, by the names of its messages: to who acted, and to `others` by their labels.

    `notices` answer a tap, `results` an inline query; `buttons` are those of the last message with any.
    """

    says: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    others: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Sample(Struct, frozen=True):
    """An uploaded file: its bytes, or only their beginning where the rest is made up on replay."""

    content: bytes
    size: int = 0
    digest: str = ""

    @classmethod
    def of(cls, content: bytes) -> Sample:
        """Keep a small file as it is; of a large one what shows its kind."""
        if len(content) <= INLINE:
            return cls(content)
        return cls(content[:HEAD], len(content), hashlib.sha256(content).hexdigest())

    @property
    def is_made_up(self) -> bool:
        return self.size > 0

    def bytes(self) -> bytes:
        """Return a file to upload, of the same kind and size; two that differed still differ."""
        if not self.is_made_up:
            return self.content
        filling = cycle(self.digest.encode() + b"\n")
        return self.content + bytes(islice(filling, self.size - len(self.content)))


class RehearsalStep(Struct, frozen=True):
    """One act and what the bot answered. `who` is a label; empty for what the stage does.

    `inside`: the group; `back`: the how-manieth newest of its kind; `of`: in whose chat a link stood;
    `reply`: to the how-manieth newest message; files of one `album` come together. `task`: for counting
    effort, the work that the step belongs to.
    """

    act: str
    value: str
    who: str = ""
    inside: str = ""
    of: str = ""
    back: int = 1
    reply: int = 0
    file: str = ""
    caption: str = ""
    album: int = 0
    task: str = ""
    heard: Replies = field(default_factory=Replies)
    line: int = 0

    def __str__(self) -> str:
        by = f"{self.who}: " if self.who else ""
        return f"{by}{self.act} {self.value}".strip()


class Rehearsal(Struct, frozen=True):
    """A whole conversation. `starts`: the demo's time when it begins; `people`: who was added by hand."""

    name: str
    state: str
    starts: datetime
    instrument: str
    steps: tuple[RehearsalStep, ...]
    files: dict[str, Sample] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    note: str = NOTE
    recorded: str = ""
    left_out: tuple[str, ...] = ()
    file: str = ""


def seconds_ahead(text: str) -> int | None:
    """Return `90 minutes` in seconds; None where it is no such text."""
    match = AHEAD.fullmatch(text)
    return int(match[1]) * SECONDS[match[2]] if match else None


def ahead(seconds: int) -> str:
    """Return the time in the largest unit that gives a whole number; undoes `seconds_ahead`."""
    unit = next(one for one in reversed(SECONDS) if seconds % SECONDS[one] == 0)
    count = seconds // SECONDS[unit]
    return f"{count} {unit}" + ("s" if count > 1 else "")
