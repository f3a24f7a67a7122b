"""What is written about a roster that came as a file."""

from __future__ import annotations

from msgspec import Struct

from flows.model.events import Upload
from flows.model.roster_draft import RosterState


class TakeRoster(Struct, frozen=True):
    """An administrator sent a roster as a file; it is fetched and read afterwards."""

    upload: Upload


class SettleRoster(Struct, frozen=True):
    """The preview of a roster was confirmed (it is applied afterwards), or dropped."""

    file_id: int
    state: RosterState


RosterChange = TakeRoster | SettleRoster
