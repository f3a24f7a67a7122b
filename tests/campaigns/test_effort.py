"""The counting of effort: what is a tap, a word, a first sentence, and whose work it is."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.effort import (
    BOUNDS,
    WORKS,
    counted,
    first_sentence,
    measured,
    news,
    seconds,
    unfolded,
    words,
)
from benchmarks.report import SECTIONS
from bot.demo.rehearsal.rehearsal_model import RehearsalStep
from bot.demo.rehearsal.rehearsal_reader import read_rehearsal
from bot.demo.rehearsal.rehearsal_writer import written
from scoring.replacing import replace

SHORT = """\
rehearsal: coba
state: empty
starts: "2026-11-25T09:30:00+07:00"
instrument: permenkumham-25-2013
talk:
  - {who: Kontak Sudinkes, opens: invitation, task: join}
  - {who: Kontak Sudinkes, types: /kategori}
  - {who: Kanwil, types: /status, task: meeting}
"""


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("✅ <b>Tersimpan · R-0412</b>", 2),
        ("12 ÷ 14.250 × 100.000 = <b>84 per 100.000</b>", 6),
        ("• satu\n• dua &amp; tiga", 3),
        ('<a href="x y z">tautan</a>', 1),
    ],
)
def test_words(text: str, count: int) -> None:
    assert words(text) == count


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("<b>Jakarta Pusat: 45,00 dari 14.250</b>, kurang 31.\nLalu", "Jakarta Pusat: 45,00 dari 14.250, kurang 31."),
        ("Judul tanpa titik\nIsi.", "Judul tanpa titik\n"),
        ("Satu? Dua.", "Satu?"),
        ("tanpa akhir", "tanpa akhir"),
        ("", ""),
    ],
)  # fmt: skip
def test_first_sentence(text: str, first: str) -> None:
    assert first_sentence(text) == first


def test_a_folded_quotation_counts_as_far_as_it_is_shown() -> None:
    text = "Satu\n<blockquote expandable><b>dua</b>\ntiga\nempat\nlima</blockquote>\nenam"
    assert unfolded(text) == "Satu\n<b>dua</b>\ntiga\nempat\nenam"
    assert unfolded("<blockquote>a\nb\nc\nd</blockquote>").count("\n") == 3


def test_of_a_changed_message_only_what_is_new_is_read() -> None:
    assert (
        news("<b>Tersimpan</b>\n12 dari 20\n1 dari 3", "12 dari 20\n✅")
        == "<b>Tersimpan</b>\n1 dari 3"
    )
    assert news("sama", "sama") == ""


def test_reading_is_rounded_up() -> None:
    assert [seconds(count) for count in (0, 1, 3, 4)] == [0, 1, 1, 2]


def steps(
    *acts: str, task: str = "mend", who: str = "Siti"
) -> list[tuple[RehearsalStep, list[str]]]:
    return [(RehearsalStep(act, "x", who=who, task=task), ["satu dua. tiga"]) for act in acts]


def test_each_act_is_counted_as_what_it_is() -> None:
    (row,) = counted("coba", steps("opens", "taps", "types", "sends", "edits", "does"))
    figures = {name: row[name] for name in ("taps", "typed", "files", "messages", "words", "first")}
    assert figures == {"taps": 3, "typed": 2, "files": 1, "messages": 6, "words": 18, "first": 1}
    assert row["work"] == WORKS["mend"]
    assert row["exceeded"] == ["taps", "typed"]


def test_only_the_work_of_whoever_does_it_counts() -> None:
    """What Kanwil does meanwhile, and what belongs to no work, is left out."""
    every = [*steps("taps"), *steps("taps", "taps", task="", who="Budi"), *steps("taps")]
    every += [(RehearsalStep("clock", "1 day"), []), *steps("types", task="")]
    (row,) = counted("coba", every)
    assert (row["taps"], row["typed"]) == (2, 0)


def test_without_marks_each_person_s_part_is_counted() -> None:
    rows = counted("coba", [*steps("taps", task=""), *steps("types", task="", who="Budi")])
    assert [(row["work"], row["taps"], row["typed"]) for row in rows] == [
        ("Siti", 1, 0),
        ("Budi", 0, 1),
    ]


def test_every_bound_is_of_a_work_and_of_something_counted() -> None:
    (row,) = counted("coba", steps("taps"))
    assert set(BOUNDS) <= set(WORKS)
    assert all(set(bounds) <= set(row) for bounds in BOUNDS.values())


def test_a_task_is_written_and_read_again() -> None:
    rehearsal = read_rehearsal(SHORT, "coba.yaml")
    assert [step.task for step in rehearsal.steps] == ["join", "", "meeting"]
    again = read_rehearsal(written(rehearsal), "coba.yaml")
    assert [replace(a, line=0) for a in again.steps] == [
        replace(b, line=0) for b in rehearsal.steps
    ]


def test_the_document_marks_what_is_over_its_bound() -> None:
    def kept(*acts: str) -> dict[str, Any]:
        return {"speed": 3, "rows": counted("coba", steps(*acts))}

    assert "| reading ≤ 35, taps ≤ 2, typed ≤ 0 |" in SECTIONS["effort"](kept("taps"))
    assert "| **reading ≤ 35, taps ≤ 2, typed ≤ 0** |" in SECTIONS["effort"](kept("types"))


async def test_it_counts_what_the_real_bot_says() -> None:
    rows, problem = await measured(read_rehearsal(SHORT, "coba.yaml"))
    assert problem is None
    join, meeting = rows
    assert (join["taps"], join["typed"], join["messages"]) == (1, 0, 1)
    assert join["words"] > 20
    assert (meeting["taps"], meeting["typed"]) == (0, 1)
    assert 0 < meeting["first"] < meeting["reading"]


async def test_what_cannot_be_played_says_why() -> None:
    text = SHORT.replace("types: /kategori", 'taps: "tidak ada"')
    rows, problem = await measured(read_rehearsal(text, "coba.yaml"))
    assert rows == []
    assert problem is not None
    assert "there is no button" in problem
