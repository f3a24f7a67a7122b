"""Starting where there is no uvloop, no fcntl, no signal handler of the loop and no UTF-8: as on Windows.

No Windows is at hand: its lacks are brought about in processes of their own, their children included.
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
LACKS = """
import asyncio, fcntl as real, os, sys, types

def locking(descriptor, mode, length):
    assert length == 1
    try:
        real.flock(descriptor, real.LOCK_UN if mode == 0 else real.LOCK_EX | real.LOCK_NB)
    except BlockingIOError:
        raise PermissionError(13, "Permission denied") from None

def missing(*_, **__):
    raise NotImplementedError

sys.modules["msvcrt"] = types.SimpleNamespace(LK_UNLCK=0, LK_NBLCK=2, locking=locking)
for name in ("uvloop", "fcntl", "termios", "resource", "pwd", "grp"):
    sys.modules[name] = None
del os.fchmod
for loop in (asyncio.SelectorEventLoop, asyncio.BaseEventLoop):
    for name in ("add_signal_handler", "remove_signal_handler", "add_reader", "remove_reader"):
        setattr(loop, name, missing)
"""
CLI = "import sys; from bot.cli import main; main()"


@contextmanager
def started(tmp_path: Path, *given: str, feed: bool = False) -> Iterator[subprocess.Popen[str]]:
    """`peduli-ham` with these arguments, in a process that lacks what Windows lacks."""
    (tmp_path / "lacks").mkdir(exist_ok=True)
    (tmp_path / "lacks" / "sitecustomize.py").write_text(LACKS, encoding="utf-8")
    settings = {
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "lacks"), str(ROOT)]),
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
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, line + process.communicate(timeout=60)[1]
        with urllib.request.urlopen(f"{found[0]}/sim/stage") as answer:
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
        said, errors = process.communicate("/orang\n", timeout=90)
        assert (process.returncode, errors) == (0, "")
        assert "Kontak Sudinkes" in said


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


@pytest.mark.parametrize(
    "given",
    [
        (
            "setup",
            str(ROOT / "bot/roster/data/jakarta-pusat.yaml"),
            "--bot",
            "ham_bot",
            "--links",
            "l.tsv",
        ),
        ("roster-template", "roster.xlsx"),
        ("check", str(ROOT / "scoring/instruments/permenkumham-25-2013")),
        pytest.param(
            ("rehearse", str(ROOT / "tests/rehearsals/satu-hak-dengan-bukti.yaml")),
            marks=pytest.mark.campaign,
        ),
        ("--help",),
    ],
)
def test_other_commands_work_too(given: tuple[str, ...], tmp_path: Path) -> None:
    with started(tmp_path, *given) as process:
        _, errors = process.communicate(timeout=90)
        assert process.returncode == 0, errors
        warnings = ["all_over"] if given[0] == "setup" else []
        assert [line.split()[0] for line in errors.splitlines()] == warnings


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
