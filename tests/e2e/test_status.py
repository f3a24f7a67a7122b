"""Status in one line and as a picture, over real HTTP."""

from __future__ import annotations

import struct
from decimal import Decimal
from typing import Any

import orjson
import pytest

from bot.telegram.typst import png
from messages import LANGUAGES
from messages.drawing import figures
from tests.e2e.conftest import Stage
from tests.e2e.player import act, office
from tests.support import dump


def size(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG."""
    assert content.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


async def test_a_picture_on_tap_is_drawn_when_it_is_delivered(stage: Stage) -> None:
    async with stage.running():
        budi = await stage.joined("kanwil", "Budi")
        await office(stage, "Suban Kesbangpol")
        await act(budi, "jakpus?")
        assert "Terisi, belum dikirim\n• Suban Kesbangpol — 1 dari 1" in budi.text
        stage.server.fault("refuse", method="sendPhoto", code=429, retry_after=1)
        stage.server.fault("reset", method="sendPhoto")
        await act(budi, "!🖼 Gambar")
        await stage.server.idle()
        photos = [one for one in budi.replies if "photo" in one.body]
        assert len(photos) == 1
        (sent,) = photos
        assert sent.body["caption"].startswith("Jakarta Pusat: ")
        kept = stage.server.bot.files[sent.body["photo"][-1]["file_id"]].content
        width, height = size(kept)
        assert width == 800
        assert 600 <= height <= 1300
        assert len(kept) < 300_000
    rows = [row for row in dump(stage.database, "outbox") if "sendPhoto" in row]
    (row,) = rows
    assert "sent" in row
    payload: dict[str, Any] = orjson.loads(next(one for one in row if str(one).startswith("{")))
    assert payload["drawing"] == "staff/picture"
    assert png(payload["drawing"], payload["figures"]) == kept, "the same figures, the same picture"


async def test_who_is_late_and_since_when(stage: Stage) -> None:
    async with stage.running():
        budi = await stage.joined("kanwil", "Budi")
        await stage.joined("Suku Dinas Kesehatan", "Siti")
        await act(budi, "/terlambat")
        assert "Terlambat atau belum selesai — Jakarta Pusat" in budi.text
        assert "Sudinkes: 3 isian belum ada, 30 poin hilang bila tetap kosong" in budi.text
        await act(budi, "!Sudinkes")
        assert "Kontak: Siti" in budi.text
        await act(budi, "/status kesejahteraan")
        assert "Hak atas kesejahteraan, Jakarta Pusat" in budi.text


def test_a_drawing_that_does_not_fit_its_figures_is_an_error() -> None:
    with pytest.raises(ValueError, match="staff/picture"):
        png("staff/picture", figures({"region": "X"}))


def test_names_are_drawn_as_they_are() -> None:
    row = {
        "name": "#panic() *a* <b> $",
        "done": 1,
        "total": 0,
        "points": 0,
        "max_points": 0,
        "verified_points": 0,
    }
    total = Decimal(0)
    view = {
        "region": "#panic() \\ \"'", "percent": 0, "year": "2016", "day": "1", "filled": 0, "total": 0, "verified": 0,
        "stage": "open", "value": total, "rating": None, "claimed": total, "missing": None, "threshold": total,
        "deciding": [{"short": "#a", "gain": total}], "deadline": "2", "over": False, "rights": [row] * 3,
        "groups": [{"status": "partial", "names": ["$x$ #y"]}], "fine": ["*z*"], "fine_state": {"status": "sent"},
        "unconfirmed": 1, "simulation": True,
    }  # fmt: skip
    drawn = [png("staff/picture", figures(view, code), code) for code in LANGUAGES.codes]
    assert all(size(content)[0] == 800 for content in drawn)
    assert len(set(drawn)) == len(LANGUAGES.codes), "each in its own words"
