"""Names as they can be shown: something is always seen, and no line is turned round."""

from __future__ import annotations

import pytest

from bot.telegram.display_name import shown


@pytest.mark.parametrize(
    ("name", "username", "seen"),
    [
        ("Siti  Aminah", None, "Siti Aminah"), ("\u3164", "siti", "@siti"), ("\u200b \u200b", None, "ID 7"),
        ("\u202eitiS", None, "itiS"), ("a\u0000b\nc", None, "ab c"), ("😀", None, "😀"), ("\u2800", None, "ID 7"),
        ("👩\u200d⚕️", None, "👩\u200d⚕️"), ("محمد", None, "\u2068محمد\u2069"), ("Ma'ruf <b>", None, "Ma'ruf <b>"),
    ],
)  # fmt: skip
def test_a_name_is_seen_and_turns_no_line(name: str, username: str | None, seen: str) -> None:
    assert shown(name, username, 7) == seen
