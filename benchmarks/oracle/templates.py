"""Every message that the transcripts of the tests make of the templates, as it is sent: HTML."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

import jinja2

from benchmarks.machine import ROOT
from messages import names

TRANSCRIPTS = ROOT / "tests/flows/transcripts"


@contextmanager
def _listening(heard: dict[str, set[str]]) -> Iterator[None]:
    """Notes what templates are rendered to."""
    render = jinja2.Template.render

    def noted(self: jinja2.Template, *args: Any, **kwargs: Any) -> str:
        text = render(self, *args, **kwargs)
        heard.setdefault(str(self.name).removesuffix(".j2"), set()).add(text)
        return text

    with patch.object(jinja2.Template, "render", noted):
        yield


def rendered(paths: Iterable[Path] | None = None) -> dict[str, set[str]]:
    """By template, what it was rendered to in the transcripts (all, or these)."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    played = import_module("tests.flows.test_transcripts").played
    heard: dict[str, set[str]] = {}
    with _listening(heard):
        for path in paths or sorted(TRANSCRIPTS.glob("*.yaml")):
            played(path)
    return {name: said for name, said in heard.items() if name in set(names())}
