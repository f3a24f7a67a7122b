"""What contacts of offices do, each play with what it must do to the model."""

from __future__ import annotations

from typing import Any

from benchmarks.walks.hands import CODES, DOCUMENT, GUEST, KINDS, PROVINCE, SENT_BACK, WRITES, Hands
from benchmarks.walks.model import BACK, OPEN, OWED, POINTS, RIGHTS, One, Place, differs

Chair = tuple[int, int, Place]
"""A seat, who holds it, and an answer of its office."""
WHOLES = (4_000, 14_250)
"""Few, so that two answers often name the same births, and the one is not odd beside the other."""


class Contacts(Hands):
    """Plays of the offices."""

    async def opens(self, seat: int, who: int, place: Place) -> None:
        """By the lists, as people do; an answer that stands is opened for a change of its figures."""
        unit, number = place
        index = next(i for i, right in enumerate(RIGHTS[unit]) if number in right)
        await self.tap(who, f"k.{seat}")
        for verb in (f"h.{seat}.{index}", f"g.{seat}.{number}"):
            if verb in self.shown(who, verb[0]):
                await self.tap(who, verb)
        answer = self.model.answer(place)
        edit = f"e.{seat}.{number}" + (".f" if answer.state in BACK else "")
        shown = edit in self.shown(who, "e.")
        if answer.revisions and shown != answer.is_open:
            self.wrong.append(
                f"{place} is {answer.state}: to be changed {answer.is_open}, shown {shown}"
            )
        if answer.revisions:
            await self.tap(who, edit)

    def chosen(self) -> Chair:
        seat, who, _, unit = self.dice.choice(self.held("contact"))
        assert unit is not None
        return seat, who, (unit, self.dice.choice(OWED[unit]))

    async def answers(  # noqa: C901 a case for each stage
        self,
        absence: int | None = None,
        at: Chair | None = None,
        whole: int | None = None,
    ) -> None:
        seat, who, place = at or self.chosen()
        before, count = self.model.answer(place), len(self.rows())
        part = self.dice.randrange(1, 90)
        whole = whole or self.dice.choice((*WHOLES, self.dice.randrange(1_000, 20_000)))
        figures = dict(zip(CODES[place[1]], (str(part), str(whole)), strict=True))
        words, note = f"{part} dari {whole:,}".replace(",", "."), self.reason()
        await self.opens(seat, who, place)
        stop = self.dice.randrange(3, 30) if at is None else 14
        pressed = ""
        for turn in range(14):
            focus = self.focus(who)
            if (
                focus.get("indicator") != place[1]
                or focus["stage"] == "evidence"
                or turn == stop
                or len(self.rows()) > count
            ):
                break
            here = f"{focus['turn']}.{place[1]}"
            drafted, stage = focus.get("inputs", {}), focus["stage"]
            if stage == "ask" and not drafted and absence is not None:
                await self.declines(who, here, absence)
            elif stage == "reason" and absence is not None and focus["absence"] == KINDS[absence]:
                await self.say(who, note)
            elif stage == "doubt":
                await self.tap(who, f"y.{here}")
            elif stage == "conflict":
                await self.tap(who, f"m.{here}.1")
            elif stage == "confirm" and drafted == figures and absence is None:
                await self.stale(who, place)
                pressed = f"s.{here}"
                await (
                    self.tap(who, pressed) if self.dice.random() < 0.7 else self.say(who, "simpan")
                )
            elif stage in ("ask", "confirm") and drafted:
                await self.tap(who, f"u.{here}")
            elif stage == "ask" and focus.get("input") == "=":
                await self.tap(who, f"b.{here}")
            elif stage == "ask":
                await self.say(who, words)
            else:
                await self.tap(who, f"b.{here}")
        if len(self.rows()) > count:
            value = KINDS[absence] if absence is not None else tuple(sorted(figures.items()))
            self.kept(place, seat, before, value, note if absence is not None else None)
            if pressed:  # a second tap, and one more
                await self.tap(who, pressed)
                await self.tap(who, pressed)
        elif before.is_open and stop >= 14 and self.focus(who).get("indicator") == place[1]:
            self.wrong.append(f"{who} cannot answer {place}: {self.focus(who)}")

    async def declines(self, who: int, here: str, absence: int) -> None:
        """The reasons fold out below the question; the third stands a page further."""
        turn = self.focus(who)["turn"]
        for page in (1, 2) if absence == 2 else (1,):
            await self.tap(who, f"un.{here}.{page}")
        if f"a.{here}.{absence}" not in self.shown(who, "a."):
            self.wrong.append(f"{who} cannot say {KINDS[absence]}: {self.shown(who, '')}")
        if self.focus(who)["turn"] != turn:
            self.wrong.append(f"{who} folded the reasons out, and another question is live")
        await self.tap(who, f"a.{here}.{absence}")

    async def stale(self, who: int, place: Place) -> None:
        """At the confirmation every older button of the same question does nothing."""
        turn, count = self.focus(who)["turn"], len(self.rows())
        older = {
            one.data
            for one in self.town.memory.shown
            if one.chat == who and one.data.split(".")[0] in WRITES
            and one.data.split(".")[2] == str(place[1])
            and one.data.split(".")[1] != str(turn)
        }  # fmt: skip
        for data in self.dice.sample(sorted(older), min(2, len(older))):
            await self.tap(who, data)
            if len(self.rows()) != count or self.focus(who)["turn"] != turn:
                self.wrong.append(f"an old button did something: {data} in turn {turn}")
                return

    def kept(self, place: Place, seat: int, before: One, value: Any, reason: str | None) -> None:
        if not before.is_open:
            self.wrong.append(f"{place} was {before.state}, and was answered")
        self.model.answers[place] = before.written(value, seat, reason)
        self.model.odd.discard(place)
        if differs(self.model, place):
            self.model.odd.add(place)

    async def absent(self) -> None:
        await self.answers(self.dice.randrange(3))

    async def submits(self, at: Chair | None = None) -> None:
        """One right or all: where nothing lacks, what is filled goes, and what was mended goes back."""
        seat, who, (unit, number) = at or self.chosen()
        index = next(i for i, right in enumerate(RIGHTS[unit]) if number in right)
        every = at is None and self.dice.random() < 0.3
        places = [
            (unit, number)
            for right in (RIGHTS[unit] if every else RIGHTS[unit][index : index + 1])
            if not any(self.model.answer((unit, number)).is_to_do for number in right)
            for number in right
        ]
        states = [self.model.answer(place).state for place in places]
        going = [place for place in places if self.model.answer(place).is_unsent]
        await self.tap(who, f"q.{seat}" if every else f"q.{seat}.{index}")
        button = self.shown(who, "w.")
        if bool(button) != bool(going):
            self.wrong.append(f"{states} can be sent: shown {bool(button)}, expected {going}")
        if button and going:
            await self.tap(who, button[0])
            for place in going:
                self.model.moved(place, SENT_BACK[self.model.answer(place).state])
            await self.tap(who, button[0])

    async def mends(self) -> None:
        """What came back is opened where it hurts, and goes back by itself: mended, or with a sentence."""
        back = [place for place, one in self.model.answers.items() if one.state in BACK]
        mine = [(s, w, p) for s, w, _, u in self.held("contact") for p in back if p[0] == u]
        if not mine:
            return
        seat, who, place = self.dice.choice(mine)
        await self.repaired(seat, who, place)
        answer = self.model.answer(place)
        await self.tap(who, f"g.{seat}.{place[1]}")
        button = f"wr.{seat}.{place[1]}.{answer.revisions}"
        if self.shown(who, "wr.") != [button] * answer.is_mended:
            self.wrong.append(f"{place} {answer}: shown {self.shown(who, 'wr.')} to send it back")
        if self.dice.random() < 0.3:
            return
        await self.tap(who, f"wr.{seat}.{place[1]}.{answer.revisions + 1}")
        if answer.is_mended:
            await self.tap(who, button)
        else:
            await self.tap(who, button)
            if self.focus(who)["stage"] != "explain":
                self.wrong.append(f"{place} goes back unchanged, and nobody asks why")
            await self.say(who, "??")
            if self.dice.random() < 0.2:
                await self.tap(who, f"b.{self.focus(who)['turn']}.{place[1]}")
                return
            await self.say(who, self.reason())
        self.model.moved(place, SENT_BACK[answer.state])
        await self.tap(who, button)
        await self.tap(who, button)

    async def repaired(self, seat: int, who: int, place: Place) -> None:
        """✏️ Perbaiki opens the document, the figures or the reason; a document may come at once."""
        answer, before = self.model.answer(place), self.focus(who)
        await self.tap(who, f"e.{seat}.{place[1]}")
        stage = self.focus(who)["stage"]
        if before.get("indicator") == place[1] and before["stage"] != "evidence":
            return  # open already, at whatever was chosen there
        if answer.is_mended:
            right = {"ask", "confirm", "doubt"}
        elif answer.is_absence:
            right = {"reason"}
        else:
            right = {"evidence"} if answer.code in DOCUMENT else {"ask", "confirm", "doubt"}
        if stage not in right:
            self.wrong.append(f"{place} {answer} opens at {stage}, not at {right}")
        if stage == "evidence" and self.dice.random() < 0.7:
            await self.sends(who, seat, place)

    async def sends(self, who: int, seat: int, place: Place) -> None:
        """A file, in evidence mode. The first in place of what came back begins a new revision."""
        number = self.steps
        file = {
            "file_id": f"F{number}",
            "file_unique_id": f"u{number}",
            "file_name": "a<b>.pdf",
            "file_size": 9,
        }
        update = {"message": self.forger.message(who, self.now, document=file)}
        await self.give(update, f"{who}: (file)")
        answer = self.model.answer(place)
        if answer.state in BACK and not answer.is_mended:
            answer = answer.written(answer.value, seat, answer.reason)
            self.model.answers[place] = answer
        self.model.sent(place, answer.revisions)

    async def readies(self) -> None:
        """The first right of the first office as it should be: alike births, proof, every tick; and sent."""
        seat, who, _, _ = self.dice.choice([one for one in self.held("contact") if one[3] == 1])
        for number in RIGHTS[1][0]:
            at = (seat, who, (1, number))
            if self.model.answer(at[2]).is_open:
                await self.answers(at=at, whole=WHOLES[0])
            await self.proves(at=at)
        await self.submits(at=(seat, who, (1, RIGHTS[1][0][0])))

    async def proves(self, at: Chair | None = None) -> None:
        """Files that come and go, and ticks; `at`: whatever is lacking, and nothing else."""
        seat, who, place = at or self.chosen()
        answer = self.model.answer(place)
        await self.tap(who, f"E.{seat}.{place[1]}")
        if not answer.revisions or answer.state not in OPEN:
            return
        focus = self.focus(who)
        if (focus["stage"], focus.get("indicator")) != ("evidence", place[1]):
            self.wrong.append(f"{place} {answer} cannot be proved: {focus}")
        for _ in range(self.dice.randrange(3) if at is None else 1):
            await self.sends(who, seat, place)
        await self.tap(who, f"E.{seat}.{place[1]}")
        gone = self.shown(who, "W.")
        if gone and at is None and self.dice.random() < 0.3:
            await self.tap(who, gone[0])
            await self.tap(who, gone[0])
            place_of = self.model.standing(place)[-5:][0]
            files = self.model.files[place]
            self.model.files[place] = (*files[:place_of], *files[place_of + 1 :])
            if not self.model.files[place]:
                del self.model.files[place]
                if self.model.ticked(place):
                    self.model.ticks[place] = (self.model.answer(place).revisions, frozenset())
        await self.ticks(who, seat, place, every=at is not None or self.dice.random() < 0.7)
        await self.tap(who, f"F.{seat}.{place[1]}")

    async def ticks(self, who: int, seat: int, place: Place, *, every: bool) -> None:
        """All that is not ticked yet, or some points on and off."""
        answer = self.model.answer(place)
        is_shown = bool(self.model.files.get(place)) and not (
            answer.state in BACK and not answer.is_mended
        )
        await self.tap(who, f"E.{seat}.{place[1]}")
        if (len(self.shown(who, "T.")) == len(POINTS)) != is_shown:
            self.wrong.append(
                f"{place} {answer}: ticks {self.shown(who, 'T.')}, expected {is_shown}"
            )
        if not is_shown:
            return
        lacking = [n for n, point in enumerate(POINTS) if point not in self.model.ticked(place)]
        some = [n for n in range(len(POINTS)) if self.dice.random() < 0.3]
        for number in lacking if every else some:
            points = self.model.ticked(place) ^ {POINTS[number]}
            await self.tap(who, f"T.{seat}.{place[1]}.{number}")
            self.model.ticks[place] = (answer.revisions, points)

    async def asks(self) -> None:
        """A thread: the office asks, a reviewer answers or closes."""
        seat, who, place = self.chosen()
        await self.tap(who, f"N.{seat}.{place[1]}")
        await self.say(who, "hm")
        await self.say(who, "Apakah rumah sakit swasta ikut dihitung?")
        self.model.notes[place] = self.model.notes.get(place, 0) + 1
        other = next((s for s in self.held("kanwil") if s[1] == PROVINCE[place[0]]), None)
        if other is None:
            return
        if self.dice.random() < 0.5:
            await self.tap(other[1], f"N.{other[0]}.{place[0]}.{place[1]}")
            await self.say(other[1], "Ya, semuanya ikut dihitung menurut pasal lima.")
            self.model.notes[place] += 1
        else:
            await self.tap(other[1], f"X.{other[0]}.{place[0]}.{place[1]}")
            del self.model.notes[place]

    async def pauses(self) -> None:
        seat, who, (_unit, _) = self.chosen()
        await self.tap(who, f"c.{seat}.0")
        self.model.paused[seat] = None

    async def forwards(self) -> None:
        """A question goes to a guest, whose proposal is used or dropped."""
        seat, who, place = self.chosen()
        await self.opens(seat, who, place)
        focus = self.focus(who)
        if focus.get("indicator") != place[1] or focus["stage"] != "ask" or focus.get("inputs"):
            return
        await self.tap(who, f"O.{focus['turn']}.{place[1]}")
        token = next(iter(self.town.memory.tokens[::-1]), "")
        await self.say(GUEST, f"/start {token}")
        await self.say(GUEST, "??")
        await self.say(GUEST, f"{self.dice.randrange(1, 90)} dari 12.000")
        for _ in range(3):
            state = self.focus(GUEST)
            here = f"{state['turn']}.{place[1]}"
            if state["stage"] == "doubt":
                await self.tap(GUEST, f"y.{here}")
            elif state["stage"] == "confirm":
                await self.tap(GUEST, f"s.{here}")
        offered = self.shown(who, "U.")
        if not offered:
            self.adopt()
            return
        number = int(offered[0].split(".")[2])
        use = self.dice.random() < 0.5
        await self.tap(who, offered[0].replace("U", "U" if use else "P", 1))
        await self.tap(who, offered[0])
        self.model.proposals[number] = "used" if use else "dropped"
