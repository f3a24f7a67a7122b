"""Names of files: one line, nothing unseen, and no program behind a blank, a dot or a turned direction."""

from itertools import product

import pytest

from flows.model import bundle_paths
from flows.model.events import Upload
from flows.model.uploads import UNSAFE, refused_before, shown_name, tidy
from tests.support.tables import each_row


def upload(name: str | None, kind: str = "document") -> Upload:
    return Upload(kind, "f", "u", name, 100, None, 1)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("laporan.pdf", "laporan.pdf"),
        ("  laporan   akhir.pdf \t", "laporan akhir.pdf"),
        ("laporan\nke dua.pdf", "laporan ke dua.pdf"),
        ("laporan\u2028ke dua.pdf", "laporan ke dua.pdf"),
        ("laporan\u202eexe.pdf", "laporanexe.pdf"),
        ("\u200blapo\u2066ran\ufeff.pdf", "laporan.pdf"),
        ("lapor\x00an.pdf", "lapor an.pdf"),
        ("é 😀.pdf", "é 😀.pdf"),
        ("\u202e\n", "berkas"),
        ("", "berkas"),
        (None, "berkas"),
    ],
)
def test_a_name_is_one_line_that_is_seen(name: str | None, shown: str) -> None:
    assert shown_name(upload(name)) == shown
    assert tidy(tidy(name)) == tidy(name)


def test_a_photo_is_called_one() -> None:
    assert shown_name(upload(None, "photo")) == "foto"


TAILS = ("", " ", ".", " . ", "\u200b", "\u202c", "\n")


@each_row(("suffix", "tail"), list(product(UNSAFE, TAILS)))
def test_no_program_comes_by_a_trick_of_its_name(suffix: str, tail: str) -> None:
    assert refused_before(upload("Undangan" + suffix.upper() + tail)) == "unsafe"
    assert refused_before(upload(f"Undangan{suffix}.pdf{tail}")) is None


def test_a_name_ends_where_its_words_end() -> None:
    assert bundle_paths.fit(" .laporan akhir. ", ".pdf") == "laporan akhir.pdf"
