"""`peduli-ham instrument`: out to a workbook and back, compared, as a form; what cannot be done is one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.load import BUNDLED
from scoring.source import read_directory
from tests.cli.conftest import Peduli
from tests.instruments.officer import typed

CODE = "permenkumham-25-2013"
KINDS = Path(__file__).parents[1] / "scoring" / "instruments" / "kinds"
NEW = {  # what a later regulation says in place of the one of 2013
    "instrument.yaml": [(f"code: {CODE}", "code: contoh-2027")],
    "hidup.yaml": [
        ("name: Angka kematian bayi", "name: Angka kematian bayi dan balita"),
        ("≤ 110", "≤ 100"),
        ("111–140", "101–140"),
        ("Laporan kematian ibu dan kelahiran hidup {tahun}", "Profil kesehatan {tahun}"),
    ],
    "kesejahteraan.yaml": [
        ("name: Penyediaan air bersih", "name: Sanitasi layak"),
        ("code: air-bersih", "code: sanitasi-layak"),
    ],
}


@pytest.fixture
def later(folder: Path) -> str:
    """Write an instrument that differs from the bundled one."""
    files = read_directory(BUNDLED / CODE)
    (folder / "later").mkdir()
    for name, text in files.items():
        for before, after in NEW.get(name, ()):
            assert before in text, before
            text = text.replace(before, after)
        (folder / "later" / name).write_text(text, encoding="utf-8")
    return "later"


@pytest.mark.usefixtures("indonesian")
def test_an_instrument_goes_out_and_comes_back(folder: Path, peduli: Peduli) -> None:
    out = peduli("instrument", "to-xlsx", CODE, "i.xlsx")
    assert out.exit_code == 0, out.stderr
    back = peduli("instrument", "from-xlsx", "i.xlsx", "mine")
    assert "mine: permenkumham-25-2013, 17 indikator." in back.stdout
    assert peduli("check", "mine").exit_code == 0
    assert peduli("instrument", "compare", CODE, "mine").stdout.startswith(
        f"{CODE} → {CODE}: 17 tetap, 0 berganti nama"
    )
    again = peduli("instrument", "from-xlsx", "i.xlsx", "mine")
    assert (again.exit_code, again.stderr) == (
        2,
        "mine: sudah ada dan tidak ditimpa. Berikan nama lain.\n",
    )
    (folder / "empty").mkdir()
    assert peduli("instrument", "from-xlsx", "i.xlsx", "empty").exit_code == 0
    assert not [one for one in folder.iterdir() if one.name.startswith(".")]


@pytest.mark.usefixtures("indonesian")
def test_an_empty_workbook_is_filled_in(folder: Path, peduli: Peduli) -> None:
    assert peduli("instrument", "template", "kosong.xlsx").exit_code == 0
    empty = peduli("instrument", "from-xlsx", "kosong.xlsx", "mine")
    assert empty.exit_code == 2
    assert empty.stderr.startswith("blank_workbook kosong.xlsx:1: Berkas ini masih kosong.")
    assert not (folder / "mine").exists()
    (folder / "isi.xlsx").write_bytes(typed())
    assert "10 indikator" in peduli("instrument", "from-xlsx", "isi.xlsx", "mine").stdout


@pytest.mark.usefixtures("indonesian")
def test_a_skeleton_is_a_warning(folder: Path, peduli: Peduli) -> None:
    skeleton = Path(__file__).parents[1] / "scoring/instruments/skeleton-2016"
    peduli("instrument", "to-xlsx", skeleton, "s.xlsx")
    made = peduli("instrument", "from-xlsx", "s.xlsx", "mine")
    assert made.exit_code == 0
    assert made.stderr.startswith("incomplete s.xlsx:Instrumen!B4: Instrumen ini belum lengkap")


@pytest.mark.parametrize("kind", ["yaml", "xlsx"])
@pytest.mark.usefixtures("indonesian")
def test_a_map_is_proposed_and_read_again(peduli: Peduli, later: str, kind: str) -> None:
    first = peduli("instrument", "compare", CODE, later, "--write-map", f"peta.{kind}")
    assert first.exit_code == 0, first.stderr
    assert "15 tetap, 1 berganti nama, 0 digabung, 0 dipecah, 1 dihapus, 1 baru" in first.stdout
    assert "Peta ini usulan" in first.stdout
    for phrase in ("≤ 110 = 10", "≤ 100 = 10", "Profil kesehatan {tahun}", "data dukung"):
        assert phrase in first.stdout.replace("\n", " "), phrase
    second = peduli("instrument", "compare", CODE, later, "--map", f"peta.{kind}")
    assert second.exit_code == 0, second.stderr
    assert "Peta ini usulan" not in second.stdout
    table = first.stdout.index("Perubahan"), first.stdout.index("peta.")
    assert first.stdout[slice(*table)] == second.stdout[second.stdout.index("Perubahan") :]


def test_a_map_of_others_is_refused(folder: Path, peduli: Peduli, later: str) -> None:
    peduli("instrument", "compare", CODE, later, "--write-map", "peta.yaml")
    peduli("instrument", "compare", CODE, later, "--write-map", "peta.xlsx")
    for kind, place in (("yaml", "3"), ("xlsx", "Instrumen!B2")):
        refused = peduli("instrument", "compare", CODE, CODE, "--map", f"peta.{kind}")
        assert refused.exit_code == 2
        assert f"unknown_word peta.{kind}:{place}: `contoh-2027` is not known" in refused.stderr
    (folder / "bad.xlsx").write_bytes(typed())
    assert (
        "missing_sheet" in peduli("instrument", "compare", CODE, later, "--map", "bad.xlsx").stderr
    )


def test_a_form_is_written(folder: Path, peduli: Peduli) -> None:
    assert peduli("instrument", "to-xlsform", CODE, "form.xlsx").exit_code == 0
    assert (folder / "form.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (
            ("to-xlsx", "permenkumham-25-2031", "i.xlsx"),
            "permenkumham-25-2031: no such instrument.",
        ),
        (
            ("to-xlsx", CODE, "i.csv"),
            "i.csv: not a name for such a file. Give one that ends in .xlsx.",
        ),
        (("from-xlsx", "none.xlsx", "mine"), "none.xlsx: no such file. Give a workbook, as"),
        (
            ("from-xlsx", "here.xlsx", "no/such"),
            "no: no such folder. Give one in a folder that exists.",
        ),
        (("compare", CODE, CODE, "--map", "none.yaml"), "none.yaml: no such file. Give a map, as"),
        (("template", "here.xlsx"), "here.xlsx: exists and is not overwritten. Give another name."),
    ],
)
def test_what_cannot_be_done_is_one_line(
    folder: Path, peduli: Peduli, words: tuple[str, ...], problem: str
) -> None:
    (folder / "here.xlsx").write_bytes(b"")
    result = peduli("instrument", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith(problem)
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("indonesian")
def test_compare_says_what_hangs_on_what_otherwise(folder: Path, peduli: Peduli) -> None:
    (folder / "lain").mkdir()
    for name, text in read_directory(KINDS).items():
        text = text.replace("weight: 3", "weight: 4").replace("least: 2}", "least: 3}")
        text = text.replace("input: ada, equals: true}", "input: ada, equals: false}")
        (folder / "lain" / name).write_text(text, encoding="utf-8")
    done = peduli("instrument", "compare", KINDS, "lain")
    rows = [" ".join(line.split()) for line in done.stdout.splitlines()]
    for row in (
        "10 bobot Bobot: 3 dalam Proses Bobot: 4 dalam Proses",
        "6 syarat Ditanyakan bila: 5. forum anak dijawab “ya”"
        " Ditanyakan bila: 5. forum anak dijawab “tidak”",
    ):
        assert row in rows
    assert any(row.startswith("12 tahap sebelumnya Dihitung setelah: Anggaran") for row in rows)
