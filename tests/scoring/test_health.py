"""The data of 2013 against the table of the regulation, typed here a second time, and its texts."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from scoring import (
    Answer,
    Indicator,
    InputKind,
    Response,
    Status,
    bundled_codes,
    load_bundled,
    score_indicator,
)
from scoring.bands import parse_range, show
from scoring.check import check
from scoring.load import BUNDLED, hash_texts, load_directory, load_texts
from scoring.model import Ratio
from scoring.reasons import POINTS
from scoring.source import read_directory
from tests.scoring.samples import instrument

R2013 = instrument("permenkumham-25-2013")
# number: right, name, unit, decimals (None: exact), the bands for 10 8 6 4 2 0, their statuses
TABLE = """
1 | hidup | Angka kematian ibu | per 100.000 kelahiran hidup | 0 | ≤110 | 111–140 | 141–170 | 171–200 | 201–229 | ≥230 | cccccc
2 | hidup | Angka kematian bayi | per 1.000 kelahiran hidup | 0 | ≤19 | 20–23 | 24–26 | 27–29 | 30–32 | ≥33 | cccccc
3 | hidup | Perubahan tutupan vegetasi pada kawasan berfungsi lindung | % perubahan | - | 0 | >0–1 | >1–2 | >2–3 | >3–4 | >4 | cccccc
4 | mengembangkan-diri | Anak usia 7–12 tahun yang belum memperoleh pendidikan SD | % | 1 | ≤5 | 5,1–6 | 6,1–7 | 7,1–8 | 8,1–9 | >9 | cccccc
5 | mengembangkan-diri | Anak usia 13–15 tahun yang belum memperoleh pendidikan SMP | % | 1 | ≤25 | 25,1–26 | 26,1–27 | 27,1–28 | 28,1–29 | >29 | cccccp
6 | mengembangkan-diri | Anak berkebutuhan khusus yang memperoleh pendidikan | % | 0 | ≥91 | 81–90 | 71–80 | 61–70 | 51–60 | <50 | cccccc
7 | mengembangkan-diri | Penyandang buta aksara | % | 1 | ≤2 | 2,1–3 | 3,1–4 | 4,1–5 | 5,1–6 | >6 | cccccc
8 | kesejahteraan | Penyediaan air bersih | liter/orang/hari | 0 | ≥60 | 48–59 | 36–47 | 24–35 | 12–23 | <12 | cccppp
9 | kesejahteraan | Keluarga berpenghasilan rendah yang tidak memiliki rumah | % | 1 | ≤10 | 10,1–20 | 20,1–30 | 30,1–40 | 40,1–50 | >50 | pppppp
10 | kesejahteraan | Rumah tidak layak huni | % | 1 | ≤5 | 5,1–10 | 10,1–15 | 15,1–20 | 20,1–25 | >25 | pppppp
11 | kesejahteraan | Tingkat pengangguran terbuka | % | 1 | ≤4 | 4,1–5 | 5,1–6 | 6,1–7 | 7,1–8 | >8 | pppppp
12 | kesejahteraan | Anak jalanan dibanding jumlah anak usia 0–18 tahun | % | 2 | ≤0,1 | 0,11–0,2 | 0,21–0,3 | 0,31–0,4 | 0,41–0,5 | >0,5 | pppppp
13 | kesejahteraan | Balita kurang gizi | % | 1 | ≤15 | 15,1–17 | 17,1–19 | 19,1–21 | 21,1–23 | >23 | pppppp
14 | kesejahteraan | Keluarga yang belum memiliki akses jaringan listrik | % | 1 | ≤5 | 5,1–10 | 10,1–15 | 15,1–20 | 20,1–25 | >25 | pppppp
15 | rasa-aman | Jumlah demonstrasi yang anarkis | kejadian | 0 | 0 | 1 | 2 | 3 | 4 | ≥5 | pppppp
16 | perempuan | Keterwakilan perempuan dalam jabatan pemerintah daerah | % | 1 | ≥30 | 25–29,9 | 20–24,9 | 15–19,9 | 10–14,9 | <10 | pppppp
17 | perempuan | Kekerasan terhadap perempuan | % dari perempuan dewasa | 3 | ≤0,01 | 0,011–0,02 | 0,021–0,03 | 0,031–0,04 | 0,041–0,05 | >0,05 | pppppp
"""
FACTORS = {1: 100000, 2: 1000, 8: 1}
HIGHER = {6, 8, 16}
ROWS = [re.split(r" \| ", line) for line in TABLE.strip().splitlines()]
STATUSES = {"c": Status.CONFIRMED, "p": Status.PROPOSED}
PROSE = re.compile(r"\b(yg|dgn|utk|tdk|org|thn|dsb)\b")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_figures_are_those_of_the_regulation(row: list[str]) -> None:
    no, right, name, unit, precision, *bands, statuses = row
    indicator = R2013.indicator(int(no))
    assert (indicator.right, indicator.name, indicator.unit) == (right, name, unit)
    assert indicator.precision == (None if precision == "-" else int(precision))
    assert indicator.higher_is_better == (int(no) in HIGHER)
    assert [band.printed.replace(" ", "") for band in indicator.bands] == bands
    assert [band.points for band in indicator.bands] == [10, 8, 6, 4, 2, 0]
    assert [band.source.status for band in indicator.bands] == [STATUSES[one] for one in statuses]
    if isinstance(indicator.rule, Ratio):
        assert indicator.rule.factor == FACTORS.get(int(no), 100)
        assert indicator.rule.whole == (int(no) != 8)


def test_nothing_is_left_out() -> None:
    assert [one.no for one in R2013] == [int(row[0]) for row in ROWS]
    assert [(one.code, one.minimum, one.source.status) for one in R2013.ratings] == [
        ("peduli", Decimal(76), Status.REPORTED),
        ("belum-memenuhi", Decimal(0), Status.PROPOSED),
    ]
    assert [(one.no, hole.printed) for one in R2013 for hole in one.gaps] == [(6, "50")]
    settings = R2013.settings
    names = type(settings).__struct_fields__
    assert {getattr(settings, name).status for name in names} == {Status.PROPOSED}


@pytest.mark.parametrize("code", bundled_codes())
def test_bundled_instruments_are_sound(code: str) -> None:
    assert check(BUNDLED / code) == []
    assert load_bundled(code).code == code
    assert (BUNDLED / code / "CHANGES.md").is_file()


@pytest.mark.parametrize("indicator", R2013.indicators, ids=lambda indicator: indicator.code)
def test_texts(indicator: Indicator) -> None:
    assert indicator.evidence
    for field in indicator.inputs:
        assert field.question.endswith("?")
        assert field.question.count("**") == 2
        assert "{daerah}" in field.question
        assert "{tahun}" in field.question
    for document in indicator.evidence:
        assert "{tahun}" in document.title
        assert "{tahun}" in document.period
        assert document.signature
        assert document.stamp
    guidance = indicator.guidance
    for text in (guidance.meaning, guidance.example):
        assert text[0].isupper() or text[0].isdigit()
        assert text.endswith(".")
        assert not PROSE.search(text)
    for source in indicator.sources:
        assert len(source.text) > 10


@pytest.mark.parametrize("indicator", R2013.indicators, ids=lambda indicator: indicator.code)
def test_examples_reach_the_points_they_name(indicator: Indicator) -> None:
    """An example is worked through: its figures bring the band and the points it names."""
    points = int(re.findall(r"(\d+) poin", indicator.guidance.example)[-1])
    band = next(one for one in indicator.bands if one.points == points)
    if ranges := re.findall(r"rentang (.+?), \d+ poin", indicator.guidance.example):
        assert ranges[-1] == band.printed
    if figures := re.match(r"([\d.]+) ÷ ([\d.]+)", indicator.guidance.example):
        part, whole = (Decimal(one.replace(".", "")) for one in figures.groups())
        inputs = dict(zip((one.code for one in indicator.inputs), (part, whole), strict=True))
        result = score_indicator(indicator, Response((Answer(inputs=inputs),)))
        assert (result.points, result.band) == (points, band)


@pytest.mark.parametrize("indicator", R2013.indicators, ids=lambda indicator: indicator.code)
def test_ranges_read_and_write_alike(indicator: Indicator) -> None:
    for band in indicator.bands:
        edges = parse_range(band.printed)
        assert edges is not None
        assert show(edges) == band.printed


def test_counts_are_counts() -> None:
    amounts = {one.no for one in R2013 for each in one.inputs if each.kind is InputKind.AMOUNT}
    assert amounts == {3, 8}


def test_thousands_are_read() -> None:
    edges = parse_range("1.000–1.249,5")
    assert edges is not None
    assert edges[:2] == (Decimal(1000), Decimal("1249.5"))


def test_a_period_can_freeze_the_texts() -> None:
    files = read_directory(BUNDLED / "permenkumham-25-2013")
    frozen = load_texts(dict(reversed(files.items())))
    assert frozen == R2013
    windows = {name: text.replace("\n", "\r\n") for name, text in files.items()}
    assert hash_texts(windows) == R2013.hash
    changed = files | {"rasa-aman.yaml": files["rasa-aman.yaml"].replace("≥ 5", "≥  5")}
    assert hash_texts(changed) != R2013.hash


def test_the_small_instruments_load() -> None:
    mini = load_directory(Path(__file__).parent / "instruments" / "mini-2016")
    assert [one.ceiling for one in mini.right("kesehatan").components] == [10, 30, 60]
    assert [one.max_points for one in mini] == [5, 4, 6, 20, 10, 2]


def test_reasons_for_a_return_say_what_would_satisfy() -> None:
    instrument = load_bundled("permenkumham-25-2013")
    codes = [one.code for one in instrument.return_reasons]
    assert len(codes) == len(set(codes)) >= 5
    assert "lain" in codes
    for reason in instrument.return_reasons:
        assert reason.text
        assert reason.satisfies
        assert len(reason.label) <= 24
    assert instrument.return_reason("lain") is instrument.return_reasons[-1]
    assert instrument.return_reason("tidak-ada") is None
    assert instrument.return_reason(None) is None


def test_every_reason_about_a_document_names_its_line_of_the_checklist() -> None:
    reasons = load_bundled("permenkumham-25-2013").return_reasons
    named = {point for one in reasons for point in one.points}
    assert named == set(POINTS), "a line of the checklist that no return could name"
    assert {one.code for one in reasons if not one.points} == {"alasan", "lain"}
