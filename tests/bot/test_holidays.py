"""Working days: the official calendar, and a file of one's own that is refused at the start if it is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.config import ConfigError, load_config
from bot.holidays import CalendarError, calendar

TODAY = date(2026, 11, 25)


def test_holidays_and_cuti_bersama() -> None:
    days = calendar(TODAY)
    assert not days.is_working(date(2026, 8, 17))
    assert not days.is_working(date(2026, 12, 24)), "cuti bersama"
    assert days.is_working(date(2026, 11, 25))
    assert not days.is_working(date(2026, 11, 28)), "a Saturday"


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "libur.yaml"
    path.write_text("off: [2026-11-25]\nworking: [2026-11-28]\n", encoding="utf-8")
    days = calendar(TODAY, path)
    assert not days.is_working(date(2026, 11, 25))
    assert days.is_working(date(2026, 11, 28))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("off: [25 November]", "libur.yaml:1: a date of `off` is written 2027-03-12"),
        ("off: [[2026-11-25]]", "libur.yaml:1: a date of `off`"),
        ("libur: [2026-11-25]", "`libur` is not a key of the holiday file"),
        ("off: [", "libur.yaml:"),
        (None, "libur.yaml: No such file"),
    ],
)
def test_a_bad_file_is_refused_when_the_bot_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, problem: str
) -> None:
    path = tmp_path / "libur.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(CalendarError) as refused:
        calendar(TODAY, path)
    assert problem in str(refused.value)
    monkeypatch.setenv("BOT_TOKEN", "1:a")
    monkeypatch.setenv("HOLIDAYS", str(path))
    with pytest.raises(ConfigError) as faults:
        load_config(None)
    assert faults.value.faults[0].startswith("HOLIDAYS libur.yaml")
