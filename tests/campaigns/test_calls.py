"""The table of failing calls in short: each method and each way to fail, with a restart."""

from __future__ import annotations

import pytest

from benchmarks import calls
from benchmarks.calls_ways import METHODS, WAYS, short
from benchmarks.reports import faults

pytestmark = pytest.mark.campaign


async def test_failing_calls_settle_their_own_rows() -> None:
    cells = short()
    assert {method for method, _ in cells} == set(METHODS)
    assert {way.name for _, way in cells} == {way.name for way in WAYS}
    lines: list[str] = []
    table = await calls.played(cells, lines.append)
    assert lines == table.complaints == []
    assert table.cells == len(cells)
    assert len(table.waits) > len(cells)
    assert str(table.cells) in faults.calls({"result": calls.figures(table)})
