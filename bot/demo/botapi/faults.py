"""Trouble on order: refusals of methods, and a network that delays, loses, cuts or repeats."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bot.demo.botapi.api_errors import ApiError

NETWORK = (
    "delay", "drop_before", "drop_after", "reset", "half", "bad_gateway", "says", "silent", "trickle",
)  # fmt: skip
KINDS = ("refuse", "duplicate", "late", *NETWORK)
"""drop_before: not executed, connection closed; drop_after: executed, the answer is lost; half: executed,
half of the answer arrives; reset: RST before execution; bad_gateway: a 502 page in HTML, not executed;
says: not executed, `code` and `body` as they are; silent: not executed, no answer for `seconds`; trickle:
executed, a byte of the answer every `seconds`; duplicate: updates are delivered twice; late: a webhook gets
an update `seconds` later, and other keys overtake it."""
DOWNLOAD = "download"
"""What the road by which files are fetched is called, as a method; only faults that name it strike it."""


@dataclass
class Fault:
    """`kind` is one of KINDS; it applies `times` times (None: until cleared)."""

    kind: str
    method: str | None = None
    chat_id: int | None = None
    file_id: str | None = None
    code: int = 500
    description: str = "Internal Server Error"
    retry_after: Any = None
    body: str = ""
    seconds: float = 0.0
    times: int | None = 1
    probability: float = 1.0
    struck: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such kind of fault: {self.kind}")

    def fits(self, method: str, params: dict[str, Any]) -> bool:
        if self.method and self.method.lower() != method:
            return False
        if method == DOWNLOAD and self.method is None:
            return False
        wanted = {"chat_id": self.chat_id, "file_id": self.file_id}
        return all(
            value is None or str(value) == str(params.get(key)) for key, value in wanted.items()
        )


@dataclass
class Faults:
    """The ordered trouble; draws from a seeded source so that a run can be repeated."""

    seed: int = 1
    orders: list[Fault] = field(default_factory=list)
    struck: int = 0
    struck_by: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311  # no secret

    def draw(self, method: str, params: dict[str, Any], kinds: tuple[str, ...]) -> Fault | None:
        """Return the first fault that strikes this call, counted down."""
        for fault in self.orders:
            if fault.kind not in kinds or not fault.fits(method, params):
                continue
            if fault.probability < 1.0 and self._random.random() >= fault.probability:
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.orders.remove(fault)
            fault.struck += 1
            self.struck += 1
            self.struck_by[fault.kind] += 1
            return fault
        return None

    def refuse(self, method: str, params: dict[str, Any]) -> None:
        """Raise the ApiError that was ordered for this call."""
        fault = self.draw(method, params, ("refuse",))
        if fault is None:
            return
        if fault.retry_after is not None:
            text = f"Too Many Requests: retry after {fault.retry_after}"
            raise ApiError(429, text, retry_after=fault.retry_after)
        raise ApiError(fault.code, fault.description)
