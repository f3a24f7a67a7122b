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


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(("count", "folded"), [(3, False), (4, True)])
def test_reasons_that_fill_a_screen_are_folded(language: str, count: int, folded: bool) -> None:
    row = {"name": "Kematian bayi", "verified": 6, "claimed": 8, "why": "corrected", "role": "kanwil",
           "reason": "Beda <dengan> laporan", "article": "Pasal 1", "confirmed": True}  # fmt: skip
    losses = {"region": "-", "claimed": 45, "verified": 20, "points": 8, "counted": count,
              "rows": [row] * count, "waiting": ["Air"], "waiting_points": 10}  # fmt: skip
    result = {"year": 2025, "verified": 3, "unit": "Sudinkes", "points": 8, "max_points": 10, "claimed": 9,
              "count": 4, "corrected": [row | {"short": "Kematian bayi"}] * count, "uncounted": [],
              "prepare": [], "unconfirmed": 0, "help_contact": "-", "next_year": 2026}  # fmt: skip
    for text in (
        render("staff/losses", losses, language),
        render("season/result", result, language),
    ):
        assert text.count("<blockquote expandable>") == text.count("</blockquote>") == int(folded)
        assert text.count("Beda &lt;dengan&gt; laporan") == count
        if folded:
            quoted = text.partition("<blockquote expandable>")[2].partition("</blockquote>")[0]
            assert quoted.count("Beda &lt;dengan&gt; laporan") == count
            assert quoted == quoted.strip()
