"""A season over HTTP, exported: what comes back out of the files equals what people did."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from bot.cli import app as command
from scoring import Answer, Response, load_bundled
from scoring.score import score
from tests.e2e.conftest import Stage
from tests.e2e.player import act, whole_season
from tests.support import season

INSTRUMENT = load_bundled("permenkumham-25-2013")


def exported(stage: Stage, *words: object) -> str:
    given = ["export", "--database", str(stage.database), *map(str, words)]
    done = CliRunner().invoke(command, given, prog_name="peduli-ham")
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


def sheet_rows(path: Path, name: str) -> list[dict[str, object]]:
    head, *rows = openpyxl.load_workbook(path)[name].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


async def reviewed(stage: Stage) -> None:
    """Play the whole season; then Sudinkes sends, Hana approves, Budi returns, corrects, invites, suspends."""
    async with stage.running():
        people = await whole_season(stage)
        siti, hana, budi = people["Sudinkes"], people["Bagian Hukum"], people["Kanwil"]
        await act(siti, "/ringkasan")
        await act(siti, "!📤 Kirim semua jawaban (3)")
        siti.tap("📤 Kirim 3 jawaban")
        await stage.server.idle()
        await act(hana, "/verifikasi jakpus")
        await act(hana, "!Sudinkes · 3")
        for left in (2, 1):
            hana.tap("👍 Setujui")
            await stage.server.idle()
            await act(hana, f"!➡️ Berikutnya ({left})")
        await act(budi, "/verifikasi sudinkes")
        await act(budi, "!Sudinkes · 2")
        await act(budi, "!✏️ Koreksi angka")
        await act(budi, "13 dari 14.250")
        await act(budi, "=Menurut laporan Dinas Kesehatan.")
        await siti.wait_for("dengan koreksi")
        await act(budi, "/undang kesehatan")
        await act(budi, "/peran dedi")
        budi.tap("Dedi · Sudin Tamhut")
        await stage.server.idle()
        budi.tap("⏸ Tangguhkan")
        await stage.server.idle()


async def test_the_log_and_the_answers_come_back_whole(stage: Stage, tmp_path: Path) -> None:
    await reviewed(stage)
    log = [json.loads(line) for line in exported(stage, "--format", "jsonl").splitlines()]
    acts = [(row["by"], row["action"], row["unit"]) for row in log if row["kind"] != "joined"]
    assert acts == [
        (None, "Roster diterapkan", None),
        ("Hana", "Disetujui", "Sudinkes"),
        ("Hana", "Disetujui", "Sudinkes"),
        ("Budi", "Dikoreksi", "Sudinkes"),
        ("Budi", "Undangan dibuat", "Sudinkes"),
        ("Budi", "Peran ditangguhkan", "Sudin Tamhut"),
    ]
    assert log[-1]["text"] == "Peran Dedi (kontak UKPD Sudin Tamhut) ditangguhkan."
    assert log[-3]["text"] == (
        "Revisi 1 menjadi: sudah diverifikasi; angka menurut pemeriksa: jumlah kematian ibu 13, kelahiran hidup 14.250."
    )
    every = [
        json.loads(line) for line in exported(stage, "--everyone", "--format", "jsonl").splitlines()
    ]
    with closing(sqlite3.connect(stage.database)) as db:
        kept = db.execute("SELECT id, kind, hash FROM record ORDER BY id").fetchall()
    assert [(row["entry"], row["kind"], row["hash"]) for row in every] == kept

    book = tmp_path / "log.xlsx"
    exported(stage, "--out", book)
    rows = sheet_rows(book, "Tindakan")
    assert [row["Uraian"] for row in rows] == [row["text"] for row in log]
    assert "=Menurut laporan Dinas Kesehatan." in [row["Alasan atau isi"] for row in rows]

    stored = [
        json.loads(line)
        for line in exported(stage, "--what", "answers", "--format", "jsonl").splitlines()
    ]
    book = tmp_path / "answers.xlsx"
    exported(stage, "--what", "answers", "--out", book)
    for row, typed in zip(stored, sheet_rows(book, "Isian"), strict=True):
        assert typed["Isian"] == row["name"]
        for key, title in (
            ("claimed", "Poin menurut isian"),
            ("input_1", "Angka 1"),
            ("value", "Angka"),
        ):
            figure = typed[title]
            assert figure == (None if row[key] is None else pytest.approx(float(row[key])))
    first = next(row for row in stored if row["indicator"] == 1)
    assert (first["input_1"], first["input_2"], first["value"]) == ("12", "14250", "84")
    assert (first["state"], first["judge"], first["judge_role"]) == (
        "sudah diverifikasi",
        "Budi",
        "Kanwil",
    )
    assert (first["claimed"], first["verified"], first["late"]) == ("10", "10", False)
    assert Decimal(first["verified_value"]) == 91
    third = next(row for row in stored if row["indicator"] == 3)
    assert (third["absence"], third["claimed"]) == ("tidak berlaku", None)
    check_points(stored)
    assert exported(stage, "--what", "answers", "--since", "2017-03-11", "--format", "jsonl") == ""
    today = exported(stage, "--what", "answers", "--until", "2017-03-10", "--format", "jsonl")
    assert [json.loads(line) for line in today.splitlines()] == [row for row in stored if row["by"]]
    assert "Siti" not in exported(stage, "--what", "answers", "--without-names")


def check_points(exported: list[dict[str, str]]) -> None:
    """Check that the exported figures, scored anew, give the points worked out by hand."""
    given: dict[int, list[Answer]] = {}
    for row in exported:
        indicator = INSTRUMENT.indicator(int(row["indicator"]))
        if row["absence"]:
            continue
        inputs = {
            one.code: Decimal(row[f"input_{place}"])
            for place, one in enumerate(indicator.inputs, 1)
        }
        given.setdefault(indicator.no, []).append(Answer(inputs=inputs))
        wanted = season.POINTS[indicator.no]
        assert row["claimed"] == (None if wanted is None else str(wanted)), row
    result = score(
        INSTRUMENT, {no: Response(tuple(parts), len(parts)) for no, parts in given.items()}
    )
    assert result.total == season.TOTAL
