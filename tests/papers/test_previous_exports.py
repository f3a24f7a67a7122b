"""Last year's exports and database, loaded as the year before: the same answers by each road."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from bot.cli import app

Peduli = Callable[..., Result]
NAMES = ("last.xlsx", "last.csv", "last.jsonl", "last.db")


@pytest.fixture
def peduli(season: Path, monkeypatch: pytest.MonkeyPatch) -> Peduli:
    """The command in a folder with last year's database and its exports, and a period of this year."""
    monkeypatch.chdir(season.parent)
    shutil.copy(season, "last.db")

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, list(words), prog_name="peduli-ham")

    for name in NAMES[:3]:
        done = run("export", "--database", "last.db", "--what", "answers", "--out", name)
        assert done.exit_code == 0, done.stderr
    assert run("setup", "jakarta-pusat").exit_code == 0
    with closing(sqlite3.connect("peduli-ham.db", isolation_level=None)) as db:
        db.execute("UPDATE periods SET data_year = 2017, code = '2018'")
        [(year,)] = sqlite3.connect("last.db").execute("SELECT data_year FROM periods").fetchall()
        assert year == 2016
    return run


def kept() -> list[tuple[object, ...]]:
    with closing(sqlite3.connect("peduli-ham.db")) as db:
        query = "SELECT unit_id, indicator, year, body FROM previous_answers ORDER BY 1, 2"
        return db.execute(query).fetchall()


def test_every_road_leads_to_the_same_answers(peduli: Peduli) -> None:
    first = peduli("previous", NAMES[0])
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout.startswith("Period 2018: answers of 2016 from ")
    before = kept()
    assert len(before) > 15
    assert {year for _, _, year, _ in before} == {2016}
    for name in NAMES[1:]:
        done = peduli("previous", name)
        assert (done.exit_code, done.stderr) == (0, ""), name
        assert done.stdout.endswith(" unchanged.\n"), done.stdout
        assert kept() == before
    assert peduli("verify").exit_code == 0


def test_what_this_year_has_no_place_for_is_left_out_and_counted(peduli: Peduli) -> None:
    lines = [
        json.loads(line) for line in Path("last.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    lines[0]["unit_code"], lines[1]["name"] = "gone", "Tidak ditanyakan lagi"
    Path("last.jsonl").write_text(
        "".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8"
    )
    done = peduli("previous", "last.jsonl")
    assert done.stdout.endswith(" Left out, as this period has no such office or question: 2.\n")


@pytest.mark.parametrize(
    ("name", "original", "put", "problem"),
    [
        ("last.csv", "Kode UKPD", "Kode", "last.csv:1: the column “Kode UKPD” is missing."),
        ("last.jsonl", '"unit_code"', '"unit"', "last.jsonl:1: no row of `peduli-ham export"),
        ("last.jsonl", "{", "x", "last.jsonl:1: no row of `peduli-ham export"),
    ],
)
def test_what_is_no_export_is_named(
    peduli: Peduli, name: str, original: str, put: str, problem: str
) -> None:
    text = Path(name).read_text(encoding="utf-8")
    Path(name).write_text(text.replace(original, put, 1), encoding="utf-8")
    done = peduli("previous", name)
    assert (done.exit_code, done.stderr[: len(problem)]) == (2, problem)
    assert not kept()


def test_a_figure_that_does_not_read_is_named_with_its_line(peduli: Peduli) -> None:
    lines = [
        json.loads(line) for line in Path("last.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    place = next(at for at, line in enumerate(lines) if line["input_1"] is not None)
    lines[place]["input_1"] = "banyak"
    Path("last.jsonl").write_text(
        "".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8"
    )
    done = peduli("previous", "last.jsonl")
    assert done.exit_code == 2
    assert f"last.jsonl:{place + 1}" in done.stderr
    assert not kept()


def test_other_files_and_other_years_are_said(peduli: Peduli) -> None:
    with closing(sqlite3.connect("last.db", isolation_level=None)) as db:
        db.execute("UPDATE periods SET data_year = 2014")
    assert peduli("previous", "last.db").stderr == (
        "last.db: holds no period about 2016. It has: 2014.\n"
    )
    openpyxl.Workbook().save("other.xlsx")
    assert "other.xlsx: has no sheet “Isian”." in peduli("previous", "other.xlsx").stderr
    Path("other.xlsx").write_text("no workbook", encoding="utf-8")
    assert (
        "other.xlsx: cannot be read: it is no workbook." in peduli("previous", "other.xlsx").stderr
    )
    Path("empty.jsonl").write_text("", encoding="utf-8")
    assert peduli("previous", "empty.jsonl").exit_code == 2
