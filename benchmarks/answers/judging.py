"""Recorded answers read by aiogram's models and by TypeScript's compiler with @grammyjs/types."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.answers.recording import Recorded
from benchmarks.contestants import OTHERS
from benchmarks.machine import ROOT

NODE = ROOT / ".node-bench"
PACKAGES = ("@grammyjs/types@5.0.0", "typescript@7.0.2")
COMPILER = NODE / "node_modules/.bin/tsc"
SCRIPT = ROOT / "benchmarks/peers/aiogram_types.py"
OPTIONS = (
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--pretty",
    "false",
)
TIMEOUT = 180
HEAD = """import type { ApiMethods } from "@grammyjs/types";
type Answer<M extends keyof ApiMethods<string>> = ReturnType<ApiMethods<string>[M]>;
"""
NARROW = {
    "editMessageCaption": "its type names the caption only, none of what the caption belongs to"
}
"""Methods whose type is narrower than the answer: read as a whole message."""
FAULT = re.compile(r"answers\.ts\((\d+),\d+\): (.*)")


def has_aiogram() -> bool:
    return OTHERS.exists()


def has_types() -> bool:
    return shutil.which("node") is not None and COMPILER.exists()


def install_types() -> None:
    """The compiler and the types, into a folder of their own."""
    NODE.mkdir(exist_ok=True)
    asked = ["npm", "install", "--no-save", "--no-fund", "--no-audit", "--prefix", str(NODE)]
    subprocess.run([*asked, *PACKAGES], check=True, timeout=TIMEOUT)


def by_aiogram(recorded: Recorded) -> list[str]:
    """What does not fit aiogram's models, unknown fields included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recorded.json"
        path.write_text(json.dumps(recorded), encoding="utf-8")
        done = subprocess.run(
            [OTHERS, SCRIPT, path], capture_output=True, text=True, check=True, timeout=TIMEOUT
        )
    *faults, count = done.stdout.splitlines()
    if int(count) != len(recorded):
        raise AssertionError(done.stdout)
    return faults


def by_types(recorded: Recorded) -> list[str]:
    """What the compiler refuses: each answer is a literal of its method's type, so unknown fields too."""
    with tempfile.TemporaryDirectory(dir=NODE) as folder:
        path = Path(folder) / "answers.ts"
        path.write_text(HEAD + "".join(map(_line, enumerate(recorded))), encoding="utf-8")
        done = subprocess.run(
            [COMPILER, *OPTIONS, path], capture_output=True, text=True, check=False, timeout=TIMEOUT
        )
    return list(_faults(done.stdout, recorded))


def _line(numbered: tuple[int, tuple[str, Any]]) -> str:
    at, (method, answer) = numbered
    method = "sendPhoto" if method in NARROW else method
    return f'export const a{at}: Answer<"{method}"> = {_literal(answer)};\n'


def _literal(answer: Any, key: str = "") -> str:
    """As TypeScript; an answered message says that it answers none, as its type demands."""
    if isinstance(answer, list):
        return f"[{', '.join(map(_literal, answer))}]"
    if not isinstance(answer, dict):
        return json.dumps(answer)
    fields = [f"{json.dumps(name)}: {_literal(value, name)}" for name, value in answer.items()]
    if key in ("reply_to_message", "pinned_message") and "reply_to_message" not in answer:
        fields.append('"reply_to_message": undefined')
    return f"{{{', '.join(fields)}}}"


def _faults(output: str, recorded: Recorded) -> Iterator[str]:
    """The compiler's complaints, with the method in place of the line."""
    for line in output.splitlines():
        match = FAULT.match(Path(line).name if "(" not in line else line.rsplit("/", 1)[-1])
        if match:
            at = int(match[1]) - HEAD.count("\n") - 1
            yield f"{recorded[at][0]}: {match[2]}"
        elif not line.startswith(" "):
            yield line
