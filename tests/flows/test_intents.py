"""Everyday words: each phrasing of the table is understood, other texts are left alone."""

from __future__ import annotations

import pytest

from bot.vocabulary import intents

TABLE = [
    (is_staff, name, phrasing)
    for is_staff, table in ((False, intents().contact), (True, intents().staff))
    for name, phrasings in table.items()
    for phrasing in phrasings
]


@pytest.mark.parametrize(("is_staff", "name", "phrasing"), TABLE)
def test_each_phrasing_means_one_thing(is_staff: bool, name: str, phrasing: str) -> None:
    assert intents().of(phrasing, is_staff=is_staff) == name


@pytest.mark.parametrize(
    ("text", "is_staff", "name"),
    [
        ("Makasih ya Pak", False, "thanks"),
        ("kpn batasnya ya?", False, "deadline"),
        ("tgl brp terakhir?", False, "deadline"),
        ("udah sampai mana ya", False, "ringkasan"),
        ("Siapa yg blm?", True, "terlambat"),
        ("rekap untuk Pak Wakil Walikota", True, "status"),
        ("terimakasih bu", True, "thanks"),
    ],
)
def test_short_spellings_and_courtesy(text: str, is_staff: bool, name: str) -> None:
    assert intents().of(text, is_staff=is_staff) == name


@pytest.mark.parametrize(
    "text",
    ["12", "12 dari 14.250", "0", "ya", "pak", "?", "", "Data masih direkap dinas", "Sudin Kesehatan",
     "belum ada laporan sampai kapan pun", "terima kasih atas data 45 sekolah"],
)  # fmt: skip
@pytest.mark.parametrize("is_staff", [False, True])
def test_other_texts_are_no_intent(text: str, is_staff: bool) -> None:
    assert intents().of(text, is_staff=is_staff) is None
