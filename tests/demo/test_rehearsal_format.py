"""A rehearsal as a file: what is written comes back, and what is wrong is told with its line and its mending."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli import app
from bot.demo.rehearsal.rehearsal_model import (
    Rehearsal,
    RehearsalStep,
    Replies,
    Sample,
    ahead,
    seconds_ahead,
)
from bot.demo.rehearsal.rehearsal_problems import OWN, RehearsalError
from bot.demo.rehearsal.rehearsal_reader import read_rehearsal, read_talk
from bot.demo.rehearsal.rehearsal_writer import written

HEAD = """\
rehearsal: coba
state: empty
starts: "2026-11-25T09:30:00+07:00"
instrument: permenkumham-25-2013
"""
ONE = "  - {who: Kanwil, types: /status, says: [staff/region]}\n"


def problems(text: str) -> list[str]:
    with pytest.raises(RehearsalError) as caught:
        read_rehearsal(text, "coba.yaml")
    return [str(one) for one in caught.value.problems]


def test_a_transcript_has_the_same_steps_and_may_do_more() -> None:
    expected = "says: [answering/ask], notices: [notice/saved]"
    text = f"owes: {{}}\ntalk:\n  - {{who: Siti, does: later 5, {expected}}}\n"
    heard = Replies(("answering/ask",), ("notice/saved",))
    assert read_talk(text, "x.yaml") == (
        RehearsalStep("does", "later 5", "Siti", heard=heard, line=3),
    )
    with pytest.raises(RehearsalError) as caught:
        read_talk(text.replace("says", "say").replace("notice/saved", "notice/save"), "x.yaml")
    assert [problem.code for problem in caught.value.problems] == ["unknown_key", "unknown_message"]


def whole() -> Rehearsal:
    """Return a rehearsal with every kind of step."""
    heard = Replies(
        ("answering/saved", "answering/ask"),
        ("notice/saved",),
        ("staff/region, staff/overview",),
        ("✅ Simpan", "Ya", "12"),
        {"Kontak Sudinkes 2": ("reminder/nudge",), "Grup: satu, dua": ("group/board",)},
    )
    steps = (
        RehearsalStep("opens", "invitation", who="Kontak Sudinkes"),
        RehearsalStep("opens", "link", who="Orang baru", of="Kontak Sudinkes", back=2),
        RehearsalStep("opens", "", who="Orang baru"),
        RehearsalStep(
            "types", "  dua\nbaris, no, 'x' \"y\" # {a: b} \u2028\x7f", who="Kanwil", heard=heard
        ),
        RehearsalStep("types", "no", who="no", inside="Grup: satu, dua", reply=3),
        RehearsalStep("taps", "✅ Simpan", who="Kanwil", back=3),
        RehearsalStep(
            "sends", "document", who="Kanwil", file="surat, 1.pdf", caption="a: b", album=1
        ),
        RehearsalStep("sends", "photo", who="Kanwil", file="besar.jpg", album=1),
        RehearsalStep("edits", "13", who="Kanwil", back=2),
        RehearsalStep("presses", "Kirim nomor", who="Kanwil"),
        RehearsalStep("shares", "+62812", who="Kanwil"),
        RehearsalStep("does", "block", who="Kanwil"),
        RehearsalStep("asks", "", who="Kanwil"),
        RehearsalStep("chooses", "Jakarta Pusat", who="Kanwil", inside="Grup: satu, dua"),
        RehearsalStep("clock", "reminder"),
        RehearsalStep("clock", "90 minutes"),
        RehearsalStep("signal", "drop double"),
        RehearsalStep("signal", "good"),
        RehearsalStep("bot", "crash"),
    )
    return Rehearsal(
        "Uji: semua",
        "mid",
        datetime.fromisoformat("2026-11-25T09:30:00+07:00"),
        "permenkumham-25-2013",
        steps,
        {
            "surat, 1.pdf": Sample.of(b"%PDF-1.4 kecil"),
            "besar.jpg": Sample.of(b"\xff\xd8\xff" * 40_000),
        },
        ("Orang baru",),
        recorded="2026-11-25",
        left_out=("Kanwil: location",),
    )


def bare(rehearsal: Rehearsal) -> list[object]:
    """Return what a rehearsal says, without where its steps stand."""
    kept = (
        "act",
        "value",
        "who",
        "inside",
        "of",
        "back",
        "reply",
        "file",
        "caption",
        "album",
        "heard",
    )
    steps = [[getattr(step, name) for name in kept] for step in rehearsal.steps]
    return [
        rehearsal.name,
        rehearsal.state,
        rehearsal.starts,
        rehearsal.instrument,
        rehearsal.files,
        rehearsal.people,
        rehearsal.note,
        steps,
    ]


def test_what_is_written_is_read_back() -> None:
    rehearsal = whole()
    text = written(rehearsal)
    assert "# Tidak terekam: Kanwil: location" in text
    assert "# Terlalu besar untuk disimpan" in text
    assert bare(read_rehearsal(text, "coba.yaml")) == bare(rehearsal)


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_is_read_back(text: str) -> None:
    made = whole()
    rehearsal = Rehearsal(
        made.name, made.state, made.starts, made.instrument,
        (RehearsalStep("types", text, who="Kanwil", heard=Replies(buttons=("a",))),),
    )  # fmt: skip
    assert read_rehearsal(written(rehearsal), "x").steps[0].value == text


def test_small_files_are_kept_and_large_ones_made_up_in_kind_and_size() -> None:
    small, large = Sample.of(b"a" * 65_536), Sample.of(b"%PDF-" + b"x" * 70_000)
    assert small.bytes() == b"a" * 65_536
    assert not small.is_made_up
    assert large.is_made_up
    assert large.bytes().startswith(b"%PDF-")
    assert len(large.bytes()) == 70_005
    assert large.bytes() != Sample.of(b"%PDF-" + b"y" * 70_000).bytes()


@pytest.mark.parametrize("seconds", [1, 59, 60, 5400, 86_400, 172_800, 86_401])
def test_how_far_ahead_comes_back(seconds: int) -> None:
    assert seconds_ahead(ahead(seconds)) == seconds


WRONG = {
    "yaml_syntax": (HEAD + "talk: [", "coba.yaml:5"),
    "unknown_key": (HEAD + "tlk: []\ntalk:\n" + ONE, "Did you mean `talk`?"),
    "unknown_word": (HEAD.replace("empty", "emty") + "talk:\n" + ONE, "Did you mean `empty`?"),
    "bad_moment": (HEAD.replace("+07:00", "") + "talk:\n" + ONE, "coba.yaml:3"),
    "unknown_reference": (HEAD.replace("25-2013", "25-2031") + "talk:\n" + ONE, "25-2013"),
    "missing_key": (HEAD, "lacks `talk`"),
    "empty_text": (HEAD + "talk: []", "coba.yaml:5"),
    "no_act": (HEAD + "talk:\n  - {who: Kanwil}", "types, taps, opens"),
    "several_acts": (HEAD + "talk:\n  - {who: Kanwil, types: a, taps: b}", "types and taps"),
    "who_missing": (HEAD + "talk:\n  - {types: a}", "Write `who`"),
    "who_unwanted": (HEAD + "talk:\n  - {who: Kanwil, clock: digest}", "Remove `who`"),
    "bad_clock": (HEAD + "talk:\n  - {clock: remindr}", "Did you mean `reminder`?"),
    "bad_signal": (HEAD + "talk:\n  - {signal: drop dely}", "Did you mean `delay`?"),
    "bad_count": (HEAD + "talk:\n  - {who: Kanwil, taps: a, back: nol}", "`back` is nol"),
    "unknown_file": (HEAD + "talk:\n  - {who: K, sends: photo, file: a.png}", "there are: none"),
    "unwanted_detail": (HEAD + "talk:\n  - {who: K, types: a, file: b}", "does not go with"),
    "missing_detail": (HEAD + "talk:\n  - {who: K, opens: link}", "needs `of`"),
    "bad_base64": (HEAD + "talk:\n" + ONE + "files:\n  a.pdf: {base64: '*'}", "a.pdf"),
    "unknown_message": (HEAD + "talk:\n" + ONE.replace("region", "regoin"), "`staff/region`"),
    "wrong_type": (HEAD + "talk:\n  - {who: K, types: [a]}", "`types` should be text"),
}  # fmt: skip


@pytest.mark.parametrize("code", WRONG)
def test_what_is_wrong_is_told(code: str) -> None:
    text, hint = WRONG[code]
    reported = [one for one in problems(text) if one.startswith(f"{code} [coba.yaml:")]
    assert reported, problems(text)
    assert any(hint in one for one in reported), reported


def test_every_problem_of_ours_has_its_case() -> None:
    assert set(OWN) - set(WRONG) == {"unknown_person"}  # which only a scene can tell


def test_a_misspelt_act_is_told_once() -> None:
    reported = problems(HEAD + "talk:\n  - {who: Kanwil, tpyes: halo}")
    assert [one.split()[0] for one in reported] == ["unknown_key"]
    assert "Did you mean `types`?" in reported[0]


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    first, other = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text(HEAD + "talk:\n  - {clock: remindr}\n  - {types: a}", encoding="utf-8")
    other.write_text(HEAD.replace("empty", "kept") + "talk:\n" + ONE, encoding="utf-8")
    done = CliRunner().invoke(app, ["rehearse", str(first), str(other)])
    assert done.exit_code == 2
    lines = done.stderr.splitlines()
    assert [line.split()[0] for line in lines] == ["bad_clock", "who_missing", "unknown_word"]
    assert f"{first}:6" in lines[0]
    assert "Traceback" not in done.output


@pytest.mark.parametrize("name", ["tidak-ada.yaml", "."])
def test_a_file_that_is_none(tmp_path: Path, name: str) -> None:
    done = CliRunner().invoke(app, ["rehearse", str(tmp_path / name)])
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
