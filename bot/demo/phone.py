"""Somebody at the phone: does something, takes what the bot says then, and answers what is asked.

Scenes of the demo, tests over HTTP and campaigns play people by it. Buttons go by their code in the labels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from bot.demo.botapi import SimulatedPerson
from bot.demo.botapi.seeing import PATIENCE
from bot.demo.botapi.simulated_people import NoSuchButton
from bot.demo.botapi.state import Chat, ChatMessage
from bot.telegram.trial import banner
from messages import INDONESIAN, label
from scoring import Instrument

WantedButton = str | Callable[[ChatMessage], bool]
Act = Callable[[], object]
MORE = "!"
"""In a table of answers: a button, where else there is a text."""
SURE = ("doubt_yes", "zero_yes")
"""What confirms that a figure is meant as it was typed."""


def text_of(button: str) -> str:
    """Return what stands on a button, from its code; other words as they are."""
    try:
        return label(button, {"count": 0})
    except KeyError:
        return button


def head_of(text: str) -> str:
    """Return the first line of a message, below the banner of a trial."""
    first, _, rest = text.partition("\n")
    return (rest if first == banner(INDONESIAN).text else first).partition("\n")[0]


def question_of(instrument: Instrument, text: str) -> int | None:
    """Return the number of the question that the first line of a message names."""
    head = head_of(text)
    for indicator in instrument.indicators:
        name = indicator.name
        if head == name or head.endswith(f"— {name}") or head.startswith(f"{name} — "):
            return indicator.no
    return None


@dataclass
class Phone:
    """One person's chats. What is done returns the bot's answer, by default its next message.

    `patience` in seconds: over HTTP an answer is waited for. Raises TimeoutError where none comes.
    """

    person: SimulatedPerson
    instrument: Instrument
    patience: float = PATIENCE

    async def after(
        self, act: Act, wanted: WantedButton = "", chat: Chat | None = None
    ) -> ChatMessage:
        """Do something, and return the message that comes then and holds a text or passes a test."""
        place = chat or self.person.chat
        mark = next(reversed(place.messages), 0)
        act()
        test = wanted if callable(wanted) else lambda message: wanted in message.text
        return await self.person.wait_for(
            lambda message: message.from_bot and test(message), after=mark, timeout=self.patience
        )

    async def changed(self, act: Act, message: ChatMessage, button: str) -> None:
        """Do something, and wait until a message has such a button."""
        act()
        await self.person.wait_edit(
            message.id, lambda message: self.shows(button, message), timeout=self.patience
        )

    async def says(
        self, text: str, wanted: WantedButton = "", chat: Chat | None = None
    ) -> ChatMessage:
        """Write a text."""
        return await self.after(lambda: self.person.send(text, chat=chat), wanted, chat)

    async def taps(
        self, button: str, wanted: WantedButton = "", at: ChatMessage | None = None
    ) -> ChatMessage:
        """Press a button, by its code or a part of what stands on it: the newest, or a message's own."""
        message, data = self.find(button, at)
        return await self.after(lambda: self.person.tap(data=data, message_id=message.id), wanted)

    def find(self, button: str, at: ChatMessage | None = None) -> tuple[ChatMessage, str]:
        """Return a button's message and data; a whole text goes before a part. Raises NoSuchButton."""
        text = text_of(button)
        messages = [at] if at else self.person.replies[::-1]
        for fits in (text.__eq__, lambda shown: text in shown):
            for message in messages:
                for cell in self.person.buttons(message):
                    if "callback_data" in cell and fits(cell["text"]):
                        return message, str(cell["callback_data"])
        raise NoSuchButton(f"{self.person.account.first_name} sees no button {text!r}")

    def shows(self, button: str, at: ChatMessage | None = None) -> bool:
        """Return whether a message, the bot's newest by default, has such a button."""
        return text_of(button) in (at or self.person.last).labels

    # Who answers questions

    def asked(self) -> int | None:
        """Return the number of the question that is open in the chat."""
        for message in reversed(self.person.replies):
            indicator_no = question_of(self.instrument, message.text)
            if indicator_no and " dari " in head_of(message.text):
                return indicator_no
        return None

    async def enters(self, entry: str) -> ChatMessage:
        """Write what a table of answers says, or press what stands there behind an exclamation mark."""
        if not entry.startswith(MORE):
            return await self.says(entry)
        try:
            message, _ = self.find(entry[1:])
        except NoSuchButton:
            message = await self.unfolds("unable", entry[1:])
        return await self.taps(entry[1:], at=message)

    async def unfolds(self, *buttons: str) -> ChatMessage:
        """Press each button, which changes its message into one that has the next; returns that message."""
        for button, following in pairwise(buttons):
            message, data = self.find(button)
            tap = partial(self.person.tap, data=data, message_id=message.id)
            await self.changed(tap, message, following)
        return message

    async def answers(self, entries: Sequence[str]) -> ChatMessage:
        """Answer the question that is open, and save; returns the message that was confirmed, or the last."""
        for place, entry in enumerate(entries):
            last = await self.enters(entry)
            following = [one.removeprefix(MORE) for one in entries[place + 1 : place + 2]]
            for button in SURE * 2:
                if self.shows(button) and text_of(button) not in following:
                    last = await self.taps(button)
        if not self.shows("save"):
            return last
        await self.taps("save")
        return last
