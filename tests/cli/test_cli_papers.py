"""`peduli-ham recap` and `papers`: files that are whole and private, settings, and refusals in one line."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.cli.conftest import Peduli


@pytest.fixture
def period(peduli: Peduli) -> None:
    peduli("setup", "jakarta-pusat")


@pytest.mark.usefixtures("period")
def test_a_recap_is_private_noted_and_never_replaced(peduli: Peduli) -> None:
    assert peduli("papers", "list").stdout == "No paper was made.\n"
    done = peduli("recap", "--region", "jakarta pusat", "--out", "recap.pdf")
    assert (done.exit_code, done.stderr) == (0, "")
    assert stat.S_IMODE(Path("recap.pdf").stat().st_mode) == 0o600
    code = done.stdout.split("code ")[1][:12]
    assert done.stdout == f"recap.pdf: written (mode 0600), code {code}, made from entry 1.\n"
    assert code in PdfReader("recap.pdf").pages[0].extract_text()
    again = peduli("recap", "--region", "31.71", "--out", "recap.pdf")
    assert again.stderr == "recap.pdf: exists and is not overwritten. Give another name.\n"
    [_, row] = peduli("papers", "list").stdout.splitlines()
    assert row.split()[:2] == [code, "pdf"]
    assert row.endswith("recap  Jakarta Pusat")
    assert list(Path().glob(".*.part")) == []


@pytest.mark.usefixtures("period")
@pytest.mark.parametrize(
    "words",
    [
        "papers make receipt --region 31.71 --unit sudinkes --out paper.docx",
        "papers make office_sheet --region 31.71 --unit sudinkes --out paper.pdf",
        "papers make examination --region 31.71 --out paper.pdf --period 2017",
        "papers make province_recap --province 31 --out paper.xlsx",
        "papers make cover_letter --region 31.71 --out paper.docx",
    ],
)
def test_papers_by_name(peduli: Peduli, words: str) -> None:
    done = peduli(*words.split())
    assert (done.exit_code, done.stderr) == (0, "")
    file = words.split("--out ")[1].split()[0]
    code = done.stdout.split("code ")[1][:12]
    assert Path(file).stat().st_size > 1000
    assert peduli("verify", "--paper", code).stdout.startswith(f"{code}: still true. ")
    assert peduli("verify", "--paper", file).exit_code == 0


@pytest.mark.usefixtures("period")
def test_settings_are_printed_filled_in_and_set(peduli: Peduli) -> None:
    printed = peduli("papers", "settings", "--region", "jakarta pusat").stdout
    Path("kop.toml").write_text(
        printed.replace("head = []", 'head = ["KOTA CONTOH"]', 1).replace(
            'name = ""', 'name = "Hana & Co"', 1
        ),
        encoding="utf-8",
    )
    done = peduli("papers", "settings", "kop.toml", "--region", "31.71")
    assert done.stdout == "31.71: letterhead and 2 signers set for period 2017.\n"
    again = peduli("papers", "settings", "--region", "31.71").stdout
    assert 'name = "Hana & Co"' in again
    peduli("recap", "--region", "31.71", "--out", "recap.pdf")
    assert "KOTA CONTOH" in PdfReader("recap.pdf").pages[0].extract_text()
    kanwil = peduli("papers", "settings", "--province", "31").stdout
    assert "[signers.kanwil]" in kanwil
    assert "KOTA CONTOH" not in kanwil


@pytest.mark.usefixtures("period")
@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("recap --region 31.71 --out x.txt", "x.txt: which kind of file? Give a name that ends in .pdf, .docx or .xlsx."),
        ("papers make recap --province 31 --out x.pdf", "recap: it is about a region. Give --region REGION."),
        ("papers make recap --region 31.71 --unit sudinkes --out x.pdf", "recap: it is about a region. Give --region REGION."),
        ("papers make receipt --region 31.71 --out x.pdf", "receipt: it is about an office. Give --region REGION and --unit OFFICE."),
        ("papers make province_recap --region 31.71 --out x.pdf", "province_recap: it is about a province. Give --province CODE."),
        ("papers make province_recap --province 99 --out x.pdf", "99: no such province. Known: 31."),
        ("papers make criteria_minutes --province 31 --out x.pdf", "criteria_minutes: province 31 has no agreement in period 2017."),
        ("papers make criteria_minutes --region 31.71 --out x.pdf", "criteria_minutes: it is about a province. Give --province CODE."),
        ("papers settings", "Whose? Give --region REGION, or --province CODE for its Kanwil."),
        ("papers settings nowhere.toml --province 31", "nowhere.toml: no such file."),
    ],
)  # fmt: skip
def test_refusals(peduli: Peduli, words: str, problem: str) -> None:
    done = peduli(*words.split())
    assert done.exit_code == 2
    [line] = done.stderr.splitlines()
    assert line.startswith(problem)
    assert not Path("x.pdf").exists()


@pytest.mark.usefixtures("period")
def test_an_office_that_is_not_there_and_a_file_that_is_no_settings(peduli: Peduli) -> None:
    done = peduli(
        "papers", "make", "receipt", "--region", "31.71", "--unit", "nobody", "--out", "x.pdf"
    )
    assert done.stderr.startswith("nobody: no such office in Jakarta Pusat. Known: ")
    Path("bad.toml").write_text("kop = 1", encoding="utf-8")
    done = peduli("papers", "settings", "bad.toml", "--province", "31")
    assert (
        done.stderr
        == "bad.toml: the file: no kop there. Known: head, copies, place, numbers, signers.\n"
    )
