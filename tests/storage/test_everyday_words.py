"""Everyday words reach the walk of their command with all the facts that it needs, through the real dispatcher."""

from __future__ import annotations

import pytest

from tests.storage.test_arrivals import Desk, desk

__all__ = ["desk"]
BUDI, SITI = 21, 11


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("siapa harus telepon", "staff/calls"),
        ("kirim pengingat", "staff/reminder_preview"),
        ("ingatkan semua di jakpus", "staff/reminder_preview"),
        ("/status siapa harus telepon", "staff/calls"),
        ("buat undangan", "staff/invite_choose"),
        ("siapa bertanya", "threads/list"),
    ],
)
async def test_staff(desk: Desk, text: str, message: str) -> None:
    (letter,) = await desk.types(BUDI, text)
    assert letter.name == message


async def test_a_contact(desk: Desk) -> None:
    (letter,) = await desk.types(SITI, "bingung")
    assert letter.name == "threads/choose"
