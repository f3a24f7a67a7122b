"""An instrument of ten indicators, typed into the empty workbook as an officer does who has never seen YAML."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import openpyxl
from openpyxl import Workbook

from bot.instruments.workbook_writer import empty_workbook

SOURCE = {"Sumber": "Perwal 7/2027 lampiran", "Status": "terkonfirmasi"}
RATIO = {
    "Satuan": "per 100.000",
    "Faktor": 100000,
    "Arah": "makin rendah makin baik",
    "Ketelitian": 0,
}
SHARE = {"Satuan": "%", "Faktor": 100, "Arah": "makin tinggi makin baik", "Ketelitian": 1}
LOW = {"Satuan": "anak", "Arah": "makin rendah makin baik", "Ketelitian": 0}
RIGHTS = [
    ("Hak atas kesehatan", "Kesehatan"),
    ("Hak atas pendidikan", "Pendidikan"),
    ("Hak perempuan dan anak", "Perempuan & anak"),
]
INDICATORS: list[tuple[int, str, str, str, dict[str, object]]] = [
    (1, "Kesehatan", "Kematian ibu", "perbandingan", RATIO),
    (2, "kesehatan", "Kematian bayi", "perbandingan", RATIO | {"Faktor": "1000"}),
    (
        3,
        "Hak atas kesehatan",
        "Imunisasi",
        "Perbandingan",
        SHARE | {"Bagian dari keseluruhan": True},
    ),
    (4, "Kesehatan", "Perda kesehatan", "ya/tidak", {"Poin bila ya": 10, "Poin bila tidak": 0}),
    (5, "Pendidikan", "Putus SD", "perbandingan", RATIO | {"Faktor": 100, "Ketelitian": 2}),
    (6, "Pendidikan", "Anak putus sekolah", "jumlah", LOW),
    (7, "Pendidikan", "Rasio guru", "angka", LOW | {"Ketelitian": "tepat"}),
    (
        8,
        "Pendidikan",
        "Taman bacaan",
        "bagian yang hilang",
        RATIO | {"Faktor": 100, "Ketelitian": 1},
    ),
    (9, "Perempuan & anak", "Gugus tugas", "pilihan", {}),
    (10, "perempuan-anak", "Korban dilayani", "perbandingan", SHARE | {"Ketelitian": 0}),
]
INPUTS = [
    (1, "pembilang", "jumlah kematian ibu", "orang"),
    (1, "penyebut", "kelahiran hidup", "bayi"),
    (2, "pembilang", "jumlah kematian bayi", "bayi"),
    (2, "penyebut", "kelahiran hidup", "bayi"),
    (3, "pembilang", "bayi diimunisasi", "bayi"),
    (3, "penyebut", "jumlah bayi", "bayi"),
    (4, "jawaban", "perda kesehatan", None),
    (5, "pembilang", "anak putus sekolah", "anak"),
    (5, "penyebut", "jumlah murid SD", "anak"),
    (6, "jawaban", "anak putus sekolah", "anak"),
    (7, "jawaban", "murid per guru", "murid"),
    (8, "sebelum", "taman tahun lalu", "taman"),
    (8, "sesudah", "taman tahun ini", "taman"),
    (9, "jawaban", "gugus tugas", None),
    (10, "pembilang", "korban dilayani", "orang"),
    (10, "penyebut", "korban melapor", "orang"),
]
BANDS = [  # as keyboards have it
    (1, "<=110", "111-200", ">200"),
    (2, "≤19", "20 - 40", "> 40"),
    (3, ">= 90", "50-89,9", "<50"),
    (5, 0, "0,01-1,00", ">1"),
    (6, 0, "1 sampai 50", ">50"),
    (7, "<=20", ">20-30", ">30"),
    (8, "0", "0,1–10", ">10"),
    (10, ">=100", "50 s.d. 99", "<50"),
]
OPTIONS = ("Ada dan aktif", "Ada, tidak aktif", "Tidak ada")
POINTS = (10, 5, 0)


def typed(edit: Callable[[Workbook], None] = lambda _: None) -> bytes:
    """Return the workbook as it is saved after an hour, and after this edit."""
    book = openpyxl.load_workbook(io.BytesIO(_whole()))
    edit(book)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


@cache
def _whole() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(empty_workbook()))
    fill(book, "Kode instrumen", "perwal-7-2027")
    fill(book, "Judul", "Kriteria Kota Peduli HAM menurut Perwal 7/2027")
    fill(book, "Nilai daerah", "bagian poin")
    fill(book, "Nilai daerah: sumber", "Pasal 9")
    for name, short in RIGHTS:
        add(book, "Hak", {"Nama": name, "Nama pendek": short})
    for number, right, short, way, more in INDICATORS:
        cells: dict[str, object] = {
            "Nomor": number,
            "Hak": right,
            "Nama": short,
            "Nama pendek": short,
            "Cara hitung": way,
        }
        meant = {
            "Pemilik data": "Dinas",
            "Arti": f"{short} dalam setahun",
            "Contoh hitungan": "1 ÷ 2",
        }
        add(book, "Indikator", cells | meant | SOURCE | more)
        paper = {"Judul": "Laporan {tahun}", "Penanda tangan": "Kepala dinas"}
        add(book, "Data dukung", {"Indikator": number, **paper})
    for number, role, name, unit in INPUTS:
        asked = {"Nama": name, "Pertanyaan": f"Berapa {name} selama {{tahun}}?", "Satuan": unit}
        add(book, "Isian", {"Indikator": number, "Peran": role} | asked)
    for number, *ranges in BANDS:
        for points, printed in zip(POINTS, ranges, strict=True):
            add(book, "Rentang", {"Indikator": number, "Poin": points, "Rentang": printed})
    for points, text in zip(POINTS, OPTIONS, strict=True):
        option = {"Tombol": text, "Penjelasan": f"Gugus tugas: {text}", "Poin": points}
        add(book, "Pilihan", {"Indikator": 9, **option})
    add(book, "Predikat", {"Nama": "Peduli HAM", "Mulai dari nilai": 75, **SOURCE})
    add(book, "Predikat", {"Nama": "Belum memenuhi", "Mulai dari nilai": 0, "Sumber": "Perwal"})
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def fill(book: Workbook, title: str, text: Any) -> None:
    """Write the value beside a name."""
    for name, value in book["Instrumen"].iter_rows(min_row=2, max_col=2):
        if name.value == title:
            value.value = text


def add(book: Workbook, sheet: str, cells: Mapping[str, Any]) -> None:
    """Write the first row of a table that is empty."""
    heads = [cell.value for cell in book[sheet][1]]
    row = next(
        number
        for number in range(2, book[sheet].max_row + 2)
        if all(cell.value is None for cell in book[sheet][number])
    )
    for title, text in cells.items():
        book[sheet].cell(row, heads.index(title) + 1).value = text
