"""What other programs take of a nation's record, and what an import takes, on a fiftieth of a nation."""

from __future__ import annotations

import pytest

from benchmarks import importing, machines, national
from benchmarks.reports import books

pytestmark = pytest.mark.campaign


async def test_programs_read_all_of_it_and_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "COMMITS", 3)
    lines: list[str] = []
    small = national.Size(regions=7, offices=70, answers=217, provinces=7)
    result = await machines.measured(small, 1, 1.0, lines.append)
    assert result["feed 200"]["entries"] == result["from the first"]["entries"] == 217
    report = books.machines({"runs": 1, "offices": 70, "answers": 217, "result": result})
    assert report.count("| feed 200 |") == report.count("| as it comes |") == 1


def test_an_import_stores_all_and_is_reported() -> None:
    result = importing.measured(70, 217, 1)
    assert result["stored"] == result["answers"] == 217
    report = books.importing({"runs": 1, "offices": 70, "result": result})
    assert "| a tap beside it, worst, ms |" in report
