"""The local server against TDLib in short: markup, entities, lengths, names of files, messages of templates."""

from __future__ import annotations

import pytest

from benchmarks.oracle import tdlib
from benchmarks.oracle.comparing import COMPARISONS, Compared, compare, whole
from benchmarks.oracle.templates import TRANSCRIPTS, rendered

pytestmark = pytest.mark.skipif(not tdlib.HERE, reason="the package tdjson is not installed")
SHORT = ("posisi.yaml", "tombol-lama.yaml")


@pytest.mark.parametrize("kind", COMPARISONS)
def test_texts_are_read_as_tdlib_reads_them(kind: str) -> None:
    comparison = compare(kind, 400, seed=7)
    assert comparison.differences == []
    assert comparison.cases + comparison.passed == 400
    assert comparison.taken > 40


def test_messages_of_templates_are_read_as_tdlib_reads_them() -> None:
    comparison = Compared()
    for texts in rendered([TRANSCRIPTS / name for name in SHORT]).values():
        for text in texts:
            whole(text, comparison)
    assert comparison.differences == []
    assert comparison.taken == comparison.cases > 20


def test_a_difference_is_seen() -> None:
    comparison = Compared()
    comparison.note("x", ("x", []), ("y", []))
    assert len(comparison.differences) == 1
    with pytest.raises(tdlib.RefusedError, match="Unsupported start tag"):
        tdlib.html("<h1>x</h1>")
