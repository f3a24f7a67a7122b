"""Another origin in a real Chromium: it reads nothing of the demo, and moves nothing in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from aiohttp import web

from bot.demo.botapi import Sandbox
from bot.demo.lifecycle import PAGE
from tests.e2e.conftest import TOKEN

pytestmark = pytest.mark.asyncio(loop_scope="session")
ATTACK = """async ([root, token, person]) => {
  const told = {};
  const tried = async (name, act) => { try { told[name] = await act(); } catch (error) { told[name] = "refused"; } };
  const plain = (path, body, type = "text/plain") => fetch(root + path, { method: "POST", mode: "no-cors", body, headers: { "Content-Type": type } }).then(() => "sent");
  await tried("read", () => fetch(root + "/sim/persons").then((r) => r.text()));
  await tried("json", () => fetch(root + "/sim/persons", { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } }).then((r) => r.text()));
  await tried("delete", () => fetch(root + "/sim/faults", { method: "DELETE" }).then((r) => r.text()));
  await plain(`/sim/persons/${person}/send`, JSON.stringify({ text: "dari luar" }));
  await plain("/sim/faults", JSON.stringify({ kind: "reset" }));
  await plain(`/bot${token}/sendMessage`, `chat_id=${person}&text=dari+luar`, "application/x-www-form-urlencoded");
  const form = new FormData();
  form.append("file", new Blob(["x"]), "x.pdf");
  await fetch(`${root}/sim/upload/${person}`, { method: "POST", mode: "no-cors", body: form });
  const gets = [`/sim/send?person=${person}&text=dari+luar`, "/sim/bots?token=9:evil", "/sim/reset", `/bot${token}/sendMessage?chat_id=${person}&text=dari+luar`];
  for (const path of gets) {
    await fetch(root + path, { mode: "no-cors" });
    await new Promise((done) => Object.assign(new Image(), { onload: done, onerror: done }).src = root + path);
    await new Promise((done) => document.body.append(Object.assign(document.createElement("script"), { onload: done, onerror: done, src: root + path })));
  }
  const source = new EventSource(root + "/sim/events");
  told.events = await new Promise((done) => { source.onopen = () => done("open"); source.onerror = () => done("refused"); });
  const frame = Object.assign(document.createElement("iframe"), { src: root });
  await new Promise((done) => { frame.onload = done; document.body.append(frame); });
  return told;
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def elsewhere() -> AsyncIterator[str]:
    """Serve a page of another origin (another port is one), by the name that it has with a port behind."""

    async def page(_: web.Request) -> web.Response:
        text = "<!doctype html><form method=post><button>Hadiah</button></form><a>Demo</a>"
        return web.Response(text=text, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield str(runner.addresses[0][1])
    await runner.cleanup()


def state(server: Sandbox) -> tuple[Any, ...]:
    messages = {number: len(chat.messages) for number, chat in server.chats.items()}
    return (
        messages,
        len(server.bots),
        dict(server.counts),
        len(server.faults.orders),
        len(server.people()),
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "evil.localhost"])
async def test_a_page_of_elsewhere_gets_nothing_and_moves_nothing(
    browser: Any, elsewhere: str, host: str
) -> None:
    async with Sandbox(page_folder=PAGE) as server:
        server.add_bot(TOKEN)
        siti = server.person("Siti", label="Kontak")
        siti.send("/start")
        before = state(server)
        page = await browser.new_page()
        await page.goto(f"http://{host}:{elsewhere}")
        results = await page.evaluate(ATTACK, [server.url, TOKEN, siti.id])
        assert results == dict.fromkeys(("read", "json", "delete", "events"), "refused")
        assert "Siti" not in await page.frames[-1].content()
        action = f"{server.url}/sim/send?person={siti.id}&text=dari+luar"
        await page.evaluate("(to) => { document.forms[0].action = to }", action)
        await page.get_by_role("button", name="Hadiah").click()
        await page.wait_for_url(f"{server.url}/**")
        assert "only the server's own page" in await page.content()
        assert state(server) == before
        await page.close()


async def test_a_name_of_elsewhere_that_leads_here_gets_nothing(browser: Any) -> None:
    """As after a DNS rebinding: the page's own origin is a foreign name, the address is this server's."""
    async with Sandbox(page_folder=PAGE) as server:
        server.add_bot(TOKEN)
        server.person("Siti", label="Kontak")
        page = await browser.new_page()
        answer = await page.goto(f"http://evil.localhost:{urlsplit(server.url).port}/sim/persons")
        assert answer.status == 403
        assert "Siti" not in await page.content()
        await page.close()


async def test_a_link_to_the_demo_opens_it_and_the_page_works(browser: Any, elsewhere: str) -> None:
    async with Sandbox(page_folder=PAGE) as server:
        server.add_bot(TOKEN)
        siti = server.person("Siti", label="Kontak Sudinkes")
        page = await browser.new_page()
        await page.goto(f"http://127.0.0.1:{elsewhere}")
        await page.evaluate(
            "(to) => { document.links; document.querySelector('a').href = to }", server.url
        )
        await page.get_by_text("Demo", exact=True).click()
        await page.locator(".chat.active .landing").wait_for()
        await page.get_by_role("button", name="Mulai", exact=True).click()
        await page.get_by_text("/start").first.wait_for()
        assert len(siti.chat.messages) == 1
        await page.close()
