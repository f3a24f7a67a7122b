"""`peduli-ham --help` imports nothing heavy, and lists every command as the command explains itself."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.main import get_command

from bot.cli import app
from bot.cli.commands import PLACES

ASKED = """
import sys
from bot.cli import main
sys.argv[1:] = {words}
try:
    main()
except SystemExit:
    print(*sys.modules, file=sys.stderr)
"""
HEAVY = {
    "aiohttp", "aiosqlite", "asyncio", "babel", "docxtpl", "holidays", "jinja2", "openpyxl", "orjson",
    "dotenv", "pydantic", "pypdf", "python_calamine", "rapidfuzz", "telegram", "typst",
    "uvloop", "yaml", "flows", "messages", "scoring",
}  # fmt: skip
"""What a list of commands does not need."""


def imported(*words: str) -> set[str]:
    """Return the top-level packages in memory when `peduli-ham` has ended."""
    code = ASKED.format(words=list(words))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Commands:" in done.stdout + done.stderr
    return {name.split(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize("words", [["--help"], []], ids=str)
def test_a_list_of_commands_imports_nothing_heavy(words: list[str]) -> None:
    assert imported(*words) & HEAVY == set()


def test_the_list_says_what_the_commands_say() -> None:
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        first, *_ = command.help.split("\n\n")
        assert PLACES[name].line == " ".join(first.split()), name
