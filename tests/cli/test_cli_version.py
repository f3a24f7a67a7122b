"""`peduli-ham --version` is a contract: the name, a space, and the version that is installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

from typer.testing import Result

Peduli = Callable[..., Result]


def test_the_version_is_printed_in_one_line(peduli: Peduli) -> None:
    result = peduli("--version")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"peduli-ham {version('peduli-ham')}\n"


def test_the_version_comes_before_whatever_command_follows(peduli: Peduli) -> None:
    result = peduli("--version", "run")
    assert result.exit_code == 0
    assert result.stdout.startswith("peduli-ham ")
