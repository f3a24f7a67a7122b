"""`peduli-ham score` and `check`, and what all commands have in common."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.command_errors import Failure, using, worded
from bot.config import ConfigError
from scoring.load import BUNDLED
from tests.cli.conftest import Peduli

CODE = "permenkumham-25-2013"
ROOT = Path(__file__).parents[2]
SKELETON = ROOT / "tests" / "scoring" / "instruments" / "skeleton-2016"
ANSWERS = """\
answers:
  1: {kematian_ibu: 12, kelahiran_hidup: 14250}
  3: {absence: not_applicable, accepted: true}
  4: {absence: not_available}
"""
HELP = "{ANSWERS.yaml} (options: --instrument, --json, --help)."


@pytest.fixture
def answers(folder: Path) -> Path:
    path = folder / "answers.yaml"
    path.write_text(ANSWERS, encoding="utf-8")
    return path


@pytest.mark.usefixtures("indonesian")
def test_tables_for_people(peduli: Peduli, answers: Path) -> None:
    done = peduli("score", "--instrument", CODE, answers)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    assert lines[0].startswith("SIMULASI: ")
    assert lines[0].endswith(" ambang masih usulan")
    assert "Hak hidup               10 / 20   1 / 2     100,00                  50,00" in lines
    assert any(
        line.split()[:4] == ["1", "Kematian", "ibu", "84"] and "10 / 10  ≤ 110" in line
        for line in lines
    )
    assert any(line.startswith(" 5") and line.endswith("belum diisi") for line in lines)
    assert lines[-2].split()[:2] == ["sementara", "100,00"]
    assert lines[-1].startswith("bila ditutup sekarang")


def test_json_has_the_shape_of_the_contract(peduli: Peduli, answers: Path) -> None:
    done = peduli("score", "--instrument", CODE, answers, "--json")
    assert done.exit_code == 0
    output = json.loads(done.stdout)
    assert {
        "instrument",
        "rights",
        "indicators",
        "total",
        "total_if_closed_now",
        "rating",
        "simulation",
    } <= set(output)
    assert output["instrument"] == CODE
    assert output["total"] == "100.00"
    assert isinstance(output["simulation"], bool)
    first = output["indicators"][0]
    assert {"no", "value", "points", "basis", "explanation"} <= set(first)
    assert (first["no"], first["points"], first["rounded"]) == (1, "10", "84")
    assert first["explanation"] == (
        "12 ÷ 14.250 × 100.000 = 84 per 100.000 kelahiran hidup → 10 poin (rentang ≤ 110)"
    )
    assert all(one["explanation"] and "<" not in one["explanation"] for one in output["indicators"])


def test_an_instrument_by_its_folder(peduli: Peduli, answers: Path) -> None:
    by_code = peduli("score", "--instrument", CODE, answers, "--json").stdout
    assert peduli("score", "--instrument", BUNDLED / CODE, answers, "--json").stdout == by_code


def test_check_says_ok_with_counts(peduli: Peduli) -> None:
    for given in (CODE, BUNDLED / CODE):
        done = peduli("check", given)
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout.startswith(f"{CODE}: ok — 17 indicators; figures: ")
        assert " confirmed, " in done.stdout


def test_check_lets_a_skeleton_pass_with_a_warning(peduli: Peduli) -> None:
    done = peduli("check", SKELETON)
    assert done.exit_code == 0
    assert done.stderr.startswith("incomplete instrument.yaml:")
    assert done.stdout.startswith("skeleton-2016: ok, but a skeleton — ")


def test_check_prints_every_problem(peduli: Peduli, folder: Path) -> None:
    own = folder / "own"
    shutil.copytree(BUNDLED / CODE, own)
    text = (own / "hidup.yaml").read_text(encoding="utf-8")
    (own / "hidup.yaml").write_text(
        text.replace("better: lower", "beter: lower", 1), encoding="utf-8"
    )
    (own / "extra.yaml").write_text("name: x\n", encoding="utf-8")
    done = peduli("check", own)
    assert done.exit_code == 2
    lines = done.stderr.splitlines()
    assert any(
        line.startswith("unknown_key hidup.yaml:") and "`beter` is not a key of " in line
        for line in lines
    )
    assert any(line.startswith("unlisted_file extra.yaml:1: ") for line in lines)
    assert lines[-1] == f"{len(lines) - 1} errors."


def test_faults_of_answers_come_with_their_lines(peduli: Peduli, answers: Path) -> None:
    answers.write_text("answers:\n  1: {value: many}\n  99: {value: 1}\n", encoding="utf-8")
    done = peduli("score", "--instrument", CODE, answers)
    assert done.exit_code == 2
    assert [line.split(":")[:2] for line in done.stderr.splitlines()] == [
        [f"bad_number {answers}", "2"],
        [f"unknown_indicator {answers}", "3"],
    ]
    assert " — " in done.stderr


REFUSED = [
    (["score", "--instrument", "permenkumham-25-2012", "a.yaml"],
     f"permenkumham-25-2012: no such instrument. Give a folder, or one of: {CODE}. Did you mean {CODE}?"),
    (["check", "nothing"], f"nothing: no such instrument. Give a folder, or one of: {CODE}."),
    (["score", "--instrument", CODE, "none.yaml"],
     "none.yaml: no such file. Give a file of answers (answers: {1: {value: 84}})."),
    (["score", "--instrument", CODE, "."], ".: a folder. Give a file of answers (answers: {1: {value: 84}})."),
    (["score", "x.yaml"], f"Missing option '--instrument'. Usage: peduli-ham score [OPTIONS] {HELP}"),
    (["verify", "--databse", "x"],
     "No such option: --databse (Possible options: --database). Usage: peduli-ham verify [OPTIONS] (options:"
     " --database, --files, --paper, --since, --help)."),
]  # fmt: skip


@pytest.mark.parametrize(("words", "line"), REFUSED)
def test_what_cannot_be_done_is_one_line(peduli: Peduli, words: list[str], line: str) -> None:
    done = peduli(*words)
    assert done.exit_code == 2
    assert done.stderr == line + "\n"


def test_an_unknown_command_is_answered_with_the_known_ones(peduli: Peduli) -> None:
    done = peduli("sore")
    assert done.exit_code == 2
    assert done.stderr.startswith(
        "No such command 'sore'. Did you mean 'score', 'restore', 'forget'? Commands: backup, bundle, check, "
    )
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [[], ["--help"]])
def test_without_words_it_shows_the_commands(peduli: Peduli, words: list[str]) -> None:
    done = peduli(*words)
    assert done.exit_code == 0
    for name in ("setup", "score", "check", "verify", "backup"):
        assert f"  {name} " in done.stdout


def test_settings_are_named_all_at_once() -> None:
    failure = worded(ConfigError(["BOT_TOKEN is missing", "TIMEZONE is a zone name"]))
    assert failure is not None
    assert failure.lines == (
        "Settings: BOT_TOKEN is missing; TIMEZONE is a zone name. Give it in the environment or in a file .env.",
    )


def test_what_sqlite_says_is_worded() -> None:
    wording = {
        "attempt to write a readonly database": "cannot be opened or written. Give a file in a folder that you may"
        " write to.",
        "disk I/O error": "disk I/O error. Try `peduli-ham verify`, or restore a backup.",
    }
    for text, line in wording.items():
        with pytest.raises(Failure) as caught, using(Path("p.db")):
            raise sqlite3.OperationalError(text)
        assert caught.value.lines == (f"p.db: {line}",)


def test_what_the_system_says_is_worded() -> None:
    failure = worded(PermissionError(13, "Permission denied", "x.yaml"))
    assert failure is not None
    assert failure.lines == (
        "x.yaml: permission denied. Give a file that you may read, in a folder that you may write to.",
    )


def test_a_defect_of_ours_is_not_worded() -> None:
    assert worded(KeyError("x")) is None


def test_as_a_real_process(folder: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        code = "from bot.cli import main; main()"
        return subprocess.run(
            [sys.executable, "-c", code, *words],
            cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    done = run("setup", "jakarta-pusat", "--bot", "ham_bot", "--links", "links.tsv")
    assert (done.returncode, done.stderr.split()[0]) == (0, "all_over")
    assert (folder / "links.tsv").stat().st_mode & 0o777 == 0o600
    assert run("verify").returncode == 0
    missing = run("verify", "--database", "none.db")
    assert missing.returncode == 2
    assert missing.stdout == ""
    assert missing.stderr.count("\n") == 1
    assert "Traceback" not in missing.stderr
