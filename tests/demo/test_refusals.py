"""What a phone refuses is told in the reader's language, with the words that it is about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.demo.phone_refusals import REFUSED, sentence_of
from tests.sandbox.conftest import TOKEN


def gone(siti: SimulatedPerson) -> None:
    siti.deactivate()
    siti.send("halo")


def elsewhere(siti: SimulatedPerson) -> None:
    server = siti.server
    assert isinstance(server, Sandbox)
    siti.send("halo", chat=server.group("Koordinasi", server.person("Budi")))


DONE: list[tuple[Callable[[SimulatedPerson], object], str, str]] = [
    (lambda siti: siti.send("  "), "Telegram sends no empty text", "Telegram tidak mengirim pesan kosong"),
    (lambda siti: siti.open_link("a b"), "Telegram opens no such payload: 'a b'", "Telegram tidak membuka tautan demikian: 'a b'"),
    (gone, "Siti's account is deleted", "akun Siti sudah dihapus"),
    (elsewhere, "Siti is not in Koordinasi", "Siti tidak ada di Koordinasi"),
]  # fmt: skip


@pytest.mark.parametrize(("act", "english", "indonesian"), DONE)
async def test_it_is_told_in_both_languages(
    act: Callable[[SimulatedPerson], object], english: str, indonesian: str
) -> None:
    async with Sandbox() as server:
        server.add_bot(TOKEN)
        with pytest.raises(ValueError, match=r"\w") as refused:
            act(server.person("Siti"))
    assert str(refused.value) == english
    assert sentence_of(refused.value).shown("en") == english
    assert sentence_of(refused.value).shown("id") == indonesian


def test_what_nobody_knows_stays_as_it_is() -> None:
    assert sentence_of(LookupError("no such button")).shown("id") == "no such button"
    assert len(REFUSED) == len(DONE) + 1  # and a message of somebody else's
