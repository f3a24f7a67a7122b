"""Starting where there is no uvloop, no fcntl, no signal handler of the loop and no UTF-8: as on Windows.

No Windows is at hand: its lacks are brought about in processes of their own (`tests/support/windows`), their
children included.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LACKS = ROOT / "tests/support/windows"
SAMPLE = (
    "tests/cli/test_cli_scores.py::test_tables_for_people",
    "tests/cli/test_cli_scores.py::test_check_says_ok_with_counts",
    "tests/cli/test_cli_setup.py::test_a_file_of_links_is_private_and_complete",
    "tests/cli/test_cli_setup.py::test_a_workbook_sets_up_the_same_as_yaml",
    "tests/cli/test_cli_papers.py::test_a_recap_is_private_noted_and_never_replaced",
    "tests/cli/test_cli_safekeeping.py::test_evidence_goes_with_the_backup_and_comes_back",
    "tests/cli/test_cli_safekeeping.py::test_a_restore_puts_what_is_there_aside_with_its_log",
    "tests/cli/test_cli_guard.py::test_the_same_database_by_another_name_has_the_same_lock",
    "tests/demo/test_own_files.py::test_nothing_is_deleted_however_often_another_state_is_chosen",
)
"""Of the tests that `.ci/windows` runs, a few."""
CLI = "import sys; from bot.cli import main; main()"


@contextmanager
def started(tmp_path: Path, *given: str, feed: bool = False) -> Iterator[subprocess.Popen[str]]:
    """`peduli-ham` with these arguments, in a process that lacks what Windows lacks."""
    settings = {
        "PYTHONPATH": os.pathsep.join([str(LACKS), str(ROOT)]),
        "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii:strict",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", CLI, *given],
        env=os.environ | settings, cwd=tmp_path, text=True, encoding="utf-8",
        stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.campaign
def test_the_demo_starts_serves_its_page_and_ends_in_order(tmp_path: Path) -> None:
    given = ("demo", "--port", "0", "--database", "demo.db", "--state", "empty")
    with started(tmp_path, *given) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert match, line + process.communicate(timeout=60)[1]
        with urllib.request.urlopen(f"{match[0]}/sim/stage") as answer:
            assert b'"bot":"running"' in answer.read()
        with started(tmp_path, *given[:-2]) as second:
            _, errors = second.communicate(timeout=60)
            assert (second.returncode, "another process already serves it" in errors) == (2, True)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")


@pytest.mark.campaign
def test_the_console_plays_what_comes_through_a_pipe(tmp_path: Path) -> None:
    with started(tmp_path, "demo", "--console", "--state", "empty", feed=True) as process:
        output, errors = process.communicate("/orang\n", timeout=90)
        assert (process.returncode, errors) == (0, "")
        assert "Kontak Sudinkes" in output


def test_the_bot_starts_and_takes_its_lock(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "BOT_TOKEN=1:A\nBOT_API_URL=http://127.0.0.1:9\n", encoding="utf-8"
    )
    with started(tmp_path, "run") as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "peduli-ham.db").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
            assert process.poll() is None, process.communicate()[1]
        with started(tmp_path, "run") as second:
            _, errors = second.communicate(timeout=60)
            assert (second.returncode, "another process already serves it" in errors) == (2, True)


@pytest.mark.campaign
def test_a_rehearsal_works_too(tmp_path: Path) -> None:
    given = ("rehearse", str(ROOT / "tests/rehearsals/satu-hak-dengan-bukti.yaml"))
    with started(tmp_path, *given) as process:
        _, errors = process.communicate(timeout=90)
        assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize(
    "tests",
    [
        pytest.param(SAMPLE, id="some"),
        pytest.param((), id="all", marks=[pytest.mark.campaign, pytest.mark.timeout(7200)]),
    ],
)
def test_the_quick_tier_passes_with_all_of_it_taken_away(tests: tuple[str, ...]) -> None:
    """Each test of the sample opens, writes, locks or reads as one thing of a desk does."""
    done = subprocess.run(
        [str(ROOT / ".ci/windows"), "-n", "0", *tests], capture_output=True, text=True,
        encoding="utf-8", errors="replace", check=False, env=os.environ | {"PYTHON": sys.executable},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


@pytest.mark.campaign
def test_a_season_at_the_desk_works_too(tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text("answers: {1: {value: 84}}\n", encoding="utf-8")
    for given in (
        ("setup", "jakarta-pusat", "--bot", "ham_bot", "--links", "l.tsv"),
        ("score", "--instrument", "permenkumham-25-2013", "answers.yaml"),
        ("recap", "--region", "31.71", "--out", "rekap.pdf"),
        ("invitations", "kartu.pdf", "--bot", "ham_bot"),
        ("backup", "copy.db", "--files-to", "copies"),
        ("verify", "--database", "copy.db"),
    ):
        with started(tmp_path, *given) as process:
            shown, errors = process.communicate(timeout=120)
            assert process.returncode == 0, (given, errors)
            assert shown, given
    for name, start in (("rekap.pdf", b"%PDF"), ("kartu.pdf", b"%PDF")):
        assert (tmp_path / name).read_bytes().startswith(start)


def test_text_is_read_and_written_as_utf_8_whatever_the_system_prefers() -> None:
    """Files that are opened, too."""
    packages = [str(ROOT / name) for name in ("bot", "flows", "scoring", "messages")]
    check = ["ruff", "check", "--isolated", "--no-cache", "--preview", "--select", "PLW1514"]
    done = subprocess.run(
        [sys.executable, "-m", *check, *packages], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
