"""The page in Chromium, against the real bot on a fresh Jakarta Pusat."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.app import App
from bot.demo.botapi import SimulatedPerson
from bot.demo.lifecycle import PAGE
from docs.pictures import ARGS, CHROMIUM
from tests.e2e.conftest import TOKEN, Stage
from tests.support import PATIENCE, HeldClock, jakarta_pusat, made, make_database
from tests.support.beside import AttentiveSandbox
from tests.support.staging import cheap

FIRST = {"Sudinkes": "Kontak Sudinkes", "coordinator": "Bagian Hukum", "kanwil": "Kanwil"}
PAGE_PATIENCE = PATIENCE * 1000
"""The same in milliseconds, as Playwright counts."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.chromium)
            if not CHROMIUM.exists():
                item.add_marker(pytest.mark.skip(reason="no Chromium here"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    with cheap(item):
        return (yield)


@pytest.fixture(autouse=True)
def soon_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start a bot that crashed at once; people are given three seconds to see that it is gone."""
    monkeypatch.setattr("bot.demo.bot_process.BACK_SECONDS", 0.1)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Any]:
    """Start one Chromium for the module's tests; each has a profile of its own."""
    from playwright.async_api import async_playwright

    async with async_playwright() as play:
        chromium = await play.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield chromium
        await chromium.close()


@dataclass
class Play:
    """A page that is open, the three people it shows, and the server behind."""

    page: Any
    server: AttentiveSandbox
    stage: Stage
    people: list[SimulatedPerson]
    trouble: list[str]
    app: App

    @property
    def contact(self) -> Any:
        return self.page.locator(".chat").nth(0)

    @property
    def hukum(self) -> Any:
        return self.page.locator(".chat").nth(1)

    @property
    def kanwil(self) -> Any:
        return self.page.locator(".chat").nth(2)

    @property
    def group(self) -> Any:
        return self.page.locator(".chat").nth(3)

    async def start(self, chat: Any) -> None:
        await chat.get_by_role("button", name="Mulai", exact=True).click()
        await chat.get_by_text("Selamat datang").wait_for()

    async def say(self, chat: Any, text: str) -> None:
        field = chat.get_by_label("Tulis pesan")
        await field.fill(text)
        await field.press("Enter")

    async def tap(self, chat: Any, label: str) -> None:
        await chat.locator(".key", has_text=label).last.click()

    async def sees(self, chat: Any, text: str) -> None:
        await chat.locator(".bubble", has_text=text).last.wait_for()

    async def asked_first(self) -> None:
        """Let the contact join and meet the first question."""
        await self.start(self.contact)
        await self.tap(self.contact, "Mulai mengisi")
        await self.sees(self.contact, "jumlah kematian ibu")


def cast(stage: Stage) -> list[SimulatedPerson]:
    """Return a person for every invitation; the three that the page shows first come first."""
    order = list(FIRST)
    named = [
        (one.office if one.role == "contact" else one.role, one.token) for one in stage.setup.links
    ]
    named.sort(
        key=lambda invitation: order.index(invitation[0]) if invitation[0] in order else len(order)
    )
    people = []
    for name, token in named:
        label = FIRST.get(name, f"Kontak {name}")
        person = stage.server.person(label, label=label)
        person.account.start_link = token
        people.append(person)
    return people


def prepared(server: AttentiveSandbox, path: Path, clock: HeldClock) -> Stage:
    make_database(path, jakarta_pusat)
    return Stage(server, path, clock, setup=made(jakarta_pusat)[1])


@contextlib.asynccontextmanager
async def playing(
    browser: Any,
    tmp_path: Path,
    *,
    expected: str = "nothing",
    width: int = 1280,
    with_group: bool = False,
    **context: Any,
) -> AsyncIterator[Play]:
    """Open the page on a desktop or a phone; check at the end that nothing went wrong or left this machine."""
    clock = HeldClock()
    trouble: list[str] = []

    def watch(kind: str, text: str) -> None:
        if expected not in text:
            trouble.append(f"{kind}: {text}")

    async with AttentiveSandbox(clock=lambda: clock.now.timestamp(), page_folder=PAGE) as server:
        server.add_bot(TOKEN)
        stage = prepared(server, tmp_path / "page.db", clock)
        people = cast(stage)
        if with_group:
            chat = server.group("Koordinasi Jakpus", people[1], people[2], people[0])
            server.set_member(chat, server.bot.account, "administrator", by=people[1].account)
        async with stage.running() as app:
            no_stage = (f"{server.url}/sim/stage",)  # this server has none, which a browser notes
            page = await browser.new_page(viewport={"width": width, "height": 844}, **context)
            page.set_default_timeout(PAGE_PATIENCE)

            def spoke(entry: Any) -> None:
                if entry.location["url"] not in no_stage:
                    watch(entry.type, entry.text)

            def asked(request: Any) -> None:
                if not request.url.startswith((server.url, "data:")):
                    watch("left", request.url)

            page.on("console", spoke)
            page.on("pageerror", lambda error: watch("error", str(error)))
            page.on("request", asked)
            await page.goto(server.url)
            await page.locator(".chat.active .landing").wait_for()
            yield Play(page, server, stage, people, trouble, app)
            await page.close()
    assert trouble == []
