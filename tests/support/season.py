"""A whole season by hand: what each office of Jakarta Pusat answers, and what that must come to.

The figures are invented. Points were worked out by hand from the table of the regulation:

no  figures                                   value      points
1   12 / 14.250 × 100.000                     84         10
2   300 / 14.250 × 1.000                      21          8
3   tidak berlaku (not yet accepted)          –           –
4   (30 + 40) / (990 + 1.010)                 3,5 %      10
5   (260 + 250) / (990 + 1.010)               25,5 %      8
6   (80 + 72) / (98 + 102)                    76 %        6
7   (1.200 + 1.300) / (49.000 + 51.000)       2,5 %       8
8   45.000.000 / 900.000                      50          8
9   150 / 1.000                               15 %        8
10  120 / 1.000                               12 %        6
11  650 / 10.000                              6,5 %       4
12  25 / 10.000                               0,25 %      6
13  640 / 4.000                               16 %        8
14  nihil / 250.000                           0 %        10
15  2                                         2           6
16  270 / 1.000                               27 %        8
17  60 / 200.000, corrected to 30 / 200.000   0,015 %     8  (before: 0,03 %, 6)

Sum 122 over 16 answered: 122 ÷ 16 × 10 = 76,25 (Peduli HAM). Closed now, over 17: 71,76 (below 76).
"""

from __future__ import annotations

from decimal import Decimal

NAMES = {
    "Sudinkes": ("Suku Dinas Kesehatan", "Siti Aminah"),
    "Sudin Tamhut": ("Suku Dinas Pertamanan dan Hutan Kota", "Dedi"),
    "Sudindik 1": ("Suku Dinas Pendidikan Wilayah I", "Ani"),
    "Sudindik 2": ("Suku Dinas Pendidikan Wilayah II", "Tono"),
    "Sudin SDA": ("Suku Dinas Sumber Daya Air", "Agus"),
    "Sudin PRKP": ("Suku Dinas Perumahan Rakyat dan Kawasan Permukiman", "Lina"),
    "Sudin Nakertransgi": ("Suku Dinas Tenaga Kerja, Transmigrasi dan Energi", "Joko"),
    "Sudinsos": ("Suku Dinas Sosial", "Maya"),
    "Suban Kesbangpol": ("Suku Badan Kesatuan Bangsa dan Politik", "Eko"),
    "Suban Kepegawaian": ("Suku Badan Kepegawaian", "Rini"),
    "Sudin PPAPP": (
        "Suku Dinas Pemberdayaan, Perlindungan Anak dan Pengendalian Penduduk",
        "Wati",
    ),
}
"""Each office by its name, and its contact, who is invented."""
ANSWERS: dict[str, dict[int, tuple[str, ...]]] = {
    "Sudinkes": {1: ("12", "14.250"), 2: ("300 dari 14.250",), 13: ("640", "4000")},
    "Sudin Tamhut": {
        3: ("!Tidak berlaku di daerah ini", "Tidak ada kawasan hutan lindung di wilayah kota.")
    },
    "Sudindik 1": {
        4: ("30", "990"),
        5: ("260", "990"),
        6: ("80 dari 98",),
        7: ("1.200", "49 ribu"),
    },
    "Sudindik 2": {
        4: ("40", "1.010"),
        5: ("250", "1.010"),
        6: ("72", "102"),
        7: ("1,3 ribu", "51.000"),
    },
    "Sudin SDA": {8: ("45 juta", "900.000")},
    "Sudin PRKP": {9: ("150", "1.000"), 10: ("120", "1.000")},
    "Sudin Nakertransgi": {
        11: ("650", "10.000"),
        14: ("nihil", "!Ya, benar 0", "250.000"),
    },
    "Sudinsos": {12: ("25", "10.000")},
    "Suban Kesbangpol": {15: ("2",)},
    "Suban Kepegawaian": {16: ("270", "1000")},
    "Sudin PPAPP": {17: ("60", "200.000")},
}
CORRECTION = ("Sudin PPAPP", 17, ("30", "200.000"))

POINTS = {
    1: 10, 2: 8, 3: None, 4: 10, 5: 8, 6: 6, 7: 8, 8: 8, 9: 8, 10: 6, 11: 4, 12: 6, 13: 8, 14: 10, 15: 6,
    16: 8, 17: 8,
}  # fmt: skip
TOTAL = Decimal("76.25")
TOTAL_IF_CLOSED_NOW = Decimal("71.76")
RATING = "peduli"
