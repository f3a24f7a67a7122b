"""What is written about a roster that came as a file."""

from __future__ import annotations

from dataclasses import dataclass

from flows.model.events import Upload
from flows.model.roster_draft import RosterState


@dataclass(frozen=True, slots=True)
class TakeRoster:
    """An administrator sent a roster as a file; it is fetched and read afterwards."""

    upload: Upload


@dataclass(frozen=True, slots=True)
class SettleRoster:
    """The preview of a roster was confirmed (it is applied afterwards), or dropped."""

    file_id: int
    state: RosterState


RosterChange = TakeRoster | SettleRoster
