"""Every kind of change has somebody who writes it."""

from __future__ import annotations

import inspect
import re
from typing import Any, cast, get_args

import pytest

from bot.storage.apply_changes import ChangeWriter
from flows.model.outcome import Change


def test_the_writer_names_every_kind() -> None:
    cases = re.findall(r"(\w+)\(\)", inspect.getsource(ChangeWriter.apply))
    assert set(cases) == {kind.__name__ for kind in get_args(Change)}


def test_an_unknown_kind_is_an_error() -> None:
    class Forgotten:
        """A kind that nobody writes."""

    writer = ChangeWriter(*cast("tuple[Any, Any, Any, Any]", (None, None, None, None)))
    with pytest.raises(AssertionError):
        writer.apply(cast("Change", Forgotten()))
