"""The meeting of 2017 over HTTP: eleven offices, their city's criteria agreed upon, and the season goes on.

Totals are worked out by hand. Before, of the season by hand (`tests/support/season.py`), indicators 3 (does not
apply, not yet accepted) and 12 (Sudinsos has not answered yet) have no points:

    10 + 8 + 10 + 8 + 6 + 8 + 8 + 8 + 6 + 4 + 8 + 10 + 6 + 8 + 6 = 114
    no  1   2    4   5   6   7   8   9  10  11  13  14  15  16  17

    114 of 15 × 10 = 76,00; closed now, of 17 × 10: 67,06

Agreed: 9 (15 %) 8 → 10; 11 (6,5 %) 4 → 8; 16 (27 %) 8 → 6; 10 (6 points) left out for all.

    114 + 2 + 4 − 2 − 6 = 112 of 14 × 10 = 80,00; closed now, of 16 × 10: 70,00

Then Sudinsos answers 12 (0,25 %, 6 points): 118 of 15 × 10 = 78,67; closed now 118 of 160 = 73,75. Verified is
that answer alone: 6 of 160 = 3,75.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC
from decimal import Decimal
from functools import partial

from bot.demo.botapi import SimulatedPerson
from bot.demo.botapi.state import ChatMessage
from bot.storage.database import connect
from bot.storage.load_facts import board_of
from bot.storage.roster import read_roster
from flows.model import totals
from scoring import Score
from tests.e2e.conftest import Stage
from tests.e2e.player import act, office, phone, still
from tests.e2e.test_papers import documents
from tests.papers.reading import page_texts, word_tables
from tests.support import season

LATE = "Sudinsos"
HOUSES = "≤ 15; 15,1-22; 22,1-32; 32,1-42; 42,1-52; >52"
WRONG = HOUSES.replace("15,1-22", "16-22")
JOBLESS = "≤ 6; 6,1-7; 7,1-8; 8,1-9; 9,1-10; >10"
WOMEN = "≥ 30; 28-29,9; 24-27,9; 18-23,9; 12-17,9; <12"
NOWHERE = "Datanya tidak tersedia di semua daerah."
POSTPONED = {
    5: "5. Anak usia 13–15 tahun yang belum memperoleh pendidikan SMP",
    13: "13. Balita kurang gizi",
}
BEFORE = (Decimal("76.00"), Decimal("67.06"))
AGREED = (Decimal("80.00"), Decimal("70.00"))
LATER = (Decimal("78.67"), Decimal("73.75"))


def score(stage: Stage, *, verified: bool = False) -> Score:
    """Score what is stored by the version that counts in the province, with the shared module."""
    with closing(connect(stage.database)) as connection:
        roster = read_roster(connection)
        assert roster is not None
        region = roster.regions[1]
        offices = board_of(connection, roster, UTC, [region]).of_region(region)
        return totals.region_score(roster.instrument_of(1), offices, verified=verified)


def both(stage: Stage) -> tuple[Decimal | None, Decimal]:
    """Return the total of what is answered, and as if it closed now."""
    result = score(stage)
    return result.total, result.total_if_closed_now


async def taps(person: SimulatedPerson, label: str) -> str:
    """Press the newest button that begins so, wait until all is still, and return what is shown then."""
    message, data = phone(person).find(label)
    person.tap(data=data, message_id=message.id)
    await still(person)
    return person.text


async def proposes(person: SimulatedPerson, number: int, part: str, *typed: str) -> list[str]:
    """Propose something else for an indicator; return what was shown after each text."""
    await act(person, f"/kriteria {number}")
    await taps(person, "✍️ Usulkan perubahan")
    await taps(person, part)
    shown = []
    for words in typed:
        await act(person, words)
        shown.append(person.text)
    await taps(person, "✅ Ajukan usulan")
    return shown


async def decides_all(person: SimulatedPerson, postponed: Iterable[int] = ()) -> list[str]:
    """Go through the agenda: what was proposed is taken up, some is postponed, the rest stays as it is."""
    shown = [await taps(person, "▶️ Bahas kriteria berikutnya")]
    while "kriteria dibahas" not in shown[-1]:
        subject = shown[-1].split("\n")[0].partition(" · ")[2]
        labels = [cell["text"] for row in phone(person).person.last.rows for cell in row]
        proposals = [one for one in labels if one.startswith("✏️ Usulan")]
        is_later = any(subject.startswith(f"{number}. ") for number in postponed)
        choice = "⏭ Tunda" if is_later else next(iter(proposals), "✅ Setuju apa adanya")
        shown.append(await taps(person, choice))
    return shown


def is_file(ending: str, message: ChatMessage) -> bool:
    """Tell whether a message brings a file of this kind."""
    return str(message.body.get("document", {}).get("file_name", "")).endswith(ending)


async def closes(person: SimulatedPerson) -> tuple[str, str]:
    """Close the meeting; return what was shown before it counts, and after."""
    before = await taps(person, "🏁 Tutup rapat")
    message, data = phone(person).find("✅ Sahkan kesepakatan")
    mark = person.last.id
    person.tap(data=data, message_id=message.id)
    for ending in (".pdf", ".docx"):
        await person.wait_for(partial(is_file, ending), after=mark)
    await still(person)
    agreed = next(one.text for one in person.replies[::-1] if "Kesepakatan disahkan" in one.text)
    return before, agreed


def verifies(stage: Stage) -> None:
    """Prove the record whole by the command that people use."""
    code = "from bot.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "verify"],
        env={**os.environ, "DATABASE": str(stage.database)},
        cwd=stage.database.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout


def points_news(people: dict[str, SimulatedPerson]) -> dict[str, list[str]]:
    """Return what each was told of changed points."""
    points_told = {
        short: [one.text for one in person.replies if "menyepakati kriteria baru" in one.text]
        for short, person in people.items()
    }
    return {short: texts for short, texts in points_told.items() if texts}


async def test_the_meeting_of_2017(stage: Stage) -> None:
    async with stage.running():
        budi = await stage.joined("kanwil", "Budi")
        hana = await stage.joined("coordinator", "Hana")
        people = {s: await office(stage, s) for s in season.ANSWERS if s != LATE}
        people[LATE] = await stage.joined(*season.NAMES[LATE])
        assert both(stage) == BEFORE
        assert score(stage).simulation
        # Everybody speaks of a criterion; it is no answer to anything.
        for short, words in (
            ("Sudin PRKP", "Batas 10 persen terlalu ketat untuk kota yang padat."),
            (LATE, "Mohon anak jalanan dari luar daerah dihitung terpisah."),
        ):
            person = people[short]
            await act(person, f"/kriteria {9 if short != LATE else 12}")
            await taps(person, "💬 Komentar")
            await act(person, words)
            await act(budi, f"/kriteria {9 if short != LATE else 12}")
            assert words in budi.text
        # Three other figures, one typed wrongly first, and one indicator left out.
        wrong, right = await proposes(hana, 9, "Rentang dan poin", WRONG, HOUSES)
        assert "Usulan ini belum dapat dipakai" in wrong
        assert "15" in wrong
        assert "16" in wrong
        assert "67,06 → 68,24" in right
        await proposes(hana, 11, "Rentang dan poin", JOBLESS)
        await proposes(budi, 16, "Rentang dan poin", WOMEN)
        await proposes(budi, 10, "Tidak dinilai periode ini", NOWHERE)
        assert both(stage) == BEFORE, "proposals change nothing"
        await act(budi, "/rakor Aula Kanwil lantai 2")
        for person in (hana, *people.values()):
            await act(person, "/rakor")
            await taps(person, "🙋 Hadir")
        await act(budi, "/rakor")
        await decides_all(budi, POSTPONED)
        assert both(stage) == BEFORE, "decisions change nothing until they are agreed upon"
        assert points_news(people) == {}
        shown, agreed = await closes(budi)
        for text in (shown, agreed):
            assert "67,06 → 70" in text, text
        assert "Masih simulasi" in agreed
        assert both(stage) == AGREED
        await stage.server.idle()
        told_once = points_news(people)
        assert {short: len(texts) for short, texts in told_once.items()} == {
            "Sudin PRKP": 1, "Sudin Nakertransgi": 1, "Suban Kepegawaian": 1,
        }  # fmt: skip
        assert "8 → 10 poin" in told_once["Sudin PRKP"][0]
        assert "tidak dinilai lagi pada periode ini (semula 6 poin)" in told_once["Sudin PRKP"][0]
        minutes = documents(stage, budi)
        looked_at(minutes)
        # The season goes on: an office answers, sends, and is verified.
        sosial = people[LATE]
        await act(sosial, "/lanjut")
        for words in season.ANSWERS[LATE][12]:
            await act(sosial, words)
        await taps(sosial, "✅ Simpan")
        assert both(stage) == LATER
        await taps(sosial, "📤 Kirim jawaban")
        await sends(sosial)
        for person, verdict in ((hana, "👍"), (budi, "✅")):
            await act(person, "/verifikasi")
            await taps(person, "Sudinsos")
            await taps(person, verdict)
        assert score(stage, verified=True).total_if_closed_now == Decimal("3.75")
        # All that is left is agreed upon as it is: no simulation any more, and no points move.
        await act(budi, "/rakor Aula Kanwil lantai 2")
        await decides_all(budi)
        _, agreed = await closes(budi)
        assert "imulasi" not in agreed
        assert not score(stage).simulation
        assert both(stage) == LATER
        assert points_news(people) == told_once, "an agreement that moves no points tells no office"
        await act(budi, "/status")
        assert "imulasi" not in budi.text
        await stage.server.idle()
    verifies(stage)


async def sends(person: SimulatedPerson) -> None:
    """Send without a document, where the bot asks back."""
    if any("Kirim" in cell["text"] for row in person.last.rows for cell in row):
        await taps(person, "Kirim")


def looked_at(minutes: dict[str, bytes]) -> None:
    """Read the minutes as they came: everybody who was there, every figure before and after, what was put off.

    LibreOffice opens such minutes in `test_closed_season.py`.
    """
    [pdf] = (content for name, content in minutes.items() if name.endswith(".pdf"))
    [word] = (content for name, content in minutes.items() if name.endswith(".docx"))
    text = " ".join(page_texts(pdf))
    for name in ("Budi", "Hana", *(name for _, name in season.NAMES.values())):
        assert name in text, name
    assert "13 (tiga belas) orang" in text
    agreed, late, *_ = word_tables(word)
    assert len(agreed) > 20
    assert [row[0] for row in late[1:]] == list(POSTPONED.values())
