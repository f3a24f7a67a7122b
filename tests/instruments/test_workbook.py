"""An instrument goes through a workbook unchanged, and what is wrong in one is told by its cell."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook

from bot.cli.instruments import cell_line
from bot.instruments.instrument_problems import OWN, WorkbookError
from bot.instruments.judging import read_workbook, says_the_same
from bot.instruments.layout import layout
from bot.instruments.numbering import slug
from bot.instruments.rows import ROLES
from bot.instruments.workbook_cells import as_printed
from bot.instruments.workbook_writer import empty_workbook, filled_workbook
from bot.roster.roster_problems import OWN as OF_WORKBOOKS
from messages.environment import FOLDER
from messages.problem_words import INSTRUMENTS, problem_codes
from scoring import indicators, load
from scoring.bands import parse_range
from scoring.errors import CATALOGUE
from scoring.load import BUNDLED, load_texts
from scoring.model import Instrument
from scoring.replacing import replace
from scoring.source import read_directory
from tests.instruments.officer import typed
from tests.support.libreoffice import converted, needs_libreoffice
from tests.support.nightly import sampled

HERE = Path(__file__).parents[1] / "scoring"
FOLDERS = [
    *sorted(one for one in BUNDLED.iterdir() if one.is_dir()),
    *sorted((HERE / "instruments").iterdir()),
    HERE / "bad" / "base",
]
Edit = Callable[[Workbook], None]


def meaning(files: dict[str, str]) -> Instrument:
    """Return the instrument without the hash of its texts."""
    return replace(load_texts(files), hash="")


def saved_again(content: bytes) -> bytes:
    """Return the workbook as openpyxl saves it."""
    made = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(content)).save(made)
    return made.getvalue()


@pytest.mark.parametrize("folder", sampled(FOLDERS, 3), ids=lambda folder: folder.name)
def test_an_instrument_that_was_a_workbook_is_equal(folder: Path) -> None:
    files = read_directory(folder)
    content = filled_workbook(files)
    back, warnings = read_workbook(saved_again(content), "i.xlsx")
    assert meaning(back) == meaning(files)
    assert says_the_same(content, files)
    assert [one.code for one in warnings] == ([] if meaning(files).complete else ["incomplete"])


def test_what_a_period_leaves_out_keeps_its_reason() -> None:
    files = read_directory(BUNDLED / "permenkumham-25-2013")
    reason = "    left_out: {text: Tidak dinilai pada putaran ini, status: agreed}\n"
    files["hidup.yaml"] = files["hidup.yaml"].replace(
        "    code: tutupan-vegetasi\n", f"    code: tutupan-vegetasi\n{reason}", 1
    )
    left_out = load_texts(files).indicator(3).left_out
    assert left_out is not None
    back, _ = read_workbook(saved_again(filled_workbook(files)), "i.xlsx")
    assert meaning(back) == meaning(files)


@needs_libreoffice
def test_what_libreoffice_saves_is_read_the_same(tmp_path: Path) -> None:
    files = read_directory(BUNDLED / "permenkumham-25-2013")
    [saved] = converted({"i.xlsx": filled_workbook(files)}, tmp_path, "xlsx").values()
    back, _ = read_workbook(saved, "i.xlsx")
    assert meaning(back) == meaning(files)


def test_an_instrument_that_differs_is_not_the_same() -> None:
    files = read_directory(BUNDLED / "permenkumham-25-2013")
    other = files | {
        "hidup.yaml": files["hidup.yaml"]
        .replace("≤ 110", "≤ 109", 1)
        .replace("111–140", "110–140", 1)
    }
    assert not says_the_same(filled_workbook(other), files)


def test_every_key_of_an_instrument_has_a_column() -> None:
    plan = layout()
    fields = {one.key.partition(".")[0] for one in plan.fields.columns}
    assert set(load.KEYS) == fields | {"rights", "ratings", "return_reasons", "limits"}
    columns = {one.key.partition(".")[0] for one in plan.table("indicators").columns}
    assert set(indicators.KEYS) == columns - {"right"} | {
        "inputs",
        "evidence",
        "limits",
        "relevant",
    }
    of_rules = {one.key for one in plan.table("indicators").columns if one.key.startswith("rule.")}
    for kind, keys in indicators.RULE_KEYS.items():
        named = {f"rule.{key}" for key in keys if key not in (*ROLES, "inputs")}
        assert {one.removesuffix(".text") for one in of_rules} >= named, kind


def test_an_officer_makes_an_instrument_of_ten_indicators() -> None:
    files, warnings = read_workbook(typed(), "perwal.xlsx")
    made = load_texts(files)
    assert warnings == []
    assert [one.no for one in made] == list(range(1, 11))
    assert [one.code for one in made.rights] == ["kesehatan", "pendidikan", "perempuan-anak"]
    assert [band.printed for band in made.indicator(1).bands] == ["≤ 110", "111–200", "> 200"]
    assert [band.printed for band in made.indicator(7).bands] == ["≤ 20", "> 20–30", "> 30"]
    assert made.indicator(1).input("kelahiran_hidup") == made.indicator(2).input("kelahiran_hidup")
    assert made.indicator(3).rule.whole  # type: ignore[union-attr]
    assert [str(one.points) for one in made.indicator(9).inputs[0].options] == ["10", "5", "0"]
    assert made.indicator(4).evidence[0].stamp
    assert made.indicator(4).guidance.article == "Perwal 7/2027 lampiran"
    assert made.ratings[1].source.status == "proposed"  # nothing was said
    assert made.return_reasons == load.load_bundled("permenkumham-25-2013").return_reasons
    assert made.settings.nihil.text.startswith("Usulan")


def put(sheet: str, cell: str, value: object) -> Edit:
    """Return an edit that writes one cell."""

    def edit(book: Workbook) -> None:
        book[sheet][cell].value = value

    return edit


def faults(content: bytes) -> list[str]:
    """Return what is said of a workbook."""
    with pytest.raises(WorkbookError) as caught:
        read_workbook(content, "i.xlsx")
    return [cell_line(one) for one in caught.value.problems]


FAULTS = [
    (put("Instrumen", "B2", "Perwal 7/2027"), "bad_code i.xlsx:Instrumen!B2: “Perwal 7/2027” bukan kode. Pakai huruf"
     " kecil, angka, - dan _, diawali huruf. Maksud Anda “perwal-7-2027”?"),
    (put("Instrumen", "B3", None), "not_filled i.xlsx:Instrumen!B3: “Judul” belum diisi. Tulis misalnya Kriteria Kota"
     " Peduli HAM menurut Peraturan Wali Kota Nomor 7 Tahun 2027."),
    (put("Indikator", "B3", "Kesehatn"), "unknown_reference i.xlsx:Indikator!B3: “Kesehatn” bukan salah satu dari hak"
     " pada lembar Hak. Yang ada: Kesehatan, Pendidikan, Perempuan & anak. Maksud Anda “Kesehatan”?"),
    (put("Indikator", "E3", "perbandigan"), "unknown_word i.xlsx:Indikator!E3: “perbandigan” tidak dikenal untuk"
     " “Cara hitung”. Pilihannya: perbandingan, bagian yang hilang, jumlah, angka, penjumlahan, pilihan, beberapa pilihan, banyaknya pilihan, ya/tidak, dokumen. Maksud Anda"
     " “perbandingan”?"),
    (put("Indikator", "G3", "100.000"), "grouped_number i.xlsx:Indikator!G3: “100.000” dapat berarti 100 atau 100000."
     " Tulis bilangan tanpa titik (100000), dan desimal dengan koma."),
    (put("Indikator", "F3", None), "not_filled i.xlsx:Indikator!F3: “Satuan” belum diisi. Tulis misalnya per 100.000"
     " kelahiran hidup."),
    (put("Indikator", "G9", 100), "unknown_key i.xlsx:Indikator!G9: “Faktor” tidak dipakai pada cara hitung number."
     " Kosongkan sel ini; yang dipakai: kind, source, input."),
    (put("Isian", "B4", "pembilng"), "role_unwanted i.xlsx:Isian!B4: Indikator 1 dihitung sebagai perbandingan, yang"
     " tidak memakai pembilng. Peran yang dipakai: pembilang, penyebut. Maksud Anda “pembilang”?"),
    (put("Isian", "B5", "pembilang"), "role_twice i.xlsx:Isian!B5: Indikator 1 mempunyai dua isian yang menjadi"
     " pembilang. Pertahankan salah satu."),
    (put("Isian", "A5", 2), "role_missing i.xlsx:Indikator!E3: Indikator 1 dihitung sebagai perbandingan, tetapi belum"
     " ada isian yang menjadi penyebut. Tambahkan satu baris untuk itu pada lembar Isian."),
    (put("Isian", "A5", 21), "unknown_reference i.xlsx:Isian!A5: “21” bukan salah satu dari indikator pada lembar"
     " Indikator. Yang ada: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10. Maksud Anda “2”?"),
    (put("Isian", "E4", "Berapa *tebal*?"), "bad_markup i.xlsx:Isian!E4: “Pertanyaan” memuat `*`. Yang dikenal hanya"
     " sepasang ** untuk huruf tebal, {daerah}, dan {tahun}."),
    (put("Rentang", "C8", "sampai 110 orang"), "bad_range i.xlsx:Rentang!C8: “≤ 110 orang” bukan rentang. Tulis seperti"
     " tercetak: ≤ 110; 111–140; > 0–1; ≥ 230; 0; desimal dengan koma."),
    (put("Rentang", "C9", "111–199"), "band_hole i.xlsx:Rentang!B10: Antara “111–199” dan “> 200” tidak disebut poin"
     " untuk “200”. Geser salah satu batasnya, atau tulis pada kolom Celah tercetak bila naskahnya memang demikian."),
    (put("Rentang", "C10", "≥ 200"), "band_overlap i.xlsx:Rentang!B10: “111–200” bertumpang tindih dengan “≥ 200”."
     " Geser salah satu batasnya, supaya setiap angka mempunyai satu rentang."),
    (put("Rentang", "B9", 11), "points_not_falling i.xlsx:Rentang!B9: “111–200” berpoin 11 sesudah 10. Urutkan rentang"
     " dari poin tertinggi ke terendah."),
    (put("Rentang", "C9", "=1+1"), "formula i.xlsx:Rentang!C9: Sel ini berisi rumus. Tulis nilainya."),
    (put("Pilihan", "A3", 4), "no_choice i.xlsx:Pilihan!A3: Indikator 4 mempunyai pilihan, tetapi isiannya bukan"
     " pilihan. Hapus baris ini, atau tulis Cara hitung: pilihan."),
    (put("Predikat", "B5", 80), "ratings_order i.xlsx:Predikat!A4: Predikat “belum-memenuhi” mulai dari 80"),
    (put("Hak", "A3", "instrument"), "bad_code i.xlsx:Hak!A3: “instrument” bukan kode."),
    (put("Batas kewajaran", "B3", "jauh dari tahun lalu"), "limit_twice i.xlsx:Batas kewajaran!B3: Batas jauh dari"
     " tahun lalu tertulis dua kali. Pertahankan salah satu."),
    (put("Rentang", "B2", 9), "still_example i.xlsx:Rentang!F2: Baris ini bertanda contoh, tetapi isinya sudah diubah."
     " Kosongkan kolom Catatan bila baris ini berlaku; bila tidak, hapus barisnya."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "line"), sampled(FAULTS, 3), ids=[line.split()[0] for _, line in FAULTS]
)
def test_a_fault_is_told_by_its_cell(edit: Edit, line: str) -> None:
    problems = faults(typed(edit))
    assert [one for one in problems if one.startswith(line)], problems


def test_the_empty_workbook_is_one_fault() -> None:
    assert faults(empty_workbook()) == [
        "blank_workbook i.xlsx:1: Berkas ini masih kosong. Isi lembar Instrumen, Hak, Indikator, Isian, Rentang,"
        " Predikat. Baris bertanda contoh tidak dibaca."
    ]


def test_what_is_no_workbook_is_one_fault() -> None:
    assert [one.split()[0] for one in faults(b"code: perwal")] == ["not_a_workbook"]
    other = io.BytesIO()
    Workbook().save(other)
    assert {one.split()[0] for one in faults(other.getvalue())} == {"missing_sheet"}


@pytest.mark.parametrize(
    ("typed_as", "printed"),
    [
        ("<=110", "≤ 110"),
        ("111 - 140", "111–140"),
        (">0-1", "> 0–1"),
        ("0", "0"),
        ("≥230", "≥ 230"),
        ("1 s/d 5", "1–5"),
    ],
)
def test_ranges_are_read_as_keyboards_have_them(typed_as: str, printed: str) -> None:
    assert as_printed(typed_as) == printed


def test_codes_are_made_from_names() -> None:
    assert slug("Perempuan & anak", "-") == "perempuan-anak"
    assert slug("10 % atau lebih", "-") == "i-10-atau-lebih"
    assert slug("–", "-") == ""


ELSEWHERE = {
    "no_such_roster", "not_owed", "wrong_year", "not_a_directory", "missing_file", "unlisted_file",
    "unknown_indicator", "answer_mixed", "accepted_unwanted", "parts_expected", "answer_refused",
    "no_subject",
}  # fmt: skip
"""Of rosters, folders, agreements and files of answers."""
CODES = sorted((set(OWN) | set(OF_WORKBOOKS) | set(CATALOGUE)) - ELSEWHERE)


def test_every_code_has_its_sentences() -> None:
    assert set(CODES) <= problem_codes(INSTRUMENTS)


def test_nothing_that_the_english_sentence_says_is_left_out() -> None:
    source = (FOLDER / "instrument_problems.toml").read_text(encoding="utf-8")
    for code, section in re.findall(r"\[codes\.(\w+)\]\n(.*?)(?=\n\[|\n\n)", source, re.DOTALL):
        if code == "other":
            continue
        entry = OWN.get(code) or OF_WORKBOOKS.get(code) or CATALOGUE[code]
        english = set(re.findall(r"\{(\w+)\}", entry.message + entry.fix))
        assert set(re.findall(r"\{\{ (\w+) \}\}", section)) <= english | {"daerah"}, code


@pytest.mark.parametrize(
    ("typed_as", "printed"),
    [
        ("di atas 200", "> 200"), ("Lebih dari 5", "> 5"), ("kurang dari 50", "< 50"), ("di bawah 50%", "< 50"),
        ("6 sampai dengan 11", "6–11"), ("110 s/d 200", "110–200"), ("6 hingga 11", "6–11"), ("≥30%", "≥ 30"),
        ("0 - 2,0 %", "0–2,0"), ("sampai 110", "≤ 110"), ("minimal 12", "≥ 12"), ("paling banyak 3", "≤ 3"),
    ],
)  # fmt: skip
def test_a_range_is_read_as_people_say_it(typed_as: str, printed: str) -> None:
    assert as_printed(typed_as) == printed
    assert parse_range(printed) is not None


def test_what_an_officer_writes_beside_a_figure_is_not_in_the_way() -> None:
    def edit(book: Workbook) -> None:
        cells = {
            ("Indikator", "A3"): "1.",
            ("Indikator", "J4"): "0 desimal",
            ("Rentang", "B8"): "10 poin",
        }
        for (sheet, cell), text in cells.items():
            book[sheet][cell] = text
        book["Indikator"]["E6"] = "Ya / Tidak"
        points = [book["Rentang"][f"B{row}"].value for row in (8, 9, 10)]
        ranges = [book["Rentang"][f"C{row}"].value for row in (8, 9, 10)]
        for row, point, range_ in zip((8, 9, 10), reversed(points), reversed(ranges), strict=True):
            book["Rentang"][f"B{row}"], book["Rentang"][f"C{row}"] = point, range_

    files, _ = read_workbook(typed(edit), "i.xlsx")
    plain, _ = read_workbook(typed(), "i.xlsx")
    assert meaning(files) == meaning(plain)


def test_a_number_that_stands_twice_is_told_and_nothing_follows_from_it() -> None:
    def edit(book: Workbook) -> None:
        book["Indikator"]["A12"] = 9

    problems = faults(typed(edit))
    assert problems[0].startswith(
        "duplicate_number i.xlsx:Indikator!A12: Dua indikator bernomor 9."
    )
    assert not [line for line in problems if line.startswith("no_choice")]
