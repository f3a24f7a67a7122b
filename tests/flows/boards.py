"""Boards of many offices: Jakarta's six regions, and one region with as many offices as one likes."""

from __future__ import annotations

from bot.typed_words import vocabulary
from flows.model.facts import Board, Contact, Desk, Office, Region, Task, Unit
from scoring import load_bundled

INSTRUMENT = load_bundled("permenkumham-25-2013")
REGIONS = (
    Region(1, "31.01", "Kepulauan Seribu"),
    Region(2, "31.71", "Jakarta Pusat"),
    Region(3, "31.72", "Jakarta Utara"),
    Region(4, "31.73", "Jakarta Barat"),
    Region(5, "31.74", "Jakarta Selatan"),
    Region(6, "31.75", "Jakarta Timur"),
)
OFFICES = {
    "kes": ("Suku Dinas Kesehatan", "Sudinkes"),
    "tamhut": ("Suku Dinas Pertamanan dan Hutan Kota", "Sudin Tamhut"),
    "dik1": ("Suku Dinas Pendidikan Wilayah I", "Sudindik 1"),
    "dik2": ("Suku Dinas Pendidikan Wilayah II", "Sudindik 2"),
    "sda": ("Suku Dinas Sumber Daya Air", "Sudin SDA"),
    "prkp": ("Suku Dinas Perumahan Rakyat dan Kawasan Permukiman", "Sudin PRKP"),
    "naker": ("Suku Dinas Tenaga Kerja, Transmigrasi dan Energi", "Sudin Nakertransgi"),
    "sos": ("Suku Dinas Sosial", "Sudinsos"),
    "kesbang": ("Suku Badan Kesatuan Bangsa dan Politik", "Suban Kesbangpol"),
    "pegawai": ("Suku Badan Kepegawaian", "Suban Kepegawaian"),
    "ppapp": (
        "Suku Dinas Pemberdayaan, Perlindungan Anak dan Pengendalian Penduduk",
        "Sudin PPAPP",
    ),
    "capil": ("Suku Dinas Kependudukan dan Pencatatan Sipil", "Sudin Dukcapil"),
    "lh": ("Suku Dinas Lingkungan Hidup", "Sudin LH"),
    "hub": ("Suku Dinas Perhubungan", "Sudinhub"),
    "pangan": ("Suku Dinas Ketahanan Pangan, Kelautan dan Pertanian", "Sudin KPKP"),
}
SHORT = {1: "seribu", 2: "pus", 3: "ut", 4: "bar", 5: "sel", 6: "tim"}


def office(
    number: int, region: Region, code: str, name: str, short: str, owes: tuple[int, ...] = (1,)
) -> Office:
    unit = Unit(number, region.id, code, name, short)
    tasks = tuple(Task(INSTRUMENT.indicator(one), None) for one in owes)
    contact = Contact(f"Kontak {number}", number, number)
    return Office(unit, Desk(unit, region, tasks), (contact,))


def jakarta() -> Board:
    """Ninety offices; what each is called does not say where it is."""
    offices = [
        office(100 * region.id + at, region, f"{code}-{SHORT[region.id]}", name, short)
        for region in REGIONS
        for at, (code, (name, short)) in enumerate(OFFICES.items())
    ]
    return Board(REGIONS, tuple(offices), vocabulary())


def city(count: int) -> Board:
    """One region with many offices, each of which owes two indicators."""
    region = REGIONS[1]
    offices = [
        office(
            at,
            region,
            f"o{at}",
            f"Suku Dinas Pemberdayaan dan Pelayanan Nomor {at}",
            f"Sudin Pemberdayaan {at}",
            (at % 17 + 1, (at + 5) % 17 + 1),
        )
        for at in range(1, count + 1)
    ]
    return Board((region,), tuple(offices), vocabulary())
