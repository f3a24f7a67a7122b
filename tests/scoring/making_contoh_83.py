"""Makes the invented instrument `contoh-83`: seven rights, 83 indicators, every kind of question. No regulation.

`python -m tests.scoring.making_contoh_83` writes the files that are kept beside the other instruments.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent / "instruments" / "contoh-83"
MARK = "Contoh, bukan peraturan"
SURE = f'{{text: "{MARK}", status: confirmed}}'
RIGHTS = (
    ("kesehatan", "kesehatan", "Kesehatan"),
    ("pendidikan", "pendidikan", "Pendidikan"),
    ("perempuan-anak", "perempuan dan anak", "Perempuan dan anak"),
    ("kependudukan", "kependudukan", "Kependudukan"),
    ("pekerjaan", "pekerjaan", "Pekerjaan"),
    ("perumahan", "perumahan yang layak", "Perumahan"),
    ("lingkungan", "lingkungan yang berkelanjutan", "Lingkungan"),
)
BANDS = {
    "unit": "",
    "higher": '[{points: 10, range: "≥ 10"}, {points: 5, range: 4–9}, {points: 0, range: "≤ 3"}]',
    "lower": '[{points: 20, range: "≤ 5"}, {points: 10, range: 6–20}, {points: 0, range: "> 20"}]',
    "four": '[{points: 10, range: "≥ 4"}, {points: 0, range: "≤ 3"}]',
    "ticks": '[{points: 10, range: "≥ 3"}, {points: 5, range: 1–2}, {points: 0, range: "0"}]',
}


def main() -> None:
    """Write all files."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "instrument.yaml").write_text(_instrument(), encoding="utf-8")
    no = 0
    for place, (code, name, short) in enumerate(RIGHTS):
        lines = [
            f"# {MARK}.",
            f"name: Hak atas {name} (contoh)",
            f"short: {short}",
            "components:",
            f"  - {{code: struktur, name: Struktur (contoh), ceiling: 10, source: {SURE}}}",
            f"  - {{code: proses, name: Proses (contoh), ceiling: 30, source: {SURE}, after: {{component: struktur}}}}",
            f"  - {{code: hasil, name: Hasil (contoh), ceiling: 60, source: {SURE}}}",
            "indicators:",
        ]
        first = no + 1
        for kind in KINDS[: 11 if place == len(RIGHTS) - 1 else 12]:
            no += 1
            lines += kind(no, first, code, name)
        (FOLDER / f"{code}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _instrument() -> str:
    rights = ", ".join(code for code, _, _ in RIGHTS)
    treatments = {
        "rounding": "half_up",
        "hole": "next_lower_band",
        "not_applicable": "leaves_divisor_when_accepted",
        "unanswered": "zero_when_closed",
        "provisional": "unanswered_when_closed",
        "nihil": "number_zero",
    }
    ratings = [("peduli", "Peduli HAM", 75), ("cukup", "Cukup peduli HAM", 65)]
    ratings += [("mulai", "Mulai peduli HAM", 50), ("kurang", "Kurang peduli HAM", 0)]
    return "\n".join(
        [
            f"# {MARK}. Made by tests/scoring/making_contoh_83.py; indicators, points and bands are invented.",
            "code: contoh-83",
            f"title: {MARK} — instrumen karangan dengan tujuh hak dan 83 indikator",
            "complete: true",
            "indicators: 83",
            f"rights: [{rights}]",
            f"aggregation: {{method: mean_of_rights, source: {SURE}}}",
            "settings:",
            *(
                f"  {key}: {{treatment: {word}, source: {SURE}}}"
                for key, word in treatments.items()
            ),
            "ratings:",
            *(
                f"  - {{code: {code}, name: {name} (contoh), minimum: {least}, source: {SURE}}}"
                for code, name, least in ratings
            ),
            "",
        ]
    )


def _head(
    no: int, code: str, right: str, component: str, name: str, short: str, more: str = ""
) -> list[str]:
    lines = [
        f"  - number: {no}",
        f"    code: {code}-{right}",
        f"    component: {component}",
        f"    name: {name} (contoh)",
        f"    short: {short} (contoh)",
    ]
    lines += [f"    {line}" for line in more.splitlines()]
    return [*lines, f"    owner: Dinas contoh bidang {right}", f"    source: {SURE}"]


def _tail(example: str, evidence: str = "[]") -> list[str]:
    guidance = f'meaning: "{MARK}", example: "{MARK}: {example}", article: "{MARK}"'
    return [f"    evidence: {evidence}", f"    guidance: {{{guidance}}}"]


def _banded(way: str, bands: str, unit: str, better: str = "higher") -> list[str]:
    return [
        f"    rule: {{{way}, source: {SURE}}}",
        f'    unit: "{unit}"',
        f"    better: {better}",
        "    precision: 0",
        f"    bands: {{source: {SURE}, rows: {BANDS[bands]}}}",
    ]


def _asked(code: str, kind: str, name: str, question: str, more: str = "") -> str:
    return f'      - {{code: {code}, kind: {kind}, name: {name}, question: "{question} (contoh)"{more}}}'


def _options(
    code: str, kind: str, name: str, question: str, options: tuple[tuple[str, str], ...]
) -> Iterator[str]:
    yield f'      - code: {code}\n        kind: {kind}\n        name: {name}\n        question: "{question} (contoh)"'
    yield "        options:"
    for option, points in options:
        label = option.capitalize()
        yield f"          - {{code: {option}, label: {label}, text: {label} (contoh){points}, source: {SURE}}}"


def document(no: int, _: int, right: str, name: str) -> list[str]:
    paper = f'{{title: "Peraturan daerah tentang {name} (contoh)", signer: Wali kota, period: "{{tahun}}", signature: true, stamp: true}}'
    return [
        *_head(no, "perda", right, "struktur", f"Peraturan daerah tentang {name}", "Perda"),
        "    inputs:",
        _asked(
            "perda",
            "document",
            "peraturan daerah",
            f"Apakah **peraturan daerah** tentang {name} ada di {{daerah}}?",
        ),
        f"    rule: {{kind: document, input: perda, points_yes: 8, points_no: 0, source: {SURE}}}",
        *_tail("ada, 8 poin", f"[{paper}]"),
    ]


def yes_no(no: int, _: int, right: str, name: str) -> list[str]:
    return [
        *_head(no, "rencana", right, "struktur", f"Rencana aksi {name}", "Rencana aksi"),
        "    inputs:",
        _asked("rencana", "yes_no", "rencana aksi", f"Apakah ada **rencana aksi** {name}?"),
        f"    rule: {{kind: yes_no, input: rencana, points_yes: 2, points_no: 0, source: {SURE}}}",
        *_tail("ya, 2 poin"),
    ]


def choice(no: int, _: int, right: str, name: str) -> list[str]:
    options = (("penuh", ", points: 10"), ("sebagian", ", points: 5"), ("kurang", ", points: 0"))
    return [
        *_head(no, "anggaran", right, "proses", f"Anggaran {name}", "Anggaran", "weight: 3"),
        "    inputs:",
        *_options("bagian", "choice", "bagian anggaran", f"Berapa **anggaran** {name}?", options),
        f"    rule: {{kind: choice, input: bagian, source: {SURE}}}",
        *_tail("penuh, 10 poin"),
    ]


def choices(no: int, _: int, right: str, name: str) -> list[str]:
    options = tuple((word, ", points: 4") for word in ("loket", "telepon", "daring"))
    return [
        *_head(no, "saluran", right, "proses", f"Saluran pengaduan {name}", "Saluran", "weight: 1"),
        "    inputs:",
        *_options(
            "saluran", "choices", "saluran", "Apa saja **saluran pengaduan** yang ada?", options
        ),
        f"    rule: {{kind: choices, input: saluran, most: 10, source: {SURE}}}",
        *_tail("tiga saluran, 10 poin"),
    ]


def choices_count(no: int, _: int, right: str, name: str) -> list[str]:
    options = tuple((word, "") for word in ("ram", "braille", "isyarat", "pendamping"))
    return [
        *_head(no, "sarana", right, "proses", f"Sarana inklusif {name}", "Sarana", "weight: 1"),
        "    inputs:",
        *_options("sarana", "choices", "sarana", "**Sarana** mana yang sudah ada?", options),
        *_banded("kind: choices_count, input: sarana", "ticks", "sarana"),
        *_tail("tiga sarana, 10 poin"),
    ]


def total(no: int, _: int, right: str, name: str) -> list[str]:
    options = (("siang", ", points: 0"), ("penuh", ", points: 0"))
    return [
        *_head(
            no, "kegiatan", right, "proses", f"Kegiatan penyuluhan {name}", "Kegiatan", "weight: 2"
        ),
        "    inputs:",
        *_options("jam", "choice", "jam layanan", "Kapan layanan buka?", options),
        _asked(
            "siang", "count", "kegiatan siang", "Berapa **kegiatan siang**?", ", unit: kegiatan"
        ),
        _asked(
            "malam",
            "count",
            "kegiatan malam",
            "Berapa **kegiatan malam**?",
            ", unit: kegiatan, relevant: {input: jam, equals: penuh}",
        ),
        *_banded("kind: sum, inputs: [siang, malam]", "higher", "kegiatan"),
        *_tail("6 + 5 = 11 kegiatan, 10 poin"),
    ]


def gate(no: int, _: int, right: str, name: str) -> list[str]:
    return [
        *_head(no, "forum", right, "proses", f"Forum warga {name}", "Forum warga", "weight: 1"),
        "    inputs:",
        _asked("ada", "yes_no", "forum warga", "Apakah ada **forum warga**?"),
        f"    rule: {{kind: yes_no, input: ada, points_yes: 10, points_no: 0, source: {SURE}}}",
        *_tail("ya, 10 poin"),
    ]


def hanging(no: int, first: int, right: str, name: str) -> list[str]:
    more = f"weight: 2\nrelevant: {{indicator: {first + 6}, input: ada, equals: true}}"
    return [
        *_head(no, "pertemuan", right, "proses", f"Pertemuan forum {name}", "Pertemuan", more),
        "    inputs:",
        _asked(
            "pertemuan", "count", "pertemuan", "Berapa **pertemuan** forum?", ", unit: pertemuan"
        ),
        *_banded("kind: count, input: pertemuan", "four", "pertemuan"),
        *_tail("4 pertemuan, 10 poin"),
    ]


def ratio(no: int, first: int, right: str, name: str) -> list[str]:
    more = f"after: {{indicator: {first}}}"
    return [
        *_head(
            no,
            "belum",
            right,
            "hasil",
            f"Warga yang belum terlayani {name}",
            "Belum terlayani",
            more,
        ),
        "    inputs:",
        _asked(
            "belum",
            "count",
            "warga belum terlayani",
            "Berapa **warga** belum terlayani?",
            ", unit: orang",
        ),
        _asked("warga", "count", "semua warga", "Berapa **warga** seluruhnya?", ", unit: orang"),
        *_banded(
            "kind: ratio, numerator: belum, denominator: warga, factor: 100, whole: true",
            "lower",
            "%",
            "lower",
        ),
        *_tail("5 ÷ 100 × 100 = 5 %, 20 poin"),
    ]


def number(no: int, _: int, right: str, name: str) -> list[str]:
    return [
        *_head(no, "indeks", right, "hasil", f"Indeks kepuasan {name}", "Indeks kepuasan"),
        "    inputs:",
        _asked("indeks", "amount", "indeks", "Berapa **indeks kepuasan**?", ", unit: skor"),
        *_banded("kind: number, input: indeks", "higher", "skor"),
        *_tail("10, 10 poin"),
    ]


def joined(no: int, first: int, right: str, name: str) -> list[str]:
    tests = (
        f"{{indicator: {first + 6}, input: ada, equals: false}}",
        f"all: [{{indicator: {first + 7}, input: pertemuan, at_least: 1}}, {{indicator: {first + 9}, input: indeks, at_most: 100}}]",
    )
    return [
        *_head(
            no,
            "aduan",
            right,
            "hasil",
            f"Aduan {name} yang selesai",
            "Aduan selesai",
            f"relevant: {{any: [{tests[0]}, {{{tests[1]}}}]}}",
        ),
        "    inputs:",
        _asked(
            "aduan", "count", "aduan selesai", "Berapa **aduan** yang selesai?", ", unit: aduan"
        ),
        *_banded("kind: count, input: aduan", "higher", "aduan"),
        *_tail("10 aduan, 10 poin"),
    ]


def lost(no: int, _: int, right: str, name: str) -> list[str]:
    way = f"kind: share_lost, before: dulu, after: kini, factor: 100, gain_source: {SURE}"
    return [
        *_head(no, "susut", right, "hasil", f"Layanan {name} yang berkurang", "Layanan susut"),
        "    inputs:",
        _asked(
            "dulu",
            "count",
            "layanan tahun lalu",
            "Berapa **layanan tahun lalu**?",
            ", unit: layanan",
        ),
        _asked(
            "kini", "count", "layanan tahun ini", "Berapa **layanan tahun ini**?", ", unit: layanan"
        ),
        *_banded(way, "lower", "%", "lower"),
        *_tail("100 menjadi 98: berkurang 2 %, 20 poin"),
    ]


KINDS = (
    document,
    yes_no,
    choice,
    choices,
    choices_count,
    total,
    gate,
    hanging,
    ratio,
    number,
    joined,
    lost,
)
"""What each right asks, in this order; the last right has one less."""

if __name__ == "__main__":
    main()
