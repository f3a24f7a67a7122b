"""A person of a scene: does what the scene says, with the buttons and words that people have."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.demo.botapi.state import Chat, ChatMessage
from bot.demo.inside import Inside
from bot.demo.invented_evidence import paper, photo
from bot.demo.phone import Act, Phone, WantedButton, head_of, question_of

Details = dict[str, Any]
PACE = timedelta(seconds=25)
"""How long somebody takes from one step to the next."""
AGREE = ("judge_verify", "judge_approve", "judge_accept")
BULK, SURE = "semua tanpa catatan", ("bulk_approve", "bulk_verify")
SEND = "📤 Kirim "
MOST = 12
"""More answers of one office never wait for one reviewer."""


class SceneError(Exception):
    """The bot did not say what the scene needs next; says who expected what, and what there was."""


@dataclass
class ScenePlayer(Phone):
    """One person of a scene. `key`: the office, or the role; `figures`: what an office answers."""

    bot: Inside = field(kw_only=True)
    key: str = field(kw_only=True)
    group: Chat = field(kw_only=True)
    figures: dict[str, list[str]] = field(kw_only=True)
    year: int = field(kw_only=True)

    async def does(self, what: str, more: Details) -> None:
        """Carry out one doing of a scene. Raises SceneError where the bot says something else."""
        try:
            await DOINGS[what](self, more)
        except LookupError as error:
            raise self._wrong(str(error)) from error

    # What everybody does

    async def after(
        self,
        act: Act,
        wanted: WantedButton = "",  # noqa: ARG002
        chat: Chat | None = None,
    ) -> ChatMessage:
        """Do something, and let all happen that follows; without an answer, the last word stands."""
        place = chat or self.person.chat
        before = place.next_message
        act()
        await self.bot.settle()
        self.bot.clock.forward(self.bot.clock() + PACE)
        replies = [
            message
            for message in place.messages.values()
            if message.from_bot and message.id >= before
        ]
        return replies[-1] if replies else self.person.last

    async def changed(self, act: Act, message: ChatMessage, button: str) -> None:  # noqa: ARG002
        await self.after(act)

    def _name(self, indicator_no: int | str) -> str:
        return self.instrument.indicator(int(indicator_no)).name

    def _wrong(self, wanted: str) -> SceneError:
        last = self.person.text if self.person.replies else "–"
        return SceneError(f"{self.key}: {wanted}; yang ada: {last[:200]!r}")

    def _expect(self, text: str) -> ChatMessage:
        """Return the newest message with these words."""
        for reply in reversed(self.person.replies[-4:]):
            if text in reply.text:
                return reply
        raise self._wrong(text)

    async def join(self, _: Details) -> None:
        """Open the invitation."""
        await self.says(f"/start {self.person.account.start_link}")
        self._expect("Selamat datang")

    async def words(self, more: Details) -> None:
        """Write something, in the group or to the bot."""
        await self.says(more["text"], chat=self.group if more.get("group") else None)

    async def board(self, _: Details) -> None:
        """Have the board pinned in the group."""
        await self.says("/papan", chat=self.group)
        await self.bot.tick()
        if not self.group.pinned:
            raise self._wrong("papan tersemat")

    # Contacts

    async def answer(self, more: Details) -> None:
        """Answer these questions in the order in which they are asked, with proof for some."""
        for indicator_no in more["numbers"]:
            await self._opens(indicator_no)
            card = await self.answers(self.figures[str(indicator_no)])
            saved = card if "Tersimpan" in card.text else self._expect("Tersimpan")
            if files := more.get("files", {}).get(str(indicator_no)):
                await self._proves(saved, files, indicator_no)

    async def _opens(self, indicator_no: int) -> None:
        """Come to this question, which is the next open one."""
        if not self._is_asked(indicator_no):
            known = [one for one in ("begin", "next") if self.shows(one)]
            await (self.taps(known[0]) if known else self.says("/lanjut"))
        if not self._is_asked(indicator_no):
            raise self._wrong(self._name(indicator_no))

    def _is_asked(self, indicator_no: int) -> bool:
        head = head_of(self.person.text)
        return " dari " in head and question_of(self.instrument, head) == indicator_no

    async def _proves(self, saved: ChatMessage, files: list[str], indicator_no: int) -> None:
        await self.taps("proof", at=saved)
        await self._uploads(files, indicator_no)
        await self.taps("finish")

    async def _uploads(self, files: list[str], indicator_no: int) -> None:
        """Send these files where they are waited for, and tick all that can be seen on them."""
        for name in files:
            office, title = self.person.account.label, self._name(indicator_no)
            await self.after(lambda: self._sends(name, office, title))  # noqa: B023
        received = self._expect("Diterima")
        for label in [one for one in received.labels if one.startswith("⬜")]:
            await self.taps(label, at=received)

    def _sends(self, name: str, office: str, title: str) -> None:
        if name.endswith(".pdf"):
            self.person.file("document", paper(title, office, self.year), name)
        else:
            self.person.file("photo", photo(title, office, self.year), None)

    async def send(self, more: Details) -> None:
        """Hand in one right, or every right once all is answered."""
        if right := more.get("right"):
            await self.says("/kategori")
            await self.taps(right, at=self.person.last)
            await self.taps("check_right", at=self.person.last)
            await self.taps(SEND, at=self.person.last)
            return
        for _ in range(MOST):
            await self.says("/ringkasan")
            ready = [label for label in self.person.last.labels if label.startswith(SEND)]
            if not ready:
                return
            await self.taps(ready[0], at=self.person.last)
            await self.taps(SEND, at=self.person.last)
        raise self._wrong("semua hak terkirim")

    async def fix(self, more: Details) -> None:
        """Mend what was returned, its document or its figures, and send it back."""
        if files := more.get("files"):
            ((indicator_no, names),) = files.items()
            await self.taps("replace_proof")
            await self._uploads(names, int(indicator_no))
        else:
            await self.taps("change_figures")
            await self.answers(more["figures"])
        await self.taps("resend")
        self._expect("Dikirim kembali")

    # Reviewers

    async def review(self, more: Details) -> None:
        """Judge everything of an office that waits."""
        returns, correct = more.get("returns", {}), more.get("correct", {})
        numbers = {self._name(one): one for one in (*returns, *correct)}
        for _ in range(MOST):
            queue = await self.says(f"/verifikasi {more['office']}")
            if "Tidak ada jawaban" in queue.text:
                return
            card = await self.taps(queue.labels[0], at=queue)
            name = head_of(card.text).partition(" — ")[2]
            indicator_no = numbers.get(name, "")
            if indicator_no in returns:
                await self._returns(card, *returns[indicator_no])
            elif indicator_no in correct:
                await self._corrects(card, *correct[indicator_no])
            else:
                await self._agrees(card, bulk=not numbers)
        raise self._wrong("tidak ada yang menunggu")

    async def _agrees(self, card: ChatMessage, *, bulk: bool) -> None:
        """Agree to a card, or to all of its kind at once, which is asked once more."""
        if bulk and any(BULK in label for label in card.labels):
            await self.taps(BULK, at=card)
        else:
            agreed = next((one for one in AGREE if self.shows(one, card)), "judge_verify")
            await self.taps(agreed, at=card)
        for button in SURE:
            if self.shows(button):
                await self.taps(button)

    async def _returns(self, card: ChatMessage, reason: str, words: str) -> None:
        await self.taps("judge_return", at=card)
        await self.taps(reason)
        await self.says(words)
        self._expect("Dikembalikan")

    async def _corrects(self, card: ChatMessage, figures: str, words: str) -> None:
        await self.taps("judge_correct", at=card)
        await self.says(figures)
        await self.says(words)
        self._expect("Dikoreksi")

    async def submission(self, _: Details) -> None:
        """Let everything pass that waits at the level: approve it, or forward it."""
        card = await self.says("/pengajuan")
        await self.taps(card.labels[0], at=card)
        await self.taps("Ya, ", at=self.person.last)
        self._expect("jawaban")

    async def remind(self, more: Details) -> None:
        """Remind an office by hand, where the plan has not done so on the same day."""
        await self.says(f"/ingatkan {more['office']}")
        if "Sudah diingatkan hari ini" in self.person.text:
            return
        await self.taps("📨 Kirim ke")
        await self.bot.tick()


DOINGS: dict[str, Callable[[ScenePlayer, Details], Awaitable[None]]] = {
    "join": ScenePlayer.join,
    "say": ScenePlayer.words,
    "board": ScenePlayer.board,
    "answer": ScenePlayer.answer,
    "send": ScenePlayer.send,
    "fix": ScenePlayer.fix,
    "review": ScenePlayer.review,
    "submission": ScenePlayer.submission,
    "remind": ScenePlayer.remind,
}
