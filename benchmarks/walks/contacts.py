"""What contacts of offices do, each play with what it must do to the model."""

from __future__ import annotations

from typing import Any

from benchmarks.walks.hands import AFTER, CODES, GUEST, KINDS, OPEN, PROVINCE, WRITES, Hands
from benchmarks.walks.model import OWED, RIGHTS, One, Place


class Contacts(Hands):
    """Plays of the offices."""

    async def opens(self, seat: int, who: int, place: Place) -> None:
        """By the lists, as people do; an answer that stands is opened for a change."""
        unit, number = place
        index = next(i for i, right in enumerate(RIGHTS[unit]) if number in right)
        await self.tap(who, f"k.{seat}")
        for verb in (f"h.{seat}.{index}", f"g.{seat}.{number}", f"e.{seat}.{number}"):
            if verb in self.shown(who, verb[0]) or verb.startswith("e"):
                if (
                    verb.startswith("e")
                    and self.model.one(place).revisions == 0
                    and verb not in self.shown(who, "e")
                ):
                    continue
                await self.tap(who, verb)

    def chosen(self) -> tuple[int, int, Place]:
        seat, who, _, unit = self.dice.choice(self.held("contact"))
        assert unit is not None
        return seat, who, (unit, self.dice.choice(OWED[unit]))

    async def answers(self, absence: int | None = None) -> None:  # noqa: C901 a case for each stage
        seat, who, place = self.chosen()
        before, count = self.model.one(place), len(self.rows())
        part, whole = self.dice.randrange(1, 90), self.dice.randrange(1_000, 20_000)
        figures = dict(zip(CODES[place[1]], (str(part), str(whole)), strict=True))
        words, note = f"{part} dari {whole:,}".replace(",", "."), self.reason()
        await self.opens(seat, who, place)
        stop = self.dice.randrange(3, 30)
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
                await self.tap(who, f"a.{here}.{absence}")
            elif stage == "reason":
                await self.say(who, note) if absence is not None else await self.tap(
                    who, f"b.{here}"
                )
            elif stage == "explain":
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
            self.kept(
                place,
                seat,
                before,
                KINDS[absence] if absence is not None else tuple(sorted(figures.items())),
                note if absence is not None else None,
            )
            if pressed:  # a second tap, and one more
                await self.tap(who, pressed)
                await self.tap(who, pressed)
        elif before.state in OPEN and stop >= 14 and self.focus(who).get("indicator") == place[1]:
            self.wrong.append(f"{who} cannot answer {place}: {self.focus(who)}")

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
        if before.state not in OPEN:
            self.wrong.append(f"{place} was {before.state}, and was answered")
        self.model.answers[place] = One(
            AFTER.get(before.state, "?"), value, before.revisions + 1, seat, reason
        )

    def rows(self) -> list[Any]:
        return self.town.reader.execute("SELECT id FROM record WHERE kind = 'answer'").fetchall()

    async def absent(self) -> None:
        await self.answers(self.dice.randrange(3))

    async def submits(self) -> None:
        seat, who, (unit, _) = self.chosen()
        index = self.dice.randrange(len(RIGHTS[unit]))
        places = [(unit, number) for number in RIGHTS[unit][index]]
        states = [self.model.one(place).state for place in places]
        ready = not {"empty", "returned", "returned_by_city"} & set(states) and "draft" in states
        await self.tap(who, f"q.{seat}.{index}")
        button = self.shown(who, "w.")
        if bool(button) != ready:
            self.wrong.append(f"{states} can be sent: shown {bool(button)}, expected {ready}")
        if button and ready:
            await self.tap(who, button[0])
            for place in places:
                if self.model.one(place).state == "draft":
                    self.model.moved(place, "sent", corrected=False)
            await self.tap(who, button[0])

    async def proves(self) -> None:
        seat, who, place = self.chosen()
        one = self.model.one(place)
        await self.tap(who, f"E.{seat}.{place[1]}")
        if not one.revisions or one.state not in OPEN:
            return
        for _ in range(self.dice.randrange(3)):
            file = {
                "file_id": f"F{self.steps}",
                "file_unique_id": f"u{self.steps}",
                "file_name": "a<b>.pdf",
                "file_size": 9,
            }
            await self.give({"message": self.plain(who) | {"document": file}}, f"{who}: (file)")
            self.model.files[place] = self.model.files.get(place, 0) + 1
        await self.tap(who, f"E.{seat}.{place[1]}")
        gone = self.shown(who, "W.")
        if gone and self.dice.random() < 0.4:
            await self.tap(who, gone[0])
            await self.tap(who, gone[0])
            self.model.files[place] -= 1
            if not self.model.files[place]:
                del self.model.files[place]
        await self.tap(who, f"F.{seat}.{place[1]}")

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
