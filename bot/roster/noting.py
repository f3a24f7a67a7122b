"""Files what a setup did to a row under created, changed or same."""

from __future__ import annotations

from collections.abc import Mapping

from bot.roster.result import Fact, Item, SetupResult
from bot.storage.setup import ColumnValue, Put


def note(
    result: SetupResult,
    put: Put,
    what: str,
    name: str,
    more: tuple[Fact, ...] = (),
    values: Mapping[str, ColumnValue] | None = None,
) -> None:
    """File a row; `values` has the new ones for the reader."""
    facts = tuple(
        Fact("value", {"column": column, "old": shown(old), "new": shown((values or {})[column])})
        for column, old in put.before.items()
    )
    if put.created:
        result.created.append(Item(what, name, more))
    elif facts or more:
        result.changed.append(Item(what, name, (*facts, *more)))
    else:
        result.same[what] += 1


def shown(value: ColumnValue) -> str:
    """Return a value as it is shown."""
    return "–" if value is None else str(value)
