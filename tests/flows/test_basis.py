"""What people read as the basis of a figure is the law, never a note of this project."""

from __future__ import annotations

import pytest

from messages import render
from scoring import Indicator
from scoring.load import load_bundled

NOTES = ("proyek", "usulan", "daftar 16", "koordinasi")


@pytest.mark.parametrize(
    "indicator", list(load_bundled("permenkumham-25-2013")), ids=lambda indicator: indicator.code
)
def test_no_note_of_this_project_stands_as_the_basis(indicator: Indicator) -> None:
    basis = {"article": indicator.guidance.law, "confirmed": indicator.is_confirmed}
    row = {"name": "-", "claimed": 1, "verified": 0, "why": "corrected", "role": "kanwil",
           "reason": "-", "short": "-", **basis}  # fmt: skip
    losses = {"region": "-", "claimed": 1, "verified": 0, "points": 1, "counted": 1,
              "rows": [row], "waiting": [], "waiting_points": 0}  # fmt: skip
    info = {"indicator": indicator.name, "unit": indicator.unit, "meaning": "", "example": "",
            "owner": "", "evidence": [], "bands": [], "question": None, **basis}  # fmt: skip
    for text in (render("staff/losses", losses), render("answering/info", info)):
        assert "Lampiran Permenkumham" in text
        assert not any(note in text.casefold() for note in NOTES), text
        assert ("belum dikonfirmasi" in text) is not indicator.is_confirmed
