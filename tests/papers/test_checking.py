"""`verify --paper`: the same, changed since, or none of ours; whatever was tampered with is found."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.storage import chain, record, sealing
from bot.storage.database import in_transaction
from bot.storage.record import Entry
from flows.model.record_kinds import EntryKind
from tests.papers.forging import with_other_digit

Peduli = Callable[..., Result]


@pytest.fixture
def peduli(season: Path, finished_season: Path, monkeypatch: pytest.MonkeyPatch) -> Peduli:
    monkeypatch.chdir(season.parent)
    monkeypatch.setenv("DATABASE", season.name)
    monkeypatch.setenv("FILES", f"{finished_season}-files")
    monkeypatch.delenv("COLUMNS", raising=False)

    def run(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], prog_name="peduli-ham")

    return run


@pytest.fixture
def code(peduli: Peduli) -> str:
    """The code of a recap that was just made."""
    done = peduli("recap", "--region", "jakarta pusat", "--out", "recap.pdf")
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout.split("code ")[1].split(",")[0]


def answer_again(path: Path, figures: dict[str, str]) -> None:
    """One office answers indicator 1 anew, behind the reviewer's back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        unit, revision, body = db.execute(
            "SELECT unit_id, revision, body FROM record WHERE kind = 'answer' AND indicator = 1"
        ).fetchone()
        details = orjson.loads(body)
        details["answer"]["inputs"] |= figures
        details = {key: details[key] for key in ("answer", "reason", "by")}
        again = Entry(
            1, EntryKind.ANSWER, "2017-03-30T03:00:00Z", unit, 1, revision + 1, 1, 1, details
        )
        in_transaction(db, lambda connection: record.append(connection, again))


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("DROP TRIGGER record_keeps")
        for statement in statements:
            db.execute(statement)


def test_a_paper_that_still_says_the_same(peduli: Peduli, code: str) -> None:
    done = peduli("verify", "--paper", code)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{code}: still true. Recap Jakarta Pusat, period 2017, made ")
    assert peduli("verify", "--paper", code.lower().replace("-", "")).stdout == done.stdout
    assert peduli("verify", "--paper", "recap.pdf").stdout == done.stdout
    assert peduli("verify", "--paper", f"https://t.me/x?start={code}").exit_code == 0
    assert peduli("verify").exit_code == 0


def test_figures_that_changed_since_are_named(peduli: Peduli, code: str, season: Path) -> None:
    answer_again(season, {"kematian_ibu": "20"})
    done = peduli("verify", "--paper", code)
    assert done.exit_code == 1
    head, *lines = done.stderr.splitlines()
    assert "changed since" in head
    assert "no longer those of the record" in head
    assert any(
        line.startswith("indicator 1, ") and "figures: " in line and "→" in line for line in lines
    )
    assert any("value: 84 → 140" in line for line in lines)
    assert any(line.startswith("total, self-assessed total: 75.00 → ") for line in lines)


def test_a_code_that_is_none_of_ours(peduli: Peduli) -> None:
    done = peduli("verify", "--paper", "PH-0000-0000")
    assert (done.exit_code, done.stderr) == (1, "PH-0000-0000: no paper of this database.\n")
    done = peduli("verify", "--paper", "surat")
    assert done.exit_code == 2
    assert done.stderr.startswith("surat: no code of a paper, and no file.")


def test_a_pdf_of_which_one_digit_was_changed(peduli: Peduli, code: str) -> None:
    whole = Path("recap.pdf").read_bytes()
    Path("other.pdf").write_bytes(whole + b"%\n")
    done = peduli("verify", "--paper", "other.pdf")
    assert done.exit_code == 1
    assert done.stderr.startswith(f"{code}: this file is not the one that was made.")
    assert "what differs is no text" in done.stderr
    Path("forged.pdf").write_bytes(with_other_digit(whole, "76,25", "75,25"))
    done = peduli("verify", "--paper", "forged.pdf")
    assert done.exit_code == 1
    head, *lines = done.stderr.splitlines()
    assert head.endswith("what differs:")
    assert len(lines) == 1
    assert "75,25" in lines[0].split("and “")[0]
    assert "76,25" in lines[0].split("and “")[1]
    Path("note.txt").write_text("nothing", encoding="utf-8")
    assert (
        peduli("verify", "--paper", "note.txt").stderr == "This file: no paper of this database.\n"
    )


@pytest.mark.parametrize("suffix", ["docx", "xlsx"])
def test_a_document_that_was_edited_is_told_by_its_code(peduli: Peduli, suffix: str) -> None:
    code = peduli("recap", "--region", "31.71", "--out", f"a.{suffix}").stdout.split("code ")[1][
        :12
    ]
    assert peduli("verify", "--paper", f"a.{suffix}").exit_code == 0
    with zipfile.ZipFile(f"a.{suffix}", "a") as archive:
        archive.writestr("more.txt", "edited")
    done = peduli("verify", "--paper", f"a.{suffix}")
    assert done.exit_code == 1
    assert done.stderr.startswith(f"{code}: this file is not the one that was made.")
    whole = Path(f"a.{suffix}").read_bytes()
    Path("torn").write_bytes(whole[:200] + whole[400:])
    assert peduli("verify", "--paper", "torn").exit_code == 1


def test_what_is_kept_of_a_paper_cannot_be_changed_unseen(
    peduli: Peduli, code: str, season: Path
) -> None:
    change(season, "UPDATE papers SET figures = replace(figures, '76.25', '96.25')")
    done = peduli("verify", "--paper", code)
    assert (done.exit_code, "its code no longer fits" in done.stderr) == (1, True)
    change_digest = "UPDATE papers SET entry = 1, head = (SELECT hash FROM record WHERE id = 1)"
    with closing(sqlite3.connect(season, isolation_level=None)) as db:
        db.execute("UPDATE papers SET figures = replace(figures, '96.25', '76.25')")
        db.execute(change_digest)
    assert "its code no longer fits" in peduli("verify", "--paper", code).stderr


def test_a_record_that_was_changed_proves_nothing(peduli: Peduli, code: str, season: Path) -> None:
    change(season, "UPDATE record SET body = replace(body, '14250', '14251') WHERE kind = 'answer'")
    done = peduli("verify", "--paper", code)
    assert done.exit_code == 1
    assert "BROKEN at entry" in done.stderr


def test_a_record_that_was_written_anew_is_found(peduli: Peduli, code: str, season: Path) -> None:
    """Every hash fits the one before: only the paper knows that the record was another one."""
    with closing(sqlite3.connect(season, isolation_level=None)) as db:
        db.execute("DROP TRIGGER record_keeps")
        previous = ""
        rows = db.execute("SELECT id, body, seal FROM record ORDER BY id").fetchall()
        for entry, body, seal in rows:
            changed = body.replace("laporan", "lapuran")
            hashed = sealing.sealed(orjson.loads(changed), sealing.Seal.parse(seal))
            value = chain.digest(previous, hashed)
            db.execute(
                "UPDATE record SET body = ?, previous = ?, hash = ? WHERE id = ?",
                (changed, previous, value, entry),
            )
            previous = value
    done = peduli("verify", "--paper", code)
    assert done.exit_code == 1
    assert "no longer has the hash that it had when this paper was made" in done.stderr


def test_a_kind_of_a_newer_program(peduli: Peduli, code: str, season: Path) -> None:
    from bot.papers.making import row_code
    from bot.storage import paper_rows

    with closing(sqlite3.connect(season, isolation_level=None)) as db:
        db.execute("UPDATE papers SET kind = 'certificate'")
        row = paper_rows.by_code(db, code)
        assert row is not None
        newer = row_code(row)
        db.execute("UPDATE papers SET code = ?", (newer,))
    done = peduli("verify", "--paper", newer)
    assert (done.exit_code, "does not know such papers yet" in done.stderr) == (1, True)


def test_a_region_that_owes_nothing_any_more(peduli: Peduli, code: str, season: Path) -> None:
    with closing(sqlite3.connect(season, isolation_level=None)) as db:
        db.execute("UPDATE assignments SET until = '2017-03-30'")
    done = peduli("verify", "--paper", code)
    assert done.exit_code == 1
    lines = done.stderr.splitlines()
    assert f"; {len(lines) - 1} of its {len(lines) - 1} figures" in lines[0]
    assert all(line.endswith("→ –") for line in lines[1:])
    done = peduli("recap", "--region", "31.71", "--out", "none.pdf")
    assert (done.exit_code, done.stderr) == (2, "recap: nothing is owed there in period 2017.\n")
    assert not Path("none.pdf").exists()
