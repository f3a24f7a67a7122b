"""Where a chat stands: the question that is open, its draft, and what words are waited for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from flows.model.marks import Mark
from scoring.replacing import replace


class Stage(StrEnum):
    """What the chat waits for."""

    IDLE = "idle"
    ASK = "ask"
    CLARIFY = "clarify"
    ZERO = "zero"
    DOUBT = "doubt"
    CONFIRM = "confirm"
    REASON = "reason"
    CONFLICT = "conflict"
    EXPLAIN = "explain"
    EVIDENCE = "evidence"
    JUDGE = "judge"
    NOTE = "note"
    EXTEND = "extend"
    COMMENT = "comment"
    PROPOSE = "propose"
    MEETING = "meeting"
    LETTERHEAD = "letterhead"
    REOPEN_SEASON = "reopen_season"
    SUBMISSION = "submission"
    ANNOUNCE = "announce"
    NOTICE = "notice"


class Focus(Struct, frozen=True):
    """Where one chat stands: which question, which input, and the draft. Never an answer.

    `turn` counts the prompts; a button that writes carries it, so that an old one is recognised.
    `base` is the stored revision that the draft started from; `typed` says which of the person's
    messages gave which input; `kept` holds the drafts of questions that were left half-way.
    `note` says what was fixed; `review` is a judgement that waits for its reason or value.
    `doubted` names the oddities that were asked back, so that each is asked once.
    `request` is the forwarded question that a guest answers; `source` who proposed the draft's figures.
    `held` are files that came before it was clear which answer they prove; `document` is the one
    that a guest sends along with the figures. `marks` are of the draft's figures; `heard` the words
    of the last messages, by their numbers. `ticked` are the options that are chosen so far, of several.
    `behind` is the question that stood open when evidence mode began: it goes on there at *Selesai*, and
    is `indicator` itself until that is shown again.
    """

    seat_id: int | None = None
    turn: int = 0
    stage: Stage = Stage.IDLE
    indicator: int | None = None
    input: str | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    value: str | None = None
    absence: str | None = None
    readings: tuple[str, ...] = ()
    reason: str | None = None
    base: int = 0
    typed: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    note: str | None = None
    review: Mapping[str, str] = field(default_factory=dict)
    doubted: tuple[str, ...] = ()
    request: int | None = None
    source: str | None = None
    held: tuple[Mapping[str, Any], ...] = ()
    document: Mapping[str, Any] | None = None
    marks: tuple[Mark, ...] = ()
    heard: tuple[tuple[int, str], ...] = ()
    ticked: tuple[str, ...] = ()
    behind: int | None = None

    @property
    def wants_value(self) -> bool:
        """Whether the ready figure is asked for, in place of the counts."""
        return self.input == VALUE

    def at_rest(self) -> Focus:
        """Return the focus that waits for no words; buttons of the prompt before it are old."""
        return replace(self, stage=Stage.IDLE, review={}, turn=self.turn + 1)


VALUE = "="
"""Stands for the ready figure where a focus names its input, and in a draft that is kept."""
SOURCE = "@"
"""Stands in a draft that is kept for who proposed its figures."""
