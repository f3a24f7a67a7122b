"""From the JSON of one update to what has come in. What cannot be read is kept, and holds up nothing else."""

from __future__ import annotations

import json
import traceback
from datetime import datetime
from functools import cache
from typing import Any

from bot.telegram.updates import Incoming, incoming
from bot.telegram.wire import loads

LARGEST = 2**63
_KINDS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "int | None": (int, type(None)),
    "str": (str,),
    "str | None": (str, type(None)),
    "bool": (bool,),
    "datetime | None": (datetime, type(None)),
}


class UnreadableError(Exception):
    """An update whose fields do not hold what they promise."""


def received(body: Any) -> Incoming | None:
    """Read one update; a senseless body gives one with a `fault`, a body without an id gives None."""
    update_id = body.get("update_id") if isinstance(body, dict) else None
    if (
        not isinstance(update_id, int)
        or isinstance(update_id, bool)
        or not 0 <= update_id < LARGEST
    ):
        return None
    try:
        update = incoming(body)
        for part in (update.speaker, update.event):
            _check(part)
    except Exception as error:  # nearly anything is raised
        fault = "".join(traceback.format_exception(error))
        return Incoming(update_id, None, None, lambda: json.dumps(body), fault)
    return update


def reread(body: str) -> Incoming:
    """Read an update from the JSON that was kept of it. Raises UnreadableError, ValueError."""
    update = received(loads(body))
    if update is None or update.fault:
        raise UnreadableError(update.fault if update else "no update_id")
    return update


def _check(part: Any) -> None:
    if part is None:
        return
    for name, kinds in _promised(part.__class__):
        value = getattr(part, name)
        kind = value.__class__  # exactly: a bool is an int
        if kind not in kinds or (kind is int and not -LARGEST <= value < LARGEST):
            raise UnreadableError(f"{type(part).__name__}.{name} is {type(value).__name__}")


@cache
def _promised(kind: Any) -> tuple[tuple[str, tuple[type, ...]], ...]:
    return tuple((name, _KINDS[kind.__annotations__[name]]) for name in kind.__struct_fields__)
