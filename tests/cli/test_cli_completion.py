"""What a shell offers behind `peduli-ham`, asked of the real shells where they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT

ASKED = {
    "peduli-ham ver": "verify", "peduli-ham papers m": "make", "peduli-ham demo --st": "--state",
    "peduli-ham instrument to-": "to-xlsform",
}  # fmt: skip
SCRIPT = "_PEDULI_HAM_COMPLETE=source_{shell} peduli-ham > offered"
FISH = "source offered; complete -C '{line}'"
ZSH = (
    "compdef() {{ }}; _arguments() {{ print -r -- $@ }}; source ./offered;"
    " words=({line}); CURRENT=${{#words}}; _peduli_ham_completion"
)


@pytest.mark.campaign
@pytest.mark.parametrize(("shell", "asks"), [("fish", FISH), ("zsh", ZSH)])
def test_a_shell_offers_commands_and_options(tmp_path: Path, shell: str, asks: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    program = tmp_path / "peduli-ham"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m bot "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    env = os.environ | {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
    }
    subprocess.run(["sh", "-c", SCRIPT.format(shell=shell)], check=True, cwd=tmp_path, env=env)
    for line, wanted in ASKED.items():
        given = ["-f", "-c"] if shell == "zsh" else ["-c"]
        done = subprocess.run(
            [shell, *given, asks.format(line=line)],
            check=True, cwd=tmp_path, env=env, capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip
        assert wanted in done.stdout, (line, done.stdout, done.stderr)
