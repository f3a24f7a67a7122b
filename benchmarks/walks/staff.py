"""What Bagian Hukum and the Kanwil do, each play with what it must do to the model."""

from __future__ import annotations

from benchmarks.walks.hands import ABSENT, FIGURES, MAY, PROVINCE, SPARE, Hands
from benchmarks.walks.model import OWED, RIGHTS, Place, differs

PASSED = {"coordinator": ("sent", "approved"), "kanwil": ("approved", "verified")}
"""From where to where many pass at once."""


class Staff(Hands):
    """Plays of the reviewers."""

    def sees(self, who: int, role: str, unit: int) -> bool:
        if role == "coordinator":
            return unit in (1, 2, 3)
        return PROVINCE[unit] == (32 if who == 32 else 31)

    def mine(self, who: int, unit: int) -> bool:
        return any(w == who and u == unit for _, w, _, u in self.held("contact"))

    def offered(self, who: int, role: str, place: Place) -> set[str]:
        answer = self.model.answer(place)
        actions = set(MAY.get((role, answer.state), ()))
        actions -= FIGURES if answer.is_absence and role == "kanwil" else ABSENT
        return set() if self.mine(who, place[0]) or not self.sees(who, role, place[0]) else actions

    async def judges(self) -> None:
        seat, who, role, _ = self.dice.choice(self.held("coordinator", "kanwil"))
        answered = [place for place, one in self.model.answers.items() if one.revisions]
        if not answered:
            return
        waits = [place for place in answered if self.offered(who, role, place) - {"undo", "reopen"}]
        place = self.dice.choice(waits if waits and self.dice.random() < 0.6 else answered)
        answer = self.model.answer(place)
        here = f"{seat}.{place[0]}.{place[1]}"
        await self.tap(who, f"C.{here}")
        shown = {
            data.split(".")[5] if data.count(".") > 4 else data.split(".")[-1]
            for data in self.shown(who, "J.")
        }
        allowed = self.offered(who, role, place)
        if shown != allowed:
            self.wrong.append(
                f"{role} {who} on {place}, {answer.state}: offered {shown}, expected {allowed}"
            )
        action = self.dice.choice(sorted(allowed) or ["verify", "approve", "undo"])
        if self.dice.random() < 0.25:  # a card of another revision
            turn = self.focus(who)["turn"]
            await self.tap(who, f"J.{here}.{answer.revisions + 1}.{action}")
            if self.focus(who)["turn"] != turn:
                self.wrong.append(f"a card of another revision was taken: {action} by {who}")
            return
        await self.tap(who, f"J.{here}.{answer.revisions}.{action}")
        if action not in allowed:
            return
        code = None
        if action == "return":
            reason = self.dice.choice(self.shown(who, "R."))
            code = reason.split(".")[-1]
            await self.tap(who, reason)
        if action == "correct":
            await self.say(who, "??")
            await self.say(who, f"{self.dice.randrange(1, 80)} dari 10.000")
        if self.focus(who)["stage"] == "judge":
            await self.say(who, "ya")
            if self.dice.random() < 0.1:
                await self.say(who, "/status")
                return
            await self.say(who, self.reason())
        after = MAY[role, answer.state][action]
        self.model.moved(place, after, code=code, corrected=action == "correct")
        await self.tap(who, f"J.{here}.{answer.revisions}.{action}")
        if (
            self.focus(who)["stage"] == "judge"
        ):  # the same again is a new judgement where the state allows it
            await self.say(who, "/mulai")
        if action in self.offered(who, role, place):
            self.adopt()

    def clean(self, state: str) -> list[int]:
        """What may pass at once of the first right: proved, ticked, nothing odd, nothing asked."""
        numbers = []
        for number in RIGHTS[1][0]:
            place = (1, number)
            answer = self.model.answer(place)
            if answer.state != state or answer.is_absence or self.model.notes.get(place):
                continue
            if self.model.proved(place) and not self.is_odd(place):
                numbers.append(number)
        return numbers

    def is_odd(self, place: Place) -> bool:
        """Whether it was written in sight of other births at its neighbour, which still are others."""
        return place in self.model.odd and differs(self.model, place)

    async def bulk(self) -> None:
        """All of a right at once: its list is shown first, and nothing moves before it is confirmed."""
        every = [one for one in self.held("coordinator", "kanwil") if self.sees(one[1], one[2], 1)]
        fitting = [one for one in every if len(self.clean(PASSED[one[2]][0])) > 1]
        if not self.model.answer((1, 1)).revisions or not every:
            return
        seat, who, role, _ = self.dice.choice(
            fitting if fitting and self.dice.random() < 0.8 else every
        )
        state, after = PASSED[role]
        clean = [] if self.mine(who, 1) else self.clean(state)
        await self.tap(who, f"C.{seat}.1.1")
        button = self.shown(who, "B.")
        if bool(button) != (len(clean) > 1):
            self.wrong.append(f"at once by {who}: shown {button}, expected {clean}")
        if not button:
            return
        await self.tap(who, button[0])
        self.compare("the list of what would pass at once")
        sure = [data for data in self.shown(who, "B.") if data.endswith(".y")]
        if len(sure) != 1:
            self.wrong.append(f"nobody asks whether {clean} may pass: {self.text(who)}")
            return
        if self.dice.random() < 0.2:
            return
        await self.tap(who, sure[0])
        for number in clean:
            self.model.moved((1, number), after)
        await self.tap(who, sure[0])

    async def extends(self) -> None:
        """The Kanwil gives a later day; a Bagian Hukum asks for it, and the Kanwil decides."""
        seat, who, role, _ = self.dice.choice(self.held("kanwil", "coordinator"))
        unit = self.dice.choice(list(OWED))
        await self.say(who, "/mulai")
        await self.tap(who, f"A.{seat}.{unit}")
        if (self.focus(who)["stage"] == "extend") != self.sees(who, role, unit):
            self.wrong.append(f"{role} {who} and the last day of {unit}: {self.focus(who)}")
        if self.focus(who)["stage"] != "extend":
            return
        day = self.dice.randrange(1, 15)
        until = f"2017-05-{day:02d}"
        await self.say(who, f"{day} Mei 2017")
        if "doubted" in self.focus(who)["review"]:  # nobody works on that day: the same once more
            await self.say(who, f"{day} Mei 2017")
        is_later = until > self.model.until.get(unit, "2017-03-31")
        await self.say(who, self.reason())
        if self.focus(who)["stage"] == "extend":
            if is_later:
                self.wrong.append(f"{who} cannot have {until} for {unit}: {self.focus(who)}")
            await self.say(who, "/mulai")
        elif role == "kanwil":
            self.model.until[unit] = until
        else:
            await self.decided(unit, until)

    async def decided(self, unit: int, until: str) -> None:
        """What a Bagian Hukum asked for waits for any seat of the Kanwil; the first answer stands."""
        number = self.town.reader.execute("SELECT max(id) FROM extension_requests").fetchone()[0]
        asked = [
            (s, w)
            for s, w, _, _ in self.held("kanwil")
            if PROVINCE[unit] == (32 if w == 32 else 31)
        ]
        self.model.requests[number] = (unit, until, "waits")
        for seat, who in asked:
            if self.shown(who, "ag.") != [f"ag.{seat}.{number}.{unit}"]:
                self.wrong.append(f"{who} is not asked for {until}: {self.shown(who, 'a')}")
        roll = self.dice.random()
        seat, who = self.dice.choice(asked)
        if roll < 0.5:
            await self.tap(who, f"ag.{seat}.{number}.{unit}")
            self.model.requests[number] = (unit, until, "granted")
            self.model.until[unit] = until
        elif roll < 0.8:
            await self.tap(who, f"ad.{seat}.{number}.{unit}")
            await self.say(who, "??")
            await self.say(who, self.reason())
            self.model.requests[number] = (unit, until, "declined")
        if roll < 0.8:
            for seat, who in asked:
                await self.tap(who, f"{self.dice.choice(('ag', 'ad'))}.{seat}.{number}.{unit}")
                if self.focus(who)["stage"] == "extend":
                    self.wrong.append(f"{who} may answer a request that was answered")

    async def reminds(self) -> None:
        seat, who, _, _ = self.dice.choice(self.held("coordinator", "kanwil"))
        await self.tap(who, f"p.{seat}")
        await self.say(who, "/ingatkan")
        send = self.shown(who, f"t.{seat}.")
        if send:
            await self.tap(who, send[0])
            await self.tap(who, send[0])
            self.model.campaigns += 1

    async def seats(self) -> None:
        """A contact's seat is suspended; its holder tries; it goes on."""
        kanwil = next((s for s in self.held("kanwil") if s[1] == 31), None)
        others = [s for s in self.held("contact") if s[1] not in (61, 16)]
        if kanwil is None or not others:
            return
        seat, who, _role, unit = self.dice.choice(others)
        await self.tap(kanwil[1], f"S.{kanwil[0]}.{seat}.suspend")
        before = len(self.rows())
        await self.say(who, "/ringkasan")
        if "Ringkasan" in self.text(who):
            self.wrong.append(f"{who} is suspended, and reads the office's summary")
        await self.say(who, "simpan")
        await self.tap(who, f"e.{seat}.{OWED[unit or 1][0]}")
        if len(self.rows()) != before:
            self.wrong.append("a suspended seat wrote")
        await self.tap(kanwil[1], f"S.{kanwil[0]}.{seat}.resume")

    async def hands_over(self) -> None:
        """Somebody new takes a contact's seat."""
        kanwil = next((s for s in self.held("kanwil") if s[1] == 31), None)
        busy = {who for _, who, _, _ in self.held("contact", "kanwil", "coordinator")}
        spare = next((who for who in SPARE if who not in busy), None)
        others = [s for s in self.held("contact") if s[1] in (12, 13, *SPARE)]
        if kanwil is None or spare is None or not others:
            return
        seat, who, role, unit = self.dice.choice(others)
        await self.tap(kanwil[1], f"H.{kanwil[0]}.{seat}")
        token = self.town.memory.tokens[-1]
        await self.say(spare, f"/start {token}")
        self.model.seats[max(self.model.seats) + 1] = (spare, "contact", unit, "held")
        self.model.seats[seat] = (who, role, unit, "ended")
        await self.say(who, "12 dari 14.250")
        await self.say(who, f"/start {token}")
