"""A table of quick cases as one test: to announce thousands of them one by one costs more than to try them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import pytest


def each_row(
    names: str | tuple[str, ...], rows: Collection[Any]
) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Try a test with every row, as `pytest.mark.parametrize` would; fail with all rows that do not pass.

    For tests without fixtures, which take less than a few milliseconds a row.
    """
    assert rows, "a table without rows tries nothing"

    def decorate(test: Callable[..., None]) -> Callable[[], None]:
        def try_all() -> None:
            failures: list[Exception] = []
            for row in rows:
                given = (
                    {names: row} if isinstance(names, str) else dict(zip(names, row, strict=True))
                )
                try:
                    test(**given)
                except (Exception, pytest.fail.Exception) as failure:
                    wrong = (
                        failure if isinstance(failure, Exception) else AssertionError(str(failure))
                    )
                    wrong.add_note(f"with {given}")
                    failures.append(wrong)
            if failures:
                raise ExceptionGroup(f"{len(failures)} of {len(rows)} rows", failures)

        try_all.__name__, try_all.__qualname__ = test.__name__, test.__qualname__
        try_all.__module__, try_all.__doc__ = test.__module__, test.__doc__
        return try_all

    return decorate
