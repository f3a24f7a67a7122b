"""What a step knows of a group: the board (papan) that is on there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # facts holds a Group
    from flows.facts import Board, Region


@dataclass(frozen=True, slots=True)
class Group:
    """A group with a board (papan); `region` None: it is for the whole `province`."""

    board_id: int
    region: Region | None
    province: str | None
    board: Board
