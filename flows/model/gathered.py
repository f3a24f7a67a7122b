"""What the routes of one event asked for, each under its type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from msgspec import Struct, field

N = TypeVar("N")


class Gathered(Struct, frozen=True):
    """Facts that cost a query and are gathered only where a route asks for them."""

    by_type: Mapping[type, Any] = field(default_factory=dict)

    def of(self, need: type[N]) -> N:
        """Return what was gathered for a need. Raises KeyError where it was not asked for."""
        gathered: N = self.by_type[need]
        return gathered
