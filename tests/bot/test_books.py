"""Long workbooks are written in a process beside, and here where there is none to be had."""

from __future__ import annotations

import pytest

from bot.reviewing.queue_reader import read
from bot.telegram import books

ROW = {
    "no": "1", "region": "Jakarta Pusat", "unit": "Sudinkes", "name": "Angka kematian ibu", "given": [],
    "reason": "menunggu rekap", "past": None, "files": [], "attention": [], "flags": [],
    "verdicts": ["accept"], "codes": [],
    "calculation": {
        "absence": "not_available", "figure": None, "measured": "", "brings": None, "most": "10", "band": None,
    },
}  # fmt: skip


@pytest.mark.parametrize("seconds", [books.SECONDS, 0.0])
def test_a_long_queue_is_the_same_from_beside_and_from_here(
    seconds: float, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(books, "SECONDS", seconds)
    rows = [ROW | {"key": f"1.{place}.1.1"} for place in range(books.LONG)]
    figures = {"period": "2017", "rows": rows}
    made = read(books.written("review_sheet", figures), "periksa.xlsx")
    assert [row.key for row in made] == [row["key"] for row in rows]
    assert made == read(books.BOOKS["review_sheet"](figures), "periksa.xlsx")
    assert ("is written here" in caplog.text) == (seconds == 0)
