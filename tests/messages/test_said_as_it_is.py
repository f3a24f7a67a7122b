"""Sentences that say what is so: a higher result is no loss, and what nobody typed is not stored."""

from __future__ import annotations

from datetime import date

import pytest

from messages import render


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        (2, "Hasil verifikasi 2 poin lebih rendah"),
        (-2, "Hasil verifikasi 2 poin lebih tinggi"),
        (0, "Tidak ada selisih."),
    ],
)
def test_a_difference_is_said_in_words_and_never_below_nought(points: int, sentence: str) -> None:
    view = {"region": "-", "claimed": 10, "verified": 10 - points, "points": points, "counted": 1,
            "rows": [], "waiting": [], "waiting_points": 0}  # fmt: skip
    text = render("staff/losses", view)
    assert sentence in text
    assert "-2" not in text


@pytest.mark.parametrize("has_draft", [True, False])
def test_only_what_was_typed_is_said_to_be_kept(has_draft: bool) -> None:
    view = {"name": "Siti", "mends_only": False, "indicator": "Kematian ibu", "days_left": 3,
            "has_draft": has_draft, "deadline": date(2026, 12, 7), "sender": None, "institution": "Kanwil"}  # fmt: skip
    assert ("tersimpan" in render("reminder/nudge", view)) is has_draft
