"""Invitations that come as text are opened, however they were copied; what is no single one is left alone."""

from __future__ import annotations

import pytest

from flows.reading.pasting import token

TOKEN = "AbCdEfGhIjKlMnOpQrStUvWxYz012-_5"


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"  {TOKEN}\n",
        f'"{TOKEN}"',
        f"({TOKEN}).",
        f"start {TOKEN}",
        f"Kode saya: {TOKEN}, mohon dibantu",
        f"https://t.me/PeduliBot?start={TOKEN}",
        f"t.me/PeduliBot/?start={TOKEN}.",
        f"HTTPS://Telegram.me/PeduliBot?START={TOKEN}",
        f"https://telegram.dog/PeduliBot?start={TOKEN}",
        f"https://pedulibot.t.me?start={TOKEN}",
        f"https://pedulibot.t.me/?start={TOKEN}",
        f"https://t.me/PeduliBot?start=\n{TOKEN}",
        f"tg://resolve?domain=PeduliBot&start={TOKEN}",
        f"tg:resolve?domain=PeduliBot&start={TOKEN}",
        f"Pak, ini tautannya: t.me/PeduliBot?start={TOKEN} terima kasih",
        f"t.me/PeduliBot?start={TOKEN} t.me/PeduliBot?start={TOKEN}",
    ],
)
def test_one_invitation(text: str) -> None:
    assert token(text) == TOKEN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "halo",
        TOKEN[:-1],
        TOKEN + "x",
        TOKEN.lower(),
        f"{TOKEN} {TOKEN[::-1]}",
        f"t.me/A?start={TOKEN} t.me/B?start={TOKEN[::-1]}",
        "https://contoh.go.id/?start=abcdefghijklmnop",
        "laporan_kematian_ibu_triwulan_empat.pdf",
    ],
)
def test_no_invitation(text: str) -> None:
    assert token(text) is None
