"""Numbers as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reading import numbers
from flows.reading.asked import ANY, asked
from flows.reading.characters import seen
from flows.reading.numbers import Ambiguous, NoNumber, Pair, TypedNumber, parse, plain
from flows.reading.pieces import pieces
from scoring import load_bundled
from tests.support.tables import each_row

D = Decimal


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", "12"), ("14.250", "14250"), ("14.250,5", "14250.5"), ("12,5", "12.5"), ("0,5", "0.5"),
        ("1.234.567", "1234567"), ("12 500", "12500"), ("1,2 juta", "1200000"), ("1.2 juta", "1200000"),
        ("12 ribu", "12000"), ("3 rb", "3000"), ("2 miliar", "2000000000"), ("12 orang", "12"),
        ("14.250 bayi", "14250"), ("nihil", "0"), ("NOL", "0"), ("Nihil.", "0"), ("０１２", "12"), ("١٢", "12"),
        ("12\u200b", "12"), ("  7  ", "7"), ("250.000 liter/hari", "250000"), ("1'250", "1250"),
        ("12jt", "12000000"), ("dua belas", "12"), ("2016: 12", "12"),
    ],
)  # fmt: skip
def test_one_reading(typed: str, value: str) -> None:
    assert parse(typed) == TypedNumber(D(value))


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("1.5", ("1.5", "15")), ("0.5", ("0.5", "5")), ("1,250", ("1.250", "1250")),
        ("1,234.5", ("1234.5",)), ("1,234,567", ("1234567",)), ("97.25", ("97.25", "9725")),
    ],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_is_asked_back(
    typed: str, readings: tuple[str, ...]
) -> None:
    reading = parse(typed)
    assert isinstance(reading, Ambiguous)
    assert reading.readings == tuple(D(one) for one in readings)


@pytest.mark.parametrize(
    "typed",
    ["12 dari 14.250", "12/14250", "12 orang dari 14.250 bayi", "12 per 14250", "12 dr 14250"],
)
def test_pairs(typed: str) -> None:
    assert parse(typed) == Pair(D(12), D(14250))


def test_percentages_say_so() -> None:
    assert parse("84%") == TypedNumber(D(84), percent=True)
    assert parse("0,84 persen") == TypedNumber(D("0.84"), percent=True)
    assert parse("1.5%") == Ambiguous((D("1.5"), D(15)), percent=True)


@each_row(
    ("typed", "reason"),
    [
        ("-3", "negative"), ("−3", "negative"), ("(-3)", "negative"), ("99999999999999999", "too_long"),
        ("tidak ada", "no_data"), ("-", "no_data"), ("maaf belum ada data pak", "no_data"), ("", "text"),
        ("12,5,3", "text"), ("1.2.3", "text"), ("1'0", "text"), ("6'5", "text"), ("😀", "text"), ("ribu", "text"),
        ("2rbu", "letters"), ("1 jta", "words"), ("3 ribuan", "words"), ("2' rb", "words"), ("1O", "letters"),
        ("1 dari 2 dari 3", "several"), ("1.5 dari 10", "pair_unclear"), ("5 mil", "words"), (",5", "text"),
        ("½", "text"), ("12½", "fraction"), ("12 koma 5", "comma"), ("08123456789", "text"), ("12\u0336", "words"),
        ("\u202e21", "words"), ("①2", "words"), ("12 🔟", "words"), ("12 (13", "several"), ("12 (", "words"), ("12)", "words"),
        ("12 Januari", "date"), ("12 * 3", "several"), ("5 + 7 = 13", "several"), ("5 + 7,5 + = 12", "several"),
        ("12/2016", "several"), ("2 belas tiga", "several"), ("1 juta 250", "several"), ("satu dua", "several"),
    ],
)  # fmt: skip
def test_what_is_no_number_says_why(typed: str, reason: str) -> None:
    reading = parse(typed)
    assert isinstance(reading, NoNumber), reading
    assert reading.reason == reason


@given(st.text(max_size=60))
def test_nothing_typed_raises(typed: str) -> None:
    parse(typed)


@given(st.integers(min_value=0, max_value=10**14), st.integers(min_value=0, max_value=99))
def test_what_is_printed_the_indonesian_way_reads_back(whole: int, cents: int) -> None:
    grouped = f"{whole:,}".replace(",", ".")
    assert parse(grouped) == TypedNumber(D(whole))
    value = D(whole) + D(cents) / 100
    if cents and whole < 10**12:
        reading = parse(f"{grouped},{cents:02d}")
        assert reading == TypedNumber(value)


def test_plain() -> None:
    assert plain(D("1.50")) == "1.5"
    assert plain(D("1E+3")) == "1000"
    assert plain(D("100")) == "100"


PLAIN_FIGURES = st.one_of(
    st.integers(0, 10**9 - 1).map(str),
    st.integers(1000, 10**15 - 1).map(lambda number: f"{number:,}".replace(",", ".")),
)


@given(text=PLAIN_FIGURES | st.integers(2014, 2018).map(str), no=st.sampled_from(range(1, 18)))
def test_a_plain_figure_is_read_as_if_it_were_taken_apart(text: str, no: int) -> None:
    indicator = load_bundled("permenkumham-25-2013").indicator(no)
    for code in (*(one.code for one in indicator.inputs), None):
        question = asked(indicator, code, 2016, "Kota Seribu 2016")
        for each in (ANY, question):
            assert parse(text, each) == numbers._read(pieces(seen(text), (each,)), each)


def test_what_is_not_understood_beside_a_rate_is_named() -> None:
    rate = asked(load_bundled("permenkumham-25-2013").indicator(1), None, 2016, "Kota Seribu")
    assert parse("84 per 100.000", rate) == TypedNumber(D(84))
    reading = parse("84 entah per 100.000", rate)
    assert isinstance(reading, NoNumber)
    assert (reading.reason, reading.word) == ("words", "entah")


def test_a_year_by_its_words_is_a_piece_of_its_own() -> None:
    year, *_ = pieces("tahun 2016: 12", (ANY,))
    assert year.word == "2016"
