"""Letterhead and signers: from the roster at first, then as they were set, through a file and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.papers.settings_file import SettingsFault, read, written
from bot.storage import paper_rows
from flows.model.letterheads import Letterhead
from flows.model.paper_settings import PaperSettings, Signer, SignerRole
from scoring.replacing import replace
from tests.papers.conftest import SourceOf
from tests.support import make_database

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1).map(str.strip).filter(bool)
SIGNERS = st.builds(Signer, st.lists(TEXTS).map(tuple), *[st.none() | TEXTS] * 3)
SETTINGS = st.builds(
    PaperSettings,
    st.just("31.71"),
    st.lists(TEXTS).map(tuple),
    st.none() | TEXTS,
    st.dictionaries(st.sampled_from([*map(str, SignerRole), "dik.1", "sudin kes"]), SIGNERS),
    st.dictionaries(st.sampled_from(["recap", "examination"]), TEXTS),
    st.lists(TEXTS).map(tuple),
)


@given(SETTINGS)
def test_what_is_written_is_read_back(settings: PaperSettings) -> None:
    assert read(written(settings, ()), "31.71") == settings


def test_an_empty_file_leaves_all_open() -> None:
    assert read(written(PaperSettings("31.71"), ("legal",)), "31.71") == PaperSettings(
        "31.71", signers={"legal": Signer()}
    )
    assert read("", "31") == PaperSettings("31")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("head = [", "not TOML"),
        ("kop = []", "the file: no kop there. Known: head, copies, place, numbers, signers"),
        ("head = 'x'", "head: a list of texts is expected"),
        ("head = [1]", "head: a list of texts is expected"),
        ("place = 1", "place: a text in quotes is expected"),
        ("numbers = 1", "numbers: a table is expected"),
        (
            "[signers]\nlegal = 'Hana'",
            "signers.legal: a table of lines, name, rank, number is expected",
        ),
        (
            "[signers.legal]\nnip = '1'",
            "signers.legal: no nip there. Known: lines, name, rank, number",
        ),
    ],
)
def test_a_fault_is_said_in_one_line(text: str, fault: str) -> None:
    with pytest.raises(SettingsFault, match=fault.replace(".", r"\.")):
        read(text, "31")


def test_before_anybody_has_set_them_the_roster_speaks(source_of: SourceOf, tmp_path: Path) -> None:
    source = source_of(make_database(tmp_path / "small.db"), "recap", region_id=1)
    period = source.roster.period
    assert source.settings("31.71") == PaperSettings("31.71")
    assert source.settings("31", of_province=True) == PaperSettings("31", ("Kanwil DKI Jakarta",))
    letters = (
        Letterhead("31.71", "Jakarta", ("Kepala Bagian Hukum",), "Hana", "1975", ("Wali Kota",)),
        Letterhead("31", None, ("Kepala Kanwil",)),
    )
    period = replace(period, letters=letters)
    city = paper_rows.default_settings(period, "31.71", of_province=False)
    assert city.signers == {
        SignerRole.LEGAL: Signer(("Kepala Bagian Hukum",), "Hana", None, "1975")
    }
    assert (city.place, city.copies) == ("Jakarta", ("Wali Kota",))
    kanwil = paper_rows.default_settings(period, "31", of_province=True)
    assert kanwil.signers == {SignerRole.KANWIL: Signer(("Kepala Kanwil",))}
