"""Figures as people send them: nothing taken wrongly without a question, and what is clear taken."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.typed_words import vocabulary
from flows.contact.inputs import Taken, typed
from flows.model import marks
from flows.model.desk import Region
from flows.model.facts import Focus, Stage, Task
from flows.reading import numbers
from flows.reading.asked import asked
from flows.reading.numbers import Ambiguous, NoNumber, Pair, TypedNumber, parse
from scoring import Indicator, load_bundled
from scoring.replacing import replace
from tests.support.tables import each_row

HERE = Path(__file__).parent
PLACE, YEAR = "Jakarta Pusat", 2016
INSTRUMENT = load_bundled("permenkumham-25-2013")
MOST_REFUSED = 0.03


class Row(NamedTuple):
    """One text, its one sensible reading, and the input that asks for it."""

    typed: str
    reading: str
    input: str


def rows() -> list[Row]:
    lines = (HERE / "figures.tsv").read_text(encoding="utf-8").splitlines()
    cells = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    return [Row(json.loads(text), reading, code) for text, reading, code in cells]


def became(indicator: Indicator, code: str, text: str) -> tuple[str, object]:
    """What the question makes of a text: taken (with its figures), marked, asked, or refused (why)."""
    focus = Focus(stage=Stage.ASK, input=code, indicator=indicator.no)
    if code != indicator.inputs[0].code:
        focus = replace(focus, inputs={indicator.inputs[0].code: "0"})
    about = asked(indicator, code, YEAR, PLACE)
    result = typed(Task(indicator, None, ()), focus, text, 7, about, vocabulary())
    if not isinstance(result, Taken):
        return "refused", result.code
    given = {k: v for k, v in result.focus.inputs.items() if k not in focus.inputs}
    if result.focus.stage == Stage.ZERO:
        return "taken", (Decimal(0),)  # a zero is always asked back once
    if result.focus.stage == Stage.CLARIFY:
        return "asked", tuple(map(Decimal, result.focus.readings))
    return ("marked" if result.focus.marks else "taken"), tuple(map(Decimal, given.values()))


def figures_of(reading: str) -> tuple[Decimal, ...]:
    """The figures that a reading stands for; none where nothing may be taken."""
    text = reading.removeprefix("approx").removesuffix("a")
    if reading.startswith("('pair'"):
        return tuple(Decimal(one) for one in reading.strip("()").split(",")[1:])
    return (Decimal(text),) if text.isdigit() else ()


@each_row("row", rows())
def test_nothing_is_taken_wrongly_in_silence(row: Row) -> None:
    indicator = INSTRUMENT.indicator(1)
    code = row.input if figures_of(row.reading) else indicator.inputs[0].code
    how, figures = became(indicator, code, row.typed)
    if how == "taken":
        assert figures == figures_of(row.reading), figures
        assert not row.reading.startswith("approx"), "taken without a mark"
    if how == "marked":
        assert figures == figures_of(row.reading) or row.reading == "askrefuse"
    if row.reading == "nodata":
        assert (how, figures) == ("refused", "number_no_data")


def test_what_is_clear_is_taken() -> None:
    clear = [row for row in rows() if row.reading.isdigit() or row.reading[:2] == "('"]
    clear += [row for row in rows() if row.reading.startswith("approx")]
    indicator = INSTRUMENT.indicator(1)
    lost = [
        row
        for row in clear
        if became(indicator, row.input, row.typed)[0] not in ("taken", "marked")
    ]
    assert len(clear) > 120
    assert len(lost) <= MOST_REFUSED * len(clear), lost


OTHERS = (
    # input, typed, what it becomes, with which figures or for which reason
    (8, "volume_air", "520 liter/detik", "marked", "44928000"),
    (8, "volume_air", "45.000 m³/hari", "marked", "45000000"),
    (8, "volume_air", "45.000 ㎥ per hari", "marked", "45000000"),
    (8, "volume_air", "45.000.000 liter per hari", "taken", "45000000"),
    (8, "volume_air", "45 juta liter", "taken", "45000000"),
    (8, "volume_air", "45.000 meter kubik", "marked", "45000000"),
    (8, "volume_air", "10 liter/menit", "marked", "14400"),
    (8, "volume_air", "1,6 juta m3/bulan", "refused", "number_unit"),
    (8, "volume_air", "45 juta liter/tahun", "refused", "number_unit"),
    (8, "volume_air", "7 liter/minggu", "marked", "1"),
    (8, "volume_air", "10 liter/minggu", "refused", "number_unit"),
    (8, "volume_air", "45 juta liter/orang/hari", "refused", "number_unit"),
    (8, "volume_air", "520 kL/hari", "marked", "520000"),
    (8, "volume_air", "520 kiloliter", "marked", "520000"),
    (8, "volume_air", "520 L/dt", "marked", "44928000"),
    (8, "volume_air", "520 dm3", "taken", "520"),
    (8, "volume_air", "520 m^3/hari", "marked", "520000"),
    (8, "volume_air", "520 galon", "refused", "number_words"),
    (3, "vegetasi_awal", "5 hm2", "taken", "5"),
    (3, "vegetasi_awal", "520 km kuadrat", "marked", "52000"),
    (8, "volume_air", "45 M liter", "asked", "45000000000"),
    (3, "vegetasi_awal", "12 km²", "marked", "1200"),
    (3, "vegetasi_awal", "12.000 m²", "marked", "1.2"),
    (3, "vegetasi_awal", "12 meter persegi", "marked", "0.0012"),
    (3, "vegetasi_awal", "12,5 hektar", "taken", "12.5"),
    (3, "vegetasi_awal", "12.5 km2", "asked", "1250 12500"),
    (3, "vegetasi_awal", "12 km", "refused", "number_unit"),
    (3, "vegetasi_awal", "Rp 12", "refused", "number_unit"),
    (4, "belum_sd", "250 anak usia 7–12 tahun yang belum memperoleh pendidikan SD", "taken", "250"),
    (4, "belum_sd", "250 anak usia 7-12 tahun", "taken", "250"),
    (4, "belum_sd", "250 anak usia 13-15 tahun", "refused", "number_range"),
    (4, "belum_sd", "250 anak yang memperoleh pendidikan SD", "refused", "number_words"),
    (4, "belum_sd", "250 anak belum memperoleh pendidikan", "taken", "250"),
    (4, "belum_sd", "250 orang", "taken", "250"),
    (9, "tanpa_rumah", "150 KK", "taken", "150"),
    (9, "tanpa_rumah", "150 kepala keluarga", "taken", "150"),
    (9, "tanpa_rumah", "150 orang", "refused", "number_unit"),
    (9, "tanpa_rumah", "150 rumah", "refused", "number_unit"),
    (9, "tanpa_rumah", "keluarga tanpa rumah: 150", "taken", "150"),
    (10, "rumah_tidak_layak", "150 unit", "taken", "150"),
    (10, "rumah_tidak_layak", "150 rumah layak huni", "refused", "number_words"),
    (10, "rumah_tidak_layak", "150 rumah tidak layak huni", "taken", "150"),
    (13, "balita_kurang_gizi", "12 balita kurang gizi", "taken", "12"),
    (13, "balita_kurang_gizi", "12 kurang 1", "refused", "number_several"),
    (15, "demonstrasi_anarkis", "3 kali", "taken", "3"),
    (15, "demonstrasi_anarkis", "3 orang", "refused", "number_unit"),
    (2, "kematian_bayi", "12 kematian ibu", "refused", "number_words"),
    (1, "kematian_ibu", "12 bayi", "refused", "number_unit"),
    (1, "kematian_ibu", "12 kelahiran", "refused", "number_words"),
    (1, "kematian_ibu", "12 ibu meninggal dunia", "taken", "12"),
    (1, "kematian_ibu", "12 ibu meninggal", "taken", "12"),
    (1, "kematian_ibu", "3 puskesmas", "refused", "number_words"),
    (1, "kematian_ibu", "puskesmas 3", "refused", "number_words"),
    (1, "kematian_ibu", "12 bapak", "refused", "number_words"),
    (1, "kematian_ibu", "12 orang (5 L, 7 P)", "refused", "number_several"),
    (1, "kematian_ibu", "12 (tiga belas) orang", "refused", "number_repeat"),
    (1, "kematian_ibu", "12 orang tahun 2015", "refused", "number_year"),
    (1, "kematian_ibu", "12 orang (2015)", "refused", "number_year"),
    (1, "kematian_ibu", "sd Desember 2015: 12", "refused", "number_range"),
    (1, "kematian_ibu", "12 orang sampai Oktober 2016", "refused", "number_range"),
    (1, "kematian_ibu", "12 orang (Januari s.d. Desember 2016)", "taken", "12"),
    (1, "kematian_ibu", "12, sumber: puskesmas dan rumah sakit", "taken", "12"),
    (1, "kematian_ibu", "12 menurut laporan dalam ribuan", "refused", "number_words"),
    (1, "kematian_ibu", "12 tetapi belum final", "marked", "12"),
    (1, "kematian_ibu", "12 dari sekitar 14.250", "marked", "12 14250"),
    (1, "kematian_ibu", "sekitar 12 dari 14.250", "marked", "12 14250"),
    (1, "kematian_ibu", "12 dari 14.250 (sementara)", "marked", "12 14250"),
    (1, "kematian_ibu", "12 dari 14.250?", "refused", "number_pair_unclear"),
    (1, "kematian_ibu", "12 bayi dari 14.250 orang dewasa", "refused", "number_unit"),
    (1, "kematian_ibu", "12 orang dari 100.000", "refused", "number_rate"),
    (1, "kematian_ibu", "12 = dua belas", "taken", "12"),
    (1, "kematian_ibu", "12 – Dinkes", "taken", "12"),
    (1, "kematian_ibu", "- 12", "asked", "12"),
    (1, "kematian_ibu", "12 ❓", "asked", "12"),
    (8, "volume_air", "10 liter/minggu dari 900.000 orang", "refused", "number_unit"),
    (1, "kematian_ibu", "12 -", "refused", "number_words"),
    (1, "kematian_ibu", "orang per 12", "refused", "number_words"),
    (1, "kematian_ibu", "12 per", "refused", "number_words"),
    (1, "kematian_ibu", "12 dari Jakarta Pusat", "taken", "12"),
    (1, "kematian_ibu", "satu juta lima ratus", "asked", "1000500"),
    (1, "kematian_ibu", "1. 250", "asked", "250 1250"),
    (1, "kematian_ibu", "1.2 juta", "taken", "1200000"),
    (1, "kematian_ibu", "5 ratus ribu", "taken", "500000"),
    (1, "kematian_ibu", "lima puluh satu", "taken", "51"),
)  # fmt: skip


KINDS = {
    # signs of Unicode that alter a figure
    "refused": "10^3, 5.10^3, 5¨7, 5´7, 12٠, ˜12, 12°, 5  7, 5\u30007, !2, 12 ⁺ 3",
    # the rest is missing, or stands for more
    "refused ": "12 dan, 1&, 12 orang dan, 12 sekian, 12 ribu sekian, min 12, 12 hampir meninggal",
    # compared, and no whole of which it is a part
    "refused  ": "10 dibanding 12, 10 berbanding 12, 5 per 7, 12 dari 2016",
    # words that only look like the question's own
    "refused   ": "akar 144, 12 selamat, 12 orangtua",
    "asked": "0.250, 0.500, 00.250, 014.250, 2016, +12",
    # what announces something has nothing behind it
    # the end of a sum of money, and a second figure; a whole before its part only where it is said to be one
    "refused    ": "12,-,3|12,- 3|12,- 500|12.000,-,5|/14.250 12|per 14.250 12",
    "asked ": "12:, jumlah 12 orang:, 12=, 12 orang =",
    "12": "tot 12, berjumlah 12, jadi 12, smuanya 12, Assalamualaikum wr. wb. 12 orang, kami laporkan 12 orang"
    ", Selamat siang Bapak/Ibu: 12 orang, 12 orang (valid), 12 orang. Terima kasih banyak, duabelas"
    ", 12 orang di Kota Jakarta Pusat, 12 orang se Jakarta Pusat, untuk 2016: 12, dua blas, 12 (duabelas) orang"
    ", 12 orang. Sekian, Min: 12, dalam 1 tahun 12 orang, 12 👍🏽, sekian 12",
    "14250": "empatbelas ribu duaratus limapuluh, 14ribu250, 14rb250 orang, 14 ribu duaratus lima puluh",
    "0": "tidak ada kematian ibu, belum ada kasus, tdk ada yang meninggal, tidak ada kasus",
    "number_no_data": "tidak ada, belum ada data",
    "number_text": "tidak ada laporan, tidak ada bayi, tidak ada data kematian ibu",
}


@each_row(
    ("how", "text"),
    [(how, text) for how, texts in KINDS.items() for text in re.split(r", |\|", texts)],
)
def test_kinds_of_figures_for_one_question(how: str, text: str) -> None:
    indicator = INSTRUMENT.indicator(1)
    code = indicator.inputs[1 if how == "14250" else 0].code
    made, figures = became(indicator, code, text)
    if how.isdigit():
        assert (made, figures) == ("taken", (Decimal(how),))
    elif how.startswith("number"):
        assert (made, figures) == ("refused", how)
    else:
        assert made == how.strip(), figures


def test_a_whole_before_a_larger_part_hears_what_is_wrong_with_it() -> None:
    indicator = INSTRUMENT.indicator(1)
    for text in ("dari 2 ada 3", "dari 12 14.250"):
        assert became(indicator, "kematian_ibu", text) == ("refused", "part_above_whole")


@each_row(("number", "code", "text", "how", "what"), OTHERS)
def test_units_words_and_sources(number: int, code: str, text: str, how: str, what: str) -> None:
    made, figures = became(INSTRUMENT.indicator(number), code, text)
    wanted = what if how == "refused" else tuple(map(Decimal, what.split()))
    assert (made, figures) == (how, wanted)


@pytest.mark.parametrize(
    ("number", "text", "value"),
    [
        (1, "84 per 100.000 kelahiran hidup", "84"), (1, "84/100.000", "84"), (1, "84,2", "84.2"),
        (2, "21 per seribu kelahiran hidup", "21"), (2, "21‰", "21"), (2, "21 permil", "21"),
        (8, "150 liter/orang/hari", "150"), (8, "150 liter per kapita per hari", "150"), (5, "5 per 100", "5"),
        (1, "84 per 1.000", None), (1, "84 orang", None), (5, "8 permil", None), (8, "150 liter per hari", None),
        (1, "84 per 100.000 penduduk", None), (1, "84 permil", None),
    ],
)  # fmt: skip
def test_a_ready_figure_takes_its_own_unit_alone(number: int, text: str, value: str | None) -> None:
    reading = parse(text, asked(INSTRUMENT.indicator(number), None, YEAR, PLACE))
    assert getattr(reading, "value", None) == (None if value is None else Decimal(value)), reading


def test_a_rate_is_no_pair_and_two_questions_are_none() -> None:
    about = asked(INSTRUMENT.indicator(1), "kematian_ibu", YEAR, PLACE)
    assert isinstance(parse("84 per 100.000", about), NoNumber)
    assert isinstance(parse("12 dari 14.250", about), Pair)
    assert isinstance(parse("12 mungkin", about), Ambiguous)


def test_a_unit_that_only_an_instrument_knows_is_its_own() -> None:
    indicator = INSTRUMENT.indicator(15)
    field = replace(
        indicator.inputs[0], unit="desa", name="desa sadar hukum", question="Berapa desa?"
    )
    about = asked(replace(indicator, inputs=(field,)), field.code, YEAR, PLACE)
    assert parse("12 desa", about) == TypedNumber(Decimal(12))
    assert isinstance(parse("12 orang", about), NoNumber)


def test_marks_live_through_a_draft_that_is_kept() -> None:
    made = (marks.Mark("a", "about"), marks.Mark("b", "converted", "12 km2"))
    draft = {"a": "1", "b": "2", **marks.kept(made)}
    assert marks.taken_out(draft) == made
    assert draft == {"a": "1", "b": "2"}


@pytest.mark.parametrize("text", ["tidak ada yang", "5, tidak ada yang"])
def test_nothing_that_is_not_said_of_what_is_no_nought(text: str) -> None:
    assert isinstance(numbers.parse(text), numbers.NoNumber)


@pytest.mark.parametrize(
    ("code", "text", "outcome"),
    [
        # a bracket that says the same in another unit repeats the figure; one that says another does not
        ("vegetasi_awal", "120.000 m2 (12 ha)", "12"),
        ("vegetasi_awal", "12 ha (120.000 m2)", "12"),
        ("vegetasi_awal", "12 ha (12 m2)", "number_repeat"),
        ("vegetasi_awal", "12 km2 (12 ha)", "number_repeat"),
        ("vegetasi_awal", "seluas 12 ha", "12"),
        ("volume_air", "45.000 m3/hari (45.000.000 liter/hari)", "45000000"),
        ("volume_air", "45.000 m3/hari (45.000 liter/hari)", "number_repeat"),
        ("volume_air", "45.000 liter (45.000 m3)", "number_repeat"),
        ("volume_air", "45 juta liter sehari", "45000000"),
        ("volume_air", "520 lps", "44928000"),
        ("volume_air", "520 L/s", "44928000"),
        ("kematian_ibu", "12 sehari", "number_unit"),
        ("kematian_ibu", "12 lps", "number_unit"),
        # one figure said twice, with a comma between
        ("kematian_ibu", "Nihil, tidak ada kematian ibu", "0"),
        ("kematian_ibu", "nihil, 3", "number_several"),
        ("kematian_ibu", "12, dua belas", "12"),
        ("kematian_ibu", "12, tiga belas", "number_several"),
        ("kematian_ibu", "dua belas, dua belas", "number_several"),
        ("kematian_ibu", "12 org, trmksh", "12"),
    ],
)
def test_what_is_said_twice_is_one_figure_only_where_it_is_the_same(
    code: str, text: str, outcome: str
) -> None:
    indicator = next(
        one for one in INSTRUMENT.indicators if any(field.code == code for field in one.inputs)
    )
    kind, result = became(indicator, code, text)
    if kind == "refused":
        assert result == outcome
    else:
        assert isinstance(result, tuple)
        assert result == (Decimal(outcome),)


@pytest.mark.parametrize(
    ("text", "how", "figures"),
    [
        # a source in front: of the figure only where what is counted stands behind it
        *(
            (text, "taken", ("12",))
            for text in (
                "menurut data dinkes 12 orang", "berdasarkan laporan puskesmas 12 orang",
                "sumber: puskesmas 12 orang", "menurut RSUD Koja 12 orang",
                "menurut data dinkes dua belas orang", "sesuai data bidan 12 kematian",
                "menurut dinkes: 12", "kota adm. jakarta pusat 12",
                "kota administrasi Jakarta Pusat: 12 orang",
            )
        ),
        *(
            (text, "asked", ("12",))
            for text in (
                "sesuai SK 12", "berdasarkan SK no 12 tahun 2016", "sesuai data halaman 12",
                "menurut pasal 12", "berdasarkan data puskesmas kecamatan 12",
                "12 (5%)", "12 orang (0,08 persen)", "12 (84 per 100.000)", "12 orang (= 5%), pak",
            )
        ),
        *(
            (text, "refused", None)
            for text in (
                "menurut data dinkes 12", "menurut 12 puskesmas",
                "menurut data dari 14 puskesmas 12 orang", "menurut data dari 1400 desa 12 orang",
                "sumber tabel 4, 12 orang", "menurut data bulan Desember 12 orang",
                "bulan Desember 12 orang", "adm. 12", "adm. selatan 12",
                "12 (naik 5%)", "12 (5% dari 240)", "12 (5%) (6%)", "12 (1.5%)", "x (5%)",
            )
        ),
        # both by their names, in either order; what they come to must fit
        *(
            (text, "taken", ("12", "14250"))
            for text in (
                "kematian ibu = 12, kelahiran hidup = 14.250",
                "kematian ibu: 12; kelahiran hidup: 14.250",
                "kematian ibu 12 orang\nkelahiran hidup 14.250 bayi",
                "kelahiran hidup = 14.250, kematian ibu = 12",
                "jumlah kematian ibu ada 12 orang dan jumlah kelahiran hidup ada 14.250 bayi",
                "12 dari 14.250 (0,08%)", "12/14.250 (0,084 persen)",
                "12 dari 14.250 (84 per 100.000 kelahiran hidup)",
            )
        ),
        *(
            (text, "refused", None)
            for text in (
                "kematian ibu = 12, kematian bayi = 14.250", "kematian ibu 1O, kelahiran hidup 14.250",
                "kematian ibu 10-12, kelahiran hidup 14.250", "kematian ibu 12, kelahiran hidup 5%",
                "bukan kematian ibu = 12, kelahiran hidup = 14.250",
                "target kematian ibu = 12, kelahiran hidup = 14.250",
                "kematian ibu 5%, kelahiran hidup 14.250", "kematian ibu 12; 3; kelahiran hidup 14.250",
                "12 dari 14.250 (0,09%)", "12 dari 14.250 (85 per 100.000)", "0 dari 0 (0%)",
            )
        ),
        ("kematian ibu sekitar 12, kelahiran hidup 14.250", "marked", ("12", "14250")),
    ],
)  # fmt: skip
def test_sources_names_and_shares(text: str, how: str, figures: tuple[str, ...] | None) -> None:
    became_how, given = became(INSTRUMENT.indicator(1), "kematian_ibu", text)
    assert became_how == how
    if figures is not None:
        assert given == tuple(map(Decimal, figures))


def test_a_place_has_other_names() -> None:
    names = Region(1, "31.71", PLACE, aliases=("Jakpus", "Jkt Pusat")).names
    about = asked(INSTRUMENT.indicator(1), "kematian_ibu", YEAR, names)
    for text in ("jakpus 12", "Jakpus: 12 orang", "12 orang di jkt pusat", "kota jakpus ada 12"):
        assert parse(text, about) == TypedNumber(Decimal(12)), text
    assert isinstance(parse("jaksel 12", about), NoNumber)
