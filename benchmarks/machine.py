"""On what a figure was measured, with which versions, and where results are kept."""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn

import orjson

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
PACKAGES = ("python-telegram-bot", "aiohttp", "uvloop", "orjson", "jinja2", "babel")


def circumstances() -> dict[str, Any]:
    """Command, date, machine and versions, to be written beside every figure."""
    return {
        "command": " ".join(["python -m", _module(), *sys.argv[1:]]),
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _commit(),
        "machine": {
            "cpu": _cpu(),
            "cores": os.cpu_count(),
            "system": f"{platform.system()} {platform.release()}",
            "load_before": round(os.getloadavg()[0], 2),
        },
        "versions": {
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            **{name: version(name) for name in PACKAGES},
        },
    }


def options(doc: str | None, **defaults: Any) -> argparse.Namespace:
    """Read the command line: a default's type is the option's; a list stands for bare words."""
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in defaults.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(default, bool):
            parser.add_argument(option, action="store_true")
        elif isinstance(default, list):
            parser.add_argument(name, nargs="*", metavar="NAME", default=default)
        else:
            parser.add_argument(option, type=type(default), default=default)
    return parser.parse_args()


def keep(name: str, result: dict[str, Any]) -> Path:
    """Write a result as JSON; returns where."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return path


def conclude(
    name: str, about: dict[str, Any], result: dict[str, Any], complaints: Sequence[str]
) -> NoReturn:
    """The end of a campaign: print its figures and what is wrong, keep it; exit code 1 where anything is."""
    for figure, value in result.items():
        if not isinstance(value, list):
            print(f"{figure.replace('_', ' '):>32}  {value}")
    for complaint in complaints[:50]:
        print(f"VIOLATION {complaint}")
    keep(name, {**about, "result": result})
    sys.exit(1 if complaints else 0)


def pin(core: int) -> None:
    """Keep this process on one core, where there are several and the system can."""
    if hasattr(os, "sched_setaffinity") and core in os.sched_getaffinity(0) and _several():
        os.sched_setaffinity(0, {core})


def _several() -> bool:
    return (os.cpu_count() or 1) > 1


def _module() -> str:
    main = sys.modules["__main__"]
    spec = getattr(main, "__spec__", None)
    return spec.name.removesuffix(".__main__") if spec else Path(sys.argv[0]).name


def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()


def _commit() -> str:
    """The commit, with a plus where files differ from it; empty outside a repository."""
    try:
        process = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
            cwd=ROOT, capture_output=True, text=True, timeout=10, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return process.stdout.strip()
