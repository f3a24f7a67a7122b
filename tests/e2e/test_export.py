"""A season over HTTP, exported: what comes back out of the files equals what people did."""

from __future__ import annotations

import json
import sqlite3
import subprocess
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
from tests.support import ROOT, season
from tests.support.schemas import faults

OTHERS = ROOT / ".venv-bench" / "bin" / "python"
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


async def test_every_export_fits_its_schema_and_its_codes(stage: Stage) -> None:
    await reviewed(stage)
    everything = {}
    for what in ("log", "reminders", "answers", "results", "rights", "ratings"):
        wide = ("--everyone",) if what == "log" else ()
        lines = exported(stage, "--what", what, "--format", "jsonl", *wide).splitlines()
        everything[what] = [json.loads(line) for line in lines]
        assert faults(what, everything[what]) == []
        body = json.loads(exported(stage, "--what", what, "--format", "json", *wide))
        assert faults(f"{what}-document", [body]) == []
        assert body["rows"] == everything[what]
        assert body["instrument"] == INSTRUMENT.code
        csv = exported(stage, "--what", what)
        assert "_code" not in csv.partition("\n")[0]
    first = next(row for row in everything["answers"] if row["indicator"] == 1)
    assert (first["state_code"], first["judge_role_code"]) == ("verified", "kanwil")
    assert first["right_code"] == INSTRUMENT.indicator(1).right
    assert first["inputs"] == {
        one.code: first[f"input_{place}"]
        for place, one in enumerate(INSTRUMENT.indicator(1).inputs, 1)
    }
    assert first["verified_inputs"] != first["inputs"]
    assert first["receipt"] == f"R-{first['entry']:04d}"
    assert first["criteria"] == INSTRUMENT.hash
    third = next(row for row in everything["answers"] if row["indicator"] == 3)
    assert (third["absence_code"], third["inputs"]) == ("not_applicable", None)
    by_entry = {row["entry"]: row for row in everything["log"]}
    assert by_entry[first["entry"]]["answer"] == {"inputs": first["inputs"]}
    [corrected] = [row for row in everything["log"] if row["move"] == "correct"]
    assert (corrected["state_code"], corrected["role_code"]) == ("verified", "kanwil")
    assert corrected["corrected"] == {"inputs": first["verified_inputs"]}


def in_pandas(folder: Path) -> dict[str, object]:
    """Return what the notebook of the documents makes of the files in a folder."""
    asked = (
        "import json, runpy, sys; made = runpy.run_path(sys.argv[1]); figures = {"
        "'rows': int(made['progress'].to_numpy().sum()), 'claimed': str(made['points']['claimed'].sum()),"
        "'given': len(made['figures']), 'days': len(made['days'])}; print(json.dumps(figures))"
    )
    command = [str(OTHERS), "-c", asked, str(ROOT / "docs" / "notebook.py")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return figures


@pytest.mark.campaign
@pytest.mark.skipif(not OTHERS.exists(), reason="made by .ci/env --bench true")
async def test_the_notebook_of_the_documents_runs(stage: Stage, tmp_path: Path) -> None:
    """In an environment of its own: pandas brings numpy, which openpyxl imports wherever it is."""
    await reviewed(stage)
    answers, log = tmp_path / "answers.jsonl", tmp_path / "log.jsonl"
    exported(stage, "--what", "answers", "--format", "jsonl", "--out", str(answers))
    exported(stage, "--everyone", "--format", "jsonl", "--out", str(log))
    figures = in_pandas(tmp_path)
    rows = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    claimed = sum(Decimal(row["claimed"]) for row in rows if row["claimed"])
    given = sum(len(row["inputs"]) for row in rows if row["inputs"])
    assert figures == {"rows": len(rows), "claimed": str(claimed), "given": given, "days": 1}


async def test_rows_can_be_narrowed_and_totals_taken_alone(stage: Stage, tmp_path: Path) -> None:
    await reviewed(stage)

    def rows(*words: str) -> list[dict[str, object]]:
        return [
            json.loads(one) for one in exported(stage, "--format", "jsonl", *words).splitlines()
        ]

    kes = ("--region", "jakarta pusat", "--unit", "sudinkes")
    of_office = rows("--what", "answers", *kes)
    assert {row["unit"] for row in of_office} == {"Sudinkes"}
    assert len(of_office) == 3
    approved = rows("--what", "answers", "--state", "approved")
    assert {row["state_code"] for row in approved} == {"approved"}
    right = str(of_office[0]["right_code"])
    of_right = rows("--what", "answers", "--right", right)
    assert {row["right_code"] for row in of_right} == {right}
    moved = rows("--state", "approved")
    assert {(row["unit"], row["indicator"]) for row in moved} == {
        (row["unit"], row["indicator"]) for row in approved
    }
    assert {row["unit"] for row in rows("--everyone", *kes)} == {"Sudinkes"}
    assert rows("--what", "reminders", *kes) == []

    [total] = rows("--what", "results")
    rights = rows("--what", "rights")
    assert [row["right_code"] for row in rights] == [one.code for one in INSTRUMENT.rights]
    assert [row["right_code"] for row in rows("--what", "rights", "--right", right)] == [right]
    assert sum(Decimal(str(row["counted"])) for row in rights) >= len(of_right)
    ratings = rows("--what", "ratings")
    assert [row["rating_code"] for row in ratings] == [one.code for one in INSTRUMENT.ratings]
    [reached] = [row for row in ratings if row["result"]]
    assert reached["rating_code"] == total["result_rating_code"]
    assert reached["result_regions"] == "Jakarta Pusat"

    book = tmp_path / "answers.xlsx"
    exported(stage, "--what", "answers", "--out", book)
    names = openpyxl.load_workbook(book).sheetnames
    assert names == ["Isian", "Hasil", "Nilai per hak", "Predikat", "Keterangan"]
    assert [row["Hak"] for row in sheet_rows(book, "Nilai per hak")] == [
        one["right"] for one in rights
    ]
    narrow = tmp_path / "narrow.xlsx"
    exported(stage, "--what", "answers", "--out", narrow, *kes)
    assert openpyxl.load_workbook(narrow).sheetnames == ["Isian", "Keterangan"]
