"""Makes the pictures of the handbook: plays the demo to each moment, and takes the chat from its page.

`.ci/env --dev python -m docs.pictures` makes them anew, with Debian's chromium and fonts-noto-color-emoji.
Beside each picture lies what is to be
read on it; a test plays the same, and names the picture that is older than the messages it shows. What is
played stands in `docs/id/gambar/pictures.toml`.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
import tomllib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

from PIL import Image

from bot.demo.botapi import Sandbox, page
from bot.demo.botapi.state import Chat, ChatMessage
from bot.demo.coming import ZONE
from bot.demo.demo_clock import MovedClock
from bot.demo.inside import Inside, inside
from bot.demo.invented_evidence import paper
from bot.demo.lifecycle import PAGE
from bot.demo.phone import Phone
from bot.demo.rehearsal.references import chat_of, person_of
from bot.demo.scene import build
from bot.papers import paper_kinds
from bot.papers.frame import Paper
from bot.papers.making import PaperSource, PaperSubject
from bot.papers.paper_printing import block_view
from bot.papers.pdf import pages
from bot.papers.proof import PaperProof, code_of
from bot.roster import bundled
from bot.storage.database import connect
from bot.storage.roster import read_roster
from flows.model.facts import require

FOLDER = Path(__file__).parent / "id" / "gambar"
PLAYED = FOLDER / "pictures.toml"
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
"""A Wednesday, at ten in Jakarta: dates on the pictures stay the same."""
CHROMIUM = next(
    filter(Path.exists, map(Path, ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium"))),
    Path("chromium"),
)
"""Debian's browser; that without windows needs three fifths of the processor."""
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
WIDTH, HEIGHT = 390, 1400
PAPER_PPI = 100
SHARP, MARGIN, COLOURS = 2, 8, 128
"""Pixels of the picture for one of the page."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: the demo's state, who does what there, and how many messages are shown."""

    name: str
    state: str
    who: str
    steps: tuple[tuple[str, str, str], ...]
    """Who, what (`opens`, `types`, `taps`, `sends`), and the words."""
    messages: int
    inside: str
    """The group, where the picture shows one."""


def pictures() -> list[Picture]:
    """Return what is to be made, in the order of the file; those of one state are neighbours."""
    tables = tomllib.loads(PLAYED.read_text(encoding="utf-8"))["picture"]
    return [_picture(one) for one in tables]


def _picture(table: dict[str, Any]) -> Picture:
    who = table["who"]
    steps = [(step.get("who", who), *_act(step)) for step in table.get("steps", ())]
    return Picture(
        table["name"],
        table["state"],
        who,
        tuple(steps),
        table.get("messages", 1),
        table.get("inside", ""),
    )


def _act(step: dict[str, str]) -> tuple[str, str]:
    ((what, words),) = ((key, value) for key, value in step.items() if key != "who")
    return what, words


@dataclass(slots=True)
class Moment:
    """The moment of a picture: the chat, and the messages to be seen on it."""

    picture: Picture
    chat: Chat
    viewer: int
    messages: list[ChatMessage]

    @property
    def text(self) -> str:
        """Return what is to be read on the picture, buttons in brackets."""
        return "\n\n".join(map(_read, self.messages)) + "\n"


def _read(message: ChatMessage) -> str:
    buttons = ["  ".join(f"[{button['text']}]" for button in row) for row in message.rows]
    return "\n".join([message.text or "(berkas)", *buttons])


@asynccontextmanager
async def played(
    state: str, wanted: Sequence[Picture]
) -> AsyncIterator[tuple[Sandbox, AsyncIterator[Moment]]]:
    """Play a state of the demo, and then to the moment of each picture, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.db"
        server = await build(state, path, NOW)
        server.routes.append(page.routes(PAGE))
        clock = MovedClock(base=lambda: NOW)
        async with inside(server, path, clock) as bot:
            yield server, _moments(bot, server, wanted)


async def _moments(
    bot: Inside, server: Sandbox, wanted: Sequence[Picture]
) -> AsyncIterator[Moment]:
    for picture in wanted:
        for who, what, words in picture.steps:
            await _does(bot, server, who, what, words, picture.inside)
        chat = chat_of(server, picture.inside or picture.who)
        viewer = person_of(server, picture.who)
        if chat is None or viewer is None:
            raise LookupError(f"{picture.name}: nobody is called {picture.who}")
        shown = list(chat.messages.values())[-picture.messages :]
        yield Moment(picture, chat, viewer.id, shown)


async def _does(bot: Inside, server: Sandbox, who: str, what: str, words: str, place: str) -> None:
    person = person_of(server, who)
    if person is None:
        raise LookupError(f"nobody is called {who}")
    phone = Phone(person, bundled("jakarta-pusat").period.instrument)
    chat = chat_of(server, place) if place else None
    match what:
        case "opens":
            person.open_link(person.account.start_link or "")
        case "types":
            person.send(words, chat=chat)
        case "sends":
            person.file("document", paper(words, who, NOW.year - 1), words)
        case _:
            message, data = _button(phone, words, chat)
            person.tap(data=data, message_id=message.id, chat=chat)
    await bot.settle()


def _button(phone: Phone, words: str, chat: Chat | None) -> tuple[ChatMessage, str]:
    if chat is None:
        return phone.find(words)
    for message in reversed(chat.messages.values()):
        for cell in phone.person.buttons(message):
            if words in cell["text"]:
                return message, str(cell["callback_data"])
    raise LookupError(words)


@dataclass(frozen=True, slots=True)
class Recap:
    """The first page of a city's recap, as the finished season of the demo has it."""

    name: str
    paper: Paper

    @property
    def text(self) -> str:
        """Return what is to be read on it: the titles, and each line of its tables."""
        rows = [
            " | ".join(row["cells"])
            for block in map(block_view, self.paper.blocks)
            if block["kind"] == "table"
            for row in block["rows"]
        ]
        return "\n".join([*self.paper.titles, *rows]) + "\n"

    def picture(self) -> Image.Image:
        """Return the page; its proof is an example's, so that each run draws the same."""
        proof = PaperProof(
            code_of(self.name), 1, hashlib.sha256(b"").hexdigest(), NOW.astimezone(ZONE)
        )
        page, *_ = pages(self.paper, proof, ppi=PAPER_PPI)
        return Image.open(BytesIO(page))


async def recap() -> Recap:
    """Draw the recap of the demo's city at the end of its season."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.db"
        await build("finished", path, NOW)
        with closing(connect(path)) as connection:
            roster = require(read_roster(connection, today=NOW.date()))
            region = next(iter(roster.regions))
            source = PaperSource(
                connection, roster, PaperSubject(paper_kinds.RECAP, region), NOW, ZONE
            )
            return Recap("kanwil-rekap", paper_kinds.draw(source).paper)


def described(name: str) -> Path:
    """Return where the words of a picture lie."""
    return FOLDER / f"{name}.txt"


async def make() -> None:
    """Make every picture, and write down beside it what is to be read on it."""
    from playwright.async_api import async_playwright

    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        for state, wanted in groupby(pictures(), lambda picture: picture.state):
            async with played(state, list(wanted)) as (server, moments), server:
                async for moment in moments:
                    await _taken(browser, server.url, moment)
                    described(moment.picture.name).write_text(moment.text, encoding="utf-8")
        await browser.close()
    paper = await recap()
    kept = paper.picture().convert("RGB").quantize(COLOURS)
    kept.save(FOLDER / f"{paper.name}.png", optimize=True)
    described(paper.name).write_text(paper.text, encoding="utf-8")


async def _taken(browser: Any, url: str, moment: Moment) -> None:
    """Take the last messages of a chat from the demo's page, as on a phone."""
    tab = await browser.new_page(
        viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SHARP
    )
    await tab.goto(url)
    await tab.locator(".chat.active .pick").select_option(str(moment.chat.id))
    messages = tab.locator(".chat.active .log article.message")
    first = moment.messages[0].text.split("\n")[0][:40]
    await messages.filter(has_text=first).last.wait_for()
    shown = [await node.bounding_box() for node in (await messages.all())[-len(moment.messages) :]]
    top, bottom = shown[0]["y"], shown[-1]["y"] + shown[-1]["height"]
    clip = {"x": 0, "y": max(0, top - MARGIN), "width": WIDTH, "height": bottom - top + 2 * MARGIN}
    shot = Image.open(BytesIO(await tab.screenshot(clip=clip)))
    shot.convert("RGB").quantize(COLOURS).save(FOLDER / f"{moment.picture.name}.png", optimize=True)
    await tab.close()


if __name__ == "__main__":
    asyncio.run(make())
