"""What can be wrong in a roster has a sentence in each language, with everything that the reader's own says."""

from __future__ import annotations

import re
from itertools import product

import pytest

from bot.imports.import_problems import OWN as IMPORT
from bot.roster import RosterError, read_roster
from bot.roster.roster_problems import OWN
from bot.workers.roster_upload_worker import wrongs
from messages import LANGUAGES, problem, problem_codes
from messages.problem_words import IMPORTS
from scoring.errors import CATALOGUE, ErrorEntry
from tests.flows.rosters import FILES, edited
from tests.support.tables import each_row

ELSEWHERE = {"no_such_roster", "not_owed", "wrong_year"}
"""Of the command line, and of files of last year's answers."""
SHARED = {
    "not_utf8", "yaml_syntax", "yaml_feature", "empty_file", "duplicate_key", "ambiguous_scalar", "unknown_key",
    "missing_key", "wrong_type", "empty_text", "bad_code", "bad_number", "unknown_word", "too_long", "duplicate_code",
    "unknown_reference", "unknown_indicator", "control_character", "curly_quotes", "yaml_outgrown", "and_more",
    "grouped_number",
}  # fmt: skip
"""What the strict reader of `scoring` can find in a roster."""


def test_every_code_has_its_sentences() -> None:
    assert problem_codes() - {"other"} == (set(OWN) - ELSEWHERE) | SHARED


@each_row(("code", "language"), list(product((set(OWN) - ELSEWHERE) | SHARED, ("id", "en"))))
def test_nothing_that_the_reader_says_is_left_out(code: str, language: str) -> None:
    known: dict[str, ErrorEntry] = dict((*CATALOGUE.items(), *OWN.items()))
    entry = known[code]
    wanted = set(re.findall(r"\{(\w+)\}", entry.message + entry.fix))
    texts = LANGUAGES[language].own("problems")["codes"][code]
    assert set(re.findall(r"\{\{ (\w+) \}\}", texts["what"] + texts["fix"])) == wanted
    what, fix = problem(code, dict.fromkeys(wanted, "x"), language)
    assert what[0].isupper() or what[0] in "“x"
    assert fix.endswith(".")
    assert "roster-template" not in fix, "who sent a file to the bot has no command line"


def test_english_has_the_reader_s_own_words_in_english() -> None:
    indonesian, english = (LANGUAGES[code].own("problems") for code in ("id", "en"))
    for part in ("codes", "phrases", "beginnings"):
        assert set(english[part]) == set(indonesian[part])
    what, _ = problem("missing_key", {"key": "zone", "what": "a region"}, "en")
    assert what == "“zone” is missing from a region."
    assert problem("ambiguous_scalar", {"text": "on", "kind": "truth value"}, "en")[0] == (
        "on can be read as yes or no, not as text."
    )


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_is_wrong_with_answers_has_its_sentences(language: str) -> None:
    assert problem_codes(IMPORTS) == problem_codes() | set(IMPORT)
    for code, entry in IMPORT.items():
        named = set(re.findall(r"\{(\w+)\}", entry.message + entry.fix))
        what, fix = problem(code, dict.fromkeys(named, "x"), language, IMPORTS)
        assert code not in what
        assert fix.endswith(".")


def test_a_code_that_is_not_known_is_still_said() -> None:
    what, fix = problem("band_hole", {"hole": "1"})
    assert what == "Ada yang tidak sesuai (band_hole)."
    assert "peduli-ham setup" in fix


ENGLISH = re.compile(
    r"\b(the|an?|of|is|not|list|group|keys|text|number|word|line|sheet|cells|row)\b"
)
BAD = {
    "list": edited(("regions:\n", "regions: 3\nother:\n")),
    "group": edited(("period:\n", "period: [1]\nother:\n")),
    "text": edited(("name: Jakarta Pusat", "name: [1]")),
    "null": edited(("name: Jakarta Pusat", "name: null")),
    "date": edited(("name: Jakarta Pusat", "name: 2017-01-01")),
    "number": edited(("data_year: 2016", "data_year: banyak")),
    "whole": edited(("data_year: 2016", "data_year: 20.5")),
    "texts": edited(("aliases: [", "aliases: [[1], ")),
    "reference": edited(("instrument: permenkumham-25-2013", "instrument: permenkumham-25-2031")),
    "codes": edited(("code: sudin-sda", "code: sudinsos"), ('code: "31"', "code: DKI")),
    "missing": edited(("    zone: WIB\n", ""), ("    role: admin\n", "")),
    "names": edited(("aliases: [sda]", "aliases: [sudinsos]")),
    "key": edited(("province:\n", "province:\n  ? [1]\n  : 2\n")),
    "twice": edited(("    zone: WIB\n", "    zone: WIB\n    zone: WIT\n")),
}


@pytest.mark.parametrize("name", BAD)
def test_the_reader_s_own_words_are_translated(name: str) -> None:
    with pytest.raises(RosterError) as caught:
        read_roster(BAD[name].encode(), "r.yaml", {})
    for fault in wrongs(caught.value):
        assert not ENGLISH.search(f"{fault.what} {fault.fix}".replace("“", " ")), fault
        assert fault.line is not None


def test_who_chose_english_reads_what_is_wrong_in_english() -> None:
    with pytest.raises(RosterError) as caught:
        read_roster(BAD["missing"].encode(), "r.yaml", {})
    assert [one.what for one in wrongs(caught.value, "en")] == [
        "“zone” is missing from a region.",
        "“role” is missing from a member of staff.",
    ]


def test_cells_are_places_and_empty_ones_say_just_that() -> None:
    with pytest.raises(RosterError) as caught:
        read_roster(FILES["gaps"](), "r.xlsx", {})
    texts = {(one.sheet, one.cell): f"{one.what}, {one.fix}" for one in wrongs(caught.value)}
    assert texts["Periode", "B4"] == "Tahun data belum diisi, misalnya 2025."
    assert texts["Periode", "B6"] == "Batas akhir belum diisi, misalnya 2026-12-18."
    assert texts["Daerah", "D2"] == "Zona belum diisi, misalnya WIB."
    assert texts["UKPD", "F4"] == "Indikator belum diisi, misalnya 1, 2, 13."
    assert texts["Staf", "B2"] == "Peran belum diisi, misalnya kanwil."


def test_a_blank_workbook_is_one_fault_without_a_place() -> None:
    with pytest.raises(RosterError) as caught:
        read_roster(FILES["empty"](), "r.xlsx", {})
    (fault,) = wrongs(caught.value)
    assert (fault.sheet, fault.cell, fault.line) == (None, None, None)
    assert fault.what == "Berkas ini masih kosong."


KEYS = (
    "code", "instrument", "data_year", "opens", "deadline", "verification_deadline", "name", "help_contact", "kind",
    "zone", "short", "role", "owes", "units", "regions", "period", "province",
)  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_a_key_left_empty_in_yaml_says_that_it_is_empty(key: str) -> None:
    lines = FILES["same"]().decode().splitlines()
    place = next(i for i, line in enumerate(lines) if re.match(rf"[\s-]*{key}:", line))
    depth = len(lines[place]) - len(lines[place].lstrip(" -"))
    rest = lines[place + 1 :]
    while rest and len(rest[0]) - len(rest[0].lstrip(" ")) > depth:
        rest = rest[1:]  # what lies below the key
    text = "\n".join([*lines[:place], lines[place].split(":")[0] + ":", *rest])
    with pytest.raises(RosterError) as caught:
        read_roster(text.encode(), "r.yaml", {})
    faults = [one for one in wrongs(caught.value) if one.line == place + 1]
    assert [(one.code, one.what) for one in faults] == [("empty_text", f"“{key}” belum diisi.")]
