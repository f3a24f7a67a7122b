"""The demo in a terminal: one is one person at a time, types, presses buttons by number, moves the clock."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from msgspec import Struct, field
from rich.console import Console
from rich.text import Text

from bot.demo.botapi import SimulatedPerson
from bot.demo.botapi.state import Chat, ChatMessage
from bot.demo.console import words
from bot.demo.console.console_screen import heading, reactions, show_message
from bot.demo.console.line_input import LineInput
from bot.demo.not_now import NotNow
from bot.demo.phone_refusals import sentence_of
from bot.demo.rehearsal import references
from bot.demo.rehearsal.over_http import settled
from bot.demo.rehearsal.recorder_session import RecorderSession
from bot.demo.stage import DemoStage
from bot.terminal import known_as, phrase

NEWEST = 6
"""So many messages are shown when one takes up somebody's phone."""
PATIENCE = 12.0
LOOK = 0.02
CALM = 0.08


class Session(Struct):
    """Whose phone one holds, what was shown of it, and what the numbers mean."""

    stage: DemoStage
    recorder: RecorderSession
    screen: Console
    lines: LineInput
    is_terminal: bool = False
    person: SimulatedPerson | None = None
    group: Chat | None = None
    numbers: dict[int, tuple[int, dict[str, str]]] = field(default_factory=dict)
    shown: dict[tuple[int, int], str] = field(default_factory=dict)
    notices: int = 0
    ended: bool = False
    _prompted: bool = False

    @property
    def chat(self) -> Chat | None:
        """The chat that is open."""
        return self.group or (self.person.chat if self.person else None)

    def say(self, text: str, style: str = "") -> None:
        """Show a line of the console's own."""
        self._clear()
        self.screen.print(Text(text, style=style), soft_wrap=True)

    @property
    def has_prompt(self) -> bool:
        """Whether the last line is the prompt (or nobody needs one)."""
        return self._prompted or not self.is_terminal

    def prompt(self) -> None:
        """Show that a line may be typed; nobody looks at that in a pipe."""
        if self.is_terminal:
            who = self.person.account.first_name if self.person else known_as(words.NOBODY_YET)
            self.screen.print(Text(f"{who} › ", style="bold"), end="")
            self._prompted = True

    def typed(self, line: str) -> None:
        """Echo a line that has come; in a terminal it stands there already."""
        self._prompted = False
        if not self.is_terminal:
            self.screen.print(Text(f"› {line}", style="bold"))

    def _clear(self) -> None:
        """Write over the prompt, which comes again below."""
        if self._prompted:
            self.screen.file.write("\r\x1b[K")
            self._prompted = False

    # What is new

    def skip(self) -> None:
        """Take everything so far for seen."""
        for chat in self.stage.server.chats.values():
            for message in chat.messages.values():
                self.shown[chat.id, message.id] = _looks(message)

    def look(self) -> None:
        """Show what came into the open chat; of other chats, a line for each message."""
        fresh: list[ChatMessage] = []
        news: list[tuple[Chat, ChatMessage]] = []
        for chat in list(self.stage.server.chats.values()):
            for message in list(chat.messages.values()):
                key, now = (chat.id, message.id), _looks(message)
                before = self.shown.get(key)
                if before == now or message.deleted:
                    continue
                self.shown[key] = now
                if chat is self.chat:
                    if not self._is_own(message):  # which was typed here
                        fresh.append(message)
                    elif given := reactions(message):
                        self.say(
                            phrase(words.REACTED, emoji=given, text=words.first_line(message.text))
                        )
                elif message.from_bot and before is None and "via_bot" not in message.body:
                    news.append((chat, message))
        self._show(fresh)
        self._tell_notices()
        for chat, message in news:
            self._announce(chat, message)

    def _is_own(self, message: ChatMessage) -> bool:
        own = self.person is not None and message.body["from"]["id"] == self.person.id
        return own and not message.from_bot

    def _announce(self, chat: Chat, message: ChatMessage) -> None:
        account = self.stage.server.accounts.get(chat.id)
        who = (
            f"{account.first_name} ({account.label})"
            if account
            else phrase(words.GROUP, title=chat.title)
        )
        self.say(phrase(words.ANNOUNCED, who=who, text=words.first_line(message.text)), "dim")

    def _show(self, messages: list[ChatMessage]) -> None:
        """Show messages of the open chat; where any has buttons, the numbers begin anew."""
        if any(one.rows for one in messages):
            self.numbers.clear()
        for message in messages:
            firsts = []
            for row in message.rows:
                firsts.append(len(self.numbers) + 1)
                for button in row:
                    self.numbers[len(self.numbers) + 1] = (message.id, button)
            who = (
                known_as(words.YOU)
                if self._is_own(message)
                else str(message.body["from"]["first_name"])
            )
            self._clear()
            show_message(self.screen, message, who, firsts)

    def _tell_notices(self) -> None:
        if self.person is None:
            return
        for notice in self.person.notices[self.notices :]:
            if notice.get("text"):
                self.say(phrase(words.NOTICE, text=notice["text"]), "italic magenta")
        self.notices = len(self.person.notices)

    def open(self, person: SimulatedPerson, group: Chat | None = None) -> None:
        """Take up somebody's phone."""
        self.person, self.group, self.notices = person, group, len(person.notices)
        self.numbers.clear()
        chat = self.chat
        assert chat is not None
        heading(self.screen, words.title(person, group))
        recent = [one for one in chat.messages.values() if not one.deleted][-NEWEST:]
        self._show(recent)
        for message in chat.messages.values():
            self.shown[chat.id, message.id] = _looks(message)
        if group is None and not chat.started and person.account.start_link:
            begin = known_as(words.BEGIN)
            self.numbers[1] = (0, {"text": begin, "start": person.account.start_link})
            self.say(phrase(words.NOT_JOINED, button=begin), "yellow")
        elif not recent:
            self.say(known_as(words.NOTHING_YET), "dim")

    # Waiting

    async def settle(self) -> None:
        """Wait until the bot has answered, as far as it can."""
        stage, loop = self.stage, asyncio.get_running_loop()
        end = loop.time() + PATIENCE
        is_settled = False
        while not is_settled and loop.time() < end and not stage.bot.is_dead:
            await asyncio.sleep(LOOK)
            database = stage.watch.database
            is_settled = database is not None and await settled(self.recorder, database)
            if stage.bot.status != "running":  # a start has a bound of its own
                end = loop.time() + PATIENCE
        self.look()
        if stage.bot.is_dead:
            self.say(known_as(words.STOPPED), "yellow")
        elif not is_settled:
            self.say(known_as(words.SILENT), "yellow")

    # Doing

    async def attempt(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do something, and say it in a sentence where it cannot be done."""
        try:
            await work()
        except NotNow as error:
            self.say(str(error), "red")
        except TimeoutError:
            self.say(known_as(words.TOO_SLOW), "red")
        except (LookupError, ValueError) as error:
            self.say(phrase(words.CANNOT, why=sentence_of(error).shown()), "red")

    def press(self, number: int) -> None:
        """Press the button of that number. Raises NotNow."""
        if self.person is None:
            raise NotNow(words.WHO_FIRST)
        if number not in self.numbers:
            most = len(self.numbers)
            known = phrase(words.BUTTONS, most=most) if most else known_as(words.NO_BUTTONS)
            raise NotNow(words.NO_SUCH_BUTTON, number=number, known=known)
        message, button = self.numbers[number]
        if "start" in button:
            self.person.open_link(button["start"])
        elif "callback_data" in button:
            self.person.tap(data=button["callback_data"], message_id=message, chat=self.chat)
        elif references.LINK.search(button.get("url", "")):
            self.person.open_link(button["url"])
        else:
            self.say(words.of_phone(button))

    def write(self, text: str) -> None:
        """Write a text into the open chat. Raises NotNow."""
        if self.person is None:
            raise NotNow(words.WHO_FIRST)
        self.person.send(text, chat=self.group)


def _looks(message: ChatMessage) -> str:
    """Return what a reader sees of a message, for comparison."""
    return repr((message.text, message.labels, reactions(message)))


async def run(
    session: Session, obey: Callable[[Session, str], Awaitable[None]], stop: asyncio.Event
) -> None:
    """Take lines until one ends it, or the input ends, or somebody asks to stop."""
    stage = session.stage
    news: asyncio.Queue[dict[str, object]] = asyncio.Queue()
    stage.server.news.append(news)
    try:
        async with asyncio.TaskGroup() as group:
            working = group.create_task(_work(session, obey, news))
            stopping = group.create_task(stop.wait())
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            for task in (working, stopping):
                task.cancel()
    finally:
        stage.server.news.remove(news)


async def _work(
    session: Session,
    obey: Callable[[Session, str], Awaitable[None]],
    news: asyncio.Queue[dict[str, object]],
) -> None:
    while not session.ended:
        session.prompt()
        line = await _line(session, news)
        if line is None:
            return
        session.typed(line)
        if line:
            await obey(session, line)


async def _line(session: Session, news: asyncio.Queue[dict[str, object]]) -> str | None:
    """Return the next line; what happens while nobody types is shown."""
    async with asyncio.TaskGroup() as group:
        typed = group.create_task(session.lines.take())
        while not typed.done():
            event = group.create_task(news.get())
            await asyncio.wait({typed, event}, return_when=asyncio.FIRST_COMPLETED)
            event.cancel()
            if not typed.done():
                await asyncio.sleep(CALM)
                while not news.empty():
                    news.get_nowait()
                session.look()
                if not session.has_prompt:
                    session.prompt()
    with contextlib.suppress(asyncio.QueueEmpty):
        while True:
            news.get_nowait()
    return typed.result()
