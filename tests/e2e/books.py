"""The people of a season that is worked through in workbooks: forms of offices and queues of reviewers.

What they cannot say in a workbook they say in the chat, as anybody: answers in doubt, and the sending.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.demo.botapi.state import ChatMessage
from messages.export_words import words
from tests.e2e.big import AGREES, DOUBT, INSTRUMENT, SAVE, SENTENCES, ZERO, Contact, Reviewer, has
from tests.e2e.big_plan import NONE_YET, NOT_HERE, NOT_OURS, REGIONS, RIGHTS, Given, Story
from tests.e2e.test_roster_in_chat import attached, sent
from tests.flows import forms, sheets
from tests.support.libreoffice import converted

ABSENCES = {NONE_YET: "not_available", NOT_HERE: "not_applicable", NOT_OURS: "not_our_authority"}
ASKED = has(DOUBT, ZERO, SAVE)
ALIASES = {name: alias for alias, (_, name) in REGIONS.items()}


async def through_libreoffice(files: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """Return workbooks as LibreOffice saves them, all in one run; as they are where there is none."""
    if not files or shutil.which("soffice") is None:
        return dict(files)
    return await asyncio.to_thread(converted, files, folder, "xlsx")


@dataclass
class Steady(Contact):
    """A contact who gives the same reasons in whichever way, sends no files, and waits for nobody."""

    reasons: Counter[int] = field(default_factory=Counter)
    current: int = 0

    def because(self) -> str:
        return self.sentence(self.current)

    def sentence(self, indicator_no: int) -> str:
        """Return the reason of an answer, each time another."""
        self.reasons[indicator_no] += 1
        which = f"{indicator_no} yang ke-{self.reasons[indicator_no]}"
        return f"Alasan {self.short}: menurut pembagian tugas kami, surat {which}."

    async def gives(self, given: Given) -> ChatMessage:
        asked = self.phone.asked()
        assert asked is not None
        self.current = asked
        return await super().gives(given)

    async def proves(self, story: Story, saved: ChatMessage, following: Any) -> None:
        """Send no files: they come by chat in either way."""

    async def answers(self, _: Path) -> None:
        """Answer everything."""
        await self.answers_all()

    async def mends(self, _: Path) -> None:
        """Mend what came back, and send it again."""
        await self.fixes()


@dataclass
class Clerk(Steady):
    """A contact who does all of it in the form."""

    form: bytes = b""

    async def fills(self, stories: Iterable[Story]) -> bytes:
        """Ask for the form and fill in these answers."""
        message = await self.phone.says("/formulir", lambda reply: "document" in reply.body)
        typed: dict[str, dict[str, object]] = {}
        for story in stories:
            codes = [one.code for one in INSTRUMENT.indicator(story.place[2]).inputs]
            keys = [f"{story.place[2]}.{code}" for code in codes]
            if isinstance(story.given, tuple):
                for key, figure in zip(keys, story.given, strict=True):
                    typed[key] = {"given": figure, "absence": None, "reason": None}
            else:
                for key in keys:
                    typed[key] = {"given": None}
                absence = words()["absences"][ABSENCES[story.given]]
                typed[keys[0]] |= {"absence": absence, "reason": self.sentence(story.place[2])}
        return forms.filled(attached(self.phone.person, message), typed)

    async def brings(self, form: bytes) -> None:
        """Send a form back, apply it, and say in the chat what it is asked back."""
        person = self.phone.person
        mark = await sent(person, form, f"Isian {self.short} (2).xlsx")
        preview = await person.wait_for("Pratinjau formulir", after=mark)
        assert "Tidak akan disimpan" not in preview.text, preview.text
        apply = next(one for one in preview.labels if one.startswith(("✅ Simpan", "▶️ Tanyakan")))
        person.tap(apply, message_id=preview.id)
        done = await person.wait_edit(preview.id, "tersimpan")
        _, _, doubtful = done.text.partition("❓")
        for place in range(sum(one.name in doubtful for one in INSTRUMENT.indicators)):
            asked = (
                await self.phone.says(
                    "/lanjut", ASKED
                )  # an answer that came back ends with its sending
                if place
                else await person.wait_for(ASKED, after=preview.id)
            )
            while SAVE not in asked.labels:
                asked = await self.phone.taps(
                    DOUBT if DOUBT in asked.labels else ZERO, ASKED, asked
                )
            await self.saves(asked)

    def mended(self) -> tuple[list[Story], list[str]]:
        """Take what came back off the plan: the answers with their next figures, and the rights to send."""
        stories = []
        for indicator_no, _ in sorted(self.plan.pending.pop((self.region, self.short), [])):
            story = self.plan.stories[self.region, self.short, indicator_no]
            story.given = story.fixes.pop(0)
            stories.append(story)
        numbers = {one.place[2] for one in stories}
        return stories, [right for right, owed in RIGHTS.items() if numbers & set(owed)]


@dataclass
class Ticker(Reviewer):
    """A reviewer who goes through the queue in a workbook."""

    async def goes_through(self, offices: Iterable[tuple[str, str]], folder: Path) -> None:
        """Judge all that waits of these offices, until nothing of it does any more."""
        mine = set(offices)
        while True:
            queue = await self.phone.says(
                "/periksa",
                lambda reply: "document" in reply.body or "Tidak ada jawaban" in reply.text,
            )
            if "document" not in queue.body:
                return
            content = attached(self.phone.person, queue)
            stories = [self.story(row) for row in sheets.texts(content)]
            typed = [self.verdict(one) if one.place[:2] in mine else {} for one in stories]
            count = sum(map(bool, typed))
            if not count:
                return
            filled = {"periksa.xlsx": sheets.filled(content, typed)}
            saved = (await through_libreoffice(filled, folder))["periksa.xlsx"]
            mark = await sent(self.phone.person, saved, "sudah diperiksa.xlsx")
            preview = await self.phone.hears("Pratinjau pemeriksaan", mark)
            assert "Tidak akan dicatat" not in preview.text, preview.text
            await self.phone.changes(f"✅ Terapkan ({count})", preview, "Tercatat · R-")

    def story(self, row: Mapping[str, Any]) -> Story:
        """Return what the plan has of a row."""
        return self.plan.stories[ALIASES[str(row["region"])], str(row["unit"]), int(row["no"])]

    def verdict(self, story: Story) -> dict[str, object]:
        """Take the next step of the plan as the cells of a row."""
        action, code = story.steps(self.role).pop(0)
        verdict: dict[str, object] = {"verdict": words()["review"]["verdicts"][action]}
        if action in AGREES:
            story.verified = story.given if self.role == "kanwil" else None
            return verdict | {"seen": "ya"}
        verdict["sentence"] = SENTENCES[action]
        if action == "correct":
            assert story.correction is not None
            story.verified = story.correction
            return verdict | {"correction": " dari ".join(map(str, story.correction))}
        region, short, indicator_no = story.place
        self.plan.pending.setdefault((region, short), []).append((indicator_no, action))
        return verdict | ({"code": code} if action == "return" else {})
