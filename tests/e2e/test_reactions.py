"""Thanks are answered by a reaction over HTTP, and by no message."""

from __future__ import annotations

from tests.e2e.conftest import Stage
from tests.e2e.player import act


async def test_thanks_get_a_reaction_and_no_message(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        budi = await stage.joined("kanwil", "Budi")
        for person in (siti, budi):
            await stage.server.idle()
            before = len(person.replies)
            written = person.send("terima kasih banyak")
            await stage.server.idle()
            assert [one for given in written.reactions.values() for one in given] == [
                {"type": "emoji", "emoji": "🙏"}
            ]
            assert len(person.replies) == before
        await act(siti, "/lanjut")
        written = siti.send("terima kasih")
        await stage.server.idle()
        assert written.reactions, "also while a question is open"
