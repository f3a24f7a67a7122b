"""What is held about whoever asks: for a person with or without a seat, a guest, or a stranger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

MOST = 300
"""Entries of the record that the file lists; the earlier ones are counted."""


class OwnData(Struct, frozen=True):
    """The account, and what hangs on it; each row as its template shows it.

    `letters` are messages to the account that are still kept, `failed` its updates that could not be handled.
    """

    account: int
    letters: int
    failed: int
    person: Mapping[str, Any] | None = None
    seats: Sequence[Mapping[str, Any]] = ()
    entries: Sequence[Mapping[str, Any]] = ()
    entry_count: int = 0
    files: Sequence[Mapping[str, Any]] = ()
    requests: Sequence[Mapping[str, Any]] = ()
    written_at: datetime | None = None

    @property
    def is_known(self) -> bool:
        """Tell whether it is more than that they were answered."""
        return self.person is not None or bool(self.requests)
