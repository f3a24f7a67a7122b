"""The handbook names nothing that is not there: commands, buttons, words of the bot, settings; its pictures are current."""

from __future__ import annotations

import re
import tomllib
from itertools import groupby
from pathlib import Path

import pytest

from docs import pictures
from flows.model.answer_state import State
from flows.model.roles import EVERYBODY, Role
from flows.reading import numbers
from flows.route_table import TABLE
from tests.flows.world import World

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs/id"
PAGES = sorted(FOLDER.glob("*.md"))
ROLES = {
    "contact": {Role.CONTACT},
    "coordinator": {Role.COORDINATOR},
    "secretary": {Role.SECRETARY},
    "bureau": {Role.BUREAU},
    "reader": {Role.READER},
    "kanwil": {Role.KANWIL},
    "admin": {Role.ADMIN},
}
NO_BUTTON = (
    r"[/.@]|--|docs/|(peduli-ham|python|systemctl|journalctl|ls) |[A-Z_]+(=.*)?$|[\w.-]+\.\w+$"
)
"""What stands in code beside buttons: commands of the chat and of a terminal, settings, files."""
RECAP = "kanwil-rekap"
ids = [page.stem for page in PAGES]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"</?\w+[^>]*>|\*\*", "", text))


@pytest.fixture(scope="module")
def spoken() -> str:
    """All that the bot says in the conversations that are kept, and in its templates."""
    conversations = (ROOT / "tests/flows/rendered").glob("*.txt")
    templates = [
        path for path in (ROOT / "messages/id").rglob("*.*") if path.suffix in (".j2", ".toml")
    ]
    contents = [path.read_text(encoding="utf-8") for path in (*conversations, *templates)]
    labels = tomllib.loads((ROOT / "messages/labels.toml").read_text(encoding="utf-8"))
    return plain(" ".join([*contents, *(texts["id"] for texts in labels.values())])).casefold()


def spans(page: Path) -> list[str]:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    return re.findall(r"`([^`\n]+)`", text)


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_command_is_one_of_the_reader(page: Path) -> None:
    role = re.search(r"<!-- peran: (\w+) -->", page.read_text(encoding="utf-8"))
    assert role, "say for whom the page is: <!-- peran: … -->"
    roles = ROLES.get(role[1], EVERYBODY)
    for span in spans(page):
        if command := re.match(r"/(\w+)(?= |$)", span):
            routes = [route for route in TABLE.shown if route.name == command[1]]
            assert routes, span
            assert any(roles & route.roles for route in routes), f"{span} is not for {role[1]}"


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_button_and_word_is_there(page: Path, spoken: str) -> None:
    for span in spans(page):
        if not re.match(NO_BUTTON, span):
            assert plain(span).casefold() in spoken, f"no button {span}"
    for words in re.findall("“([^”]+)”", page.read_text(encoding="utf-8")):
        assert plain(words).casefold() in spoken, f"the bot does not say {words}"


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_link_and_picture_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_picture_is_on_a_page() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    names = [picture.name for picture in pictures.pictures()]
    assert names
    names.append(RECAP)
    assert sorted(names) == sorted(path.stem for path in pictures.FOLDER.glob("*.png"))
    assert [name for name in names if f"gambar/{name}.png" not in text] == []


async def test_no_picture_is_older_than_its_messages() -> None:
    for state, wanted in groupby(pictures.pictures(), lambda picture: picture.state):
        async with pictures.played(state, list(wanted)) as (_, moments):
            async for moment in moments:
                name = moment.picture.name
                hint = f"{name} shows other words now: run `.ci/env --dev python -m docs.pictures`"
                assert pictures.described(name).read_text(encoding="utf-8") == moment.text, hint


@pytest.mark.campaign
async def test_the_recap_on_the_picture_is_the_one_that_is_made() -> None:
    paper = await pictures.recap()
    hint = "it shows other figures now: run `.ci/env --dev python -m docs.pictures`"
    assert paper.name == RECAP
    assert pictures.described(RECAP).read_text(encoding="utf-8") == paper.text, hint
    assert paper.picture().width > 600


def test_the_readme_shows_the_chat_and_a_recap_before_anything_is_to_be_done() -> None:
    first = (ROOT / "README.md").read_text(encoding="utf-8").partition("```sh")[0]
    shown = re.findall(r'<img src="docs/id/gambar/([\w-]+)\.png"', first)
    assert shown == ["kontak-jawaban", RECAP]


def test_the_table_of_figures_is_how_they_are_read() -> None:
    text = (FOLDER / "kontak.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \*(.+?)\* \| (.+?) \|$", text, re.M)
    assert len(rows) > 5
    for typed, meant in rows:
        reading = numbers.parse(typed)
        assert not isinstance(reading, numbers.NoNumber | numbers.Ambiguous), typed
        values = (
            (reading.part, reading.whole) if isinstance(reading, numbers.Pair) else (reading.value,)
        )
        assert [int(value) for value in values] == [int(one) for one in meant.split(" dan ")], typed


def test_each_workbook_that_the_kanwil_is_told_to_ask_for_comes() -> None:
    world = World({"kesehatan": [1, 2], "sosial": [12]})
    world.link("A", "kesehatan")
    world.link("B", None, Role.KANWIL)
    for who, text in (
        ("Siti", "/start A"),
        ("Budi", "/start B"),
        ("Siti", "/lanjut"),
        ("Siti", "12"),
    ):
        world.type(who, text)
    world.type("Siti", "14250")
    world.press("Siti", "✅ Simpan…")
    world.move(("kesehatan", 1), State.APPROVED, Role.COORDINATOR)
    answers = {"periksa": "sheet/queue", "ekspor": "exporting/which"}
    asked = [span for span in spans(FOLDER / "kanwil.md") if span[1:].split()[0] in answers]
    assert len(asked) >= len({"periksa", "kota", "UKPD"}) + len(
        {"ekspor", "kota", "UKPD", "hak", "hari"}
    )
    for command in asked:
        world.type("Budi", command)
        assert world.inboxes["Budi"][-1].name == answers[command[1:].split()[0]], command
