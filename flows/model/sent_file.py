"""A file that was sent, of which a preview is shown before anything of it counts."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

StateT = TypeVar("StateT", bound=StrEnum)


class SentFile(Struct, Generic[StateT], frozen=True):
    """A file, and where it stands. `preview` counts what was shown of it; only the last one counts."""

    id: int
    name: str
    state: StateT
    preview: int
    expired: bool = False


class Previewed(Protocol):
    """What has a last preview, for some time."""

    @property
    def state(self) -> StrEnum: ...

    @property
    def preview(self) -> int: ...

    @property
    def expired(self) -> bool: ...


def over_of(file: Previewed, preview: int | None, standing: Collection[StrEnum]) -> str | None:
    """Return why a button below a preview counts no more; None where it does.

    `standing` are the states in which the button may be pressed.
    """
    if file.state not in standing:
        return str(file.state)
    if preview != file.preview:
        return "replaced"
    return "expired" if file.expired else None
