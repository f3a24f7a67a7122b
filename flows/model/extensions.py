"""What is known of a request of a Bagian Hukum that one of its offices be given a later last day."""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class ExtensionRequest(Struct, frozen=True):
    """`chat_id` is that of whoever asked, while that person can be written to; `settled_by` who answered."""

    id: int
    unit_id: int
    until: date
    reason: str
    by: str
    chat_id: int | None = None
    settled_by: str | None = None
    granted: bool = False
