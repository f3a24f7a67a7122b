"""What takes a while says so: a bar on standard error, where somebody watches, and nowhere else."""

from __future__ import annotations

import ast
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from typer.testing import Result

from tests.support import ROOT
from tests.support.nightly import sampled
from tests.support.trees import nodes

Peduli = Callable[..., Result]
ANSWERS = "answers: {1: {value: 84}}\n"
REHEARSAL = ROOT / "tests/rehearsals/satu-hak-dengan-bukti.yaml"
LONG = {
    "verify": "reads the record",
    "verify --paper PH-7K3M-Q2XD": "reads the record",
    "backup copy.db": "copies the record and examines it",
    "restore kept.db --database new.db": "copies the record and examines it",
    "recap --region 31.71 --out r.pdf": "reads the record",
    "bundle --region 31.71 --out b.zip": "0/0 bytes",
    "export --what answers --out a.csv": "writes the file",
    "import answers.yaml --map map.yaml": "reads the file",
    "previous answers.yaml": "reads the answers",
    "setup jakarta-pusat": "reads the roster",
    "setup jakarta-pusat --dry-run": "tries it",
    "roster-template new.xlsx": "writes the workbook",
    "invitations cards.pdf --bot ham_bot": "makes links and lays out their cards",
    "forget 9": "reads the record",
    "tidy": "reads the record",
    "close --yes": "reads the record",
    "criteria": "reads the record",
    "failed replay 1": "does it again",
    "instrument to-xlsx permenkumham-25-2013 i.xlsx": "writes the workbook",
    "instrument from-xlsx kept.xlsx outside": "reads the workbook",
    "instrument to-xlsform permenkumham-25-2013 f.xlsx": "writes the workbook",
    "instrument compare permenkumham-25-2013 permenkumham-25-2013": "compares them",
    "handout h.pdf": "lays out",
    "doctor": "looks at the database and asks the Bot API",
}
"""The commands that take more than a second in a large season, and what the bar says first or last."""


@pytest.fixture
def season(peduli: Peduli) -> Peduli:
    peduli("setup", "jakarta-pusat", "--bot", "ham_bot", "--links", "links.tsv")
    peduli("backup", "kept.db")
    Path("answers.yaml").write_text(ANSWERS, encoding="utf-8")
    with closing(sqlite3.connect("peduli-ham.db", isolation_level=None)) as connection:
        connection.execute(
            "INSERT INTO failed_updates (update_id, at, body, error)"
            " VALUES (7, '2017-03-10T02:00:00Z', '{\"update_id\": 7, \"message\": 3}', 'KeyError')"
        )
    Path("map.yaml").write_text("answers: {}\n", encoding="utf-8")
    return peduli


@pytest.mark.parametrize("words", sampled(LONG, 3))
def test_a_bar_says_what_is_done_where_somebody_watches(
    season: Peduli, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    if "kept.xlsx" in words:
        season("instrument", "template", "kept.xlsx")
    quiet = season(*words.split())
    assert LONG[words] not in quiet.stdout + quiet.stderr
    for made in (
        "copy.db",
        "new.db",
        "r.pdf",
        "b.zip",
        "a.csv",
        "new.xlsx",
        "cards.pdf",
        "i.xlsx",
        "f.xlsx",
        "h.pdf",
    ):
        Path(made).unlink(missing_ok=True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    watched = season(*words.split())
    assert LONG[words] in watched.stderr
    assert LONG[words] not in watched.stdout


def test_on_a_terminal_what_is_piped_on_has_no_bar(folder: Path) -> None:
    pty = pytest.importorskip("pty")

    watching, terminal = pty.openpty()
    seen = ""
    with (folder / "shown.txt").open("wb") as out:
        playing = subprocess.Popen(
            [sys.executable, "-m", "bot", "rehearse", str(REHEARSAL)],
            stdout=out, stderr=terminal,
            env=os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "120"},
        )  # fmt: skip
        os.close(terminal)
        with suppress(OSError):  # so a terminal says that nobody writes to it any more
            while part := os.read(watching, 65_536):
                seen += part.decode()
        os.close(watching)
        assert playing.wait() == 0, seen
    assert "plays " in seen
    assert (folder / "shown.txt").read_text(encoding="utf-8").endswith("as written down.\n")
    assert "plays " not in (folder / "shown.txt").read_text(encoding="utf-8")


def test_there_is_one_way_of_it() -> None:
    makers = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "bot").rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Progress"
    }
    assert makers == {"bot/cli/screen.py"}
