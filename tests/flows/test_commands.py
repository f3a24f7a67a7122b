"""The table of commands: menu, /bantuan and engine say the same, for every role."""

from __future__ import annotations

import re
from itertools import product

import pytest

from bot.telegram.rendering import LANGUAGES, command_menus, group_menu, menu
from flows.model.events import Text
from flows.model.outcome import Outcome, RegisterCommands, Say, SentDocument
from flows.model.roles import SWITCHED, Role
from flows.route_table import ALIASES, TABLE
from messages import render
from tests.flows.heard import text_of
from tests.flows.world import World

HELP = {"help/contact", "help/staff"}
WELCOME = {"joining/welcome_back", "joining/welcome_staff", "joining/choose_seat"}
BOTH = list(product(Role, (False, True)))


def world(role: Role, *, several: bool = False) -> World:
    """Siti with a seat in this role; with `several` also that of another office."""
    made = World({"kesehatan": [1, 2], "tamhut": [3]})
    made.levels(*({role} & set(SWITCHED)))
    made.link("A", "kesehatan" if role == Role.CONTACT else None, role)
    made.link("B", "tamhut")
    for token in ("B", "A") if several else ("A",):  # the last that was opened is the one at work
        made.type("Siti", f"/start {token}")
    return made


def message_names(outcome: Outcome) -> list[str]:
    return [one.name for one in outcome.messages if isinstance(one, Say | SentDocument)]


def listed(made: World) -> list[str]:
    """The commands of /bantuan, in order."""
    text = next(
        render(one.name, one.view)
        for one in made.type("Siti", "/bantuan").messages
        if isinstance(one, Say) and one.name in HELP
    )
    return re.findall(r"^/(\w+) – \S", text, re.MULTILINE)


@pytest.mark.parametrize(("role", "several"), BOTH)
def test_what_a_role_may_use_is_in_its_menu_and_in_its_help(role: Role, several: bool) -> None:
    may = [
        route.name
        for route in TABLE.shown
        if role in route.roles and (several or not route.several)
    ]
    for language in LANGUAGES:
        shown = menu(role, language, several)["commands"]
        assert [one["command"] for one in shown] == may
        assert all(1 <= len(one["description"]) <= 60 for one in shown), "fits a phone's menu"
    assert listed(world(role, several=several)) == may


@pytest.mark.parametrize(("role", "several"), BOTH)
def test_what_a_menu_offers_is_understood(role: Role, several: bool) -> None:
    made = world(role, several=several)
    for name in TABLE.menu(role, several=several):
        for typed in (f"/{name}", name, name.capitalize()):
            names = message_names(made.type("Siti", typed))
            assert names, typed
            assert not HELP & set(names) or name == "bantuan", typed
            assert not any("not_yours" in one for one in names) or name == "perpanjang", typed


@pytest.mark.parametrize("role", Role)
def test_a_command_of_others_is_answered_with_whose_it_is(role: Role) -> None:
    made = world(role)
    for name in sorted(TABLE.names - set(TABLE.menu(role, several=True))):
        names = message_names(made.type("Siti", f"/{name}"))
        known = (
            "free/no_command",
            "staff/health_not_yours",
            "roster/not_yours",
            "import/not_yours",
            "staff/region",
            "meeting/none",
            *WELCOME,
        )
        assert names[0] in known, name


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_other_names_stay_understood(alias: str, name: str) -> None:
    assert name in TABLE.names
    for typed in (f"/{alias}", alias):
        assert message_names(world(Role.CONTACT).type("Siti", typed)) == message_names(
            world(Role.CONTACT).type("Siti", f"/{name}")
        )


def test_a_command_that_there_is_not_is_named() -> None:
    for role in Role:
        outcome = world(role).type("Siti", "/posisiku")
        shown = next(one for one in outcome.messages if isinstance(one, Say))
        assert "Perintah /posisiku tidak ada" in render(shown.name, shown.view)


def test_every_command_has_a_place_of_its_own() -> None:
    names: dict[int, set[str]] = {}
    for route in TABLE.shown:
        names.setdefault(route.place, set()).add(route.name)
    assert [(place, shared) for place, shared in names.items() if len(shared) > 1] == []
    assert set().union(*names.values()) == TABLE.names
    assert not TABLE.names & set(ALIASES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_groups_have_a_menu_of_their_own(language: str) -> None:
    shown = group_menu(language)
    assert [one["command"] for one in shown["commands"]] == [
        "status",
        "kriteria",
        "rakor",
        "papan",
        "tentang",
        "bantuan",
    ]
    assert shown["scope"] == {"type": "all_group_chats"}
    for call in command_menus(RegisterCommands(Role.KANWIL), 5):
        assert call.payload["scope"] == {"type": "chat", "chat_id": 5}


# Which seat, in words that fit who is asked


def asked(made: World) -> str:
    (shown,) = made.type("Siti", "/gantiperan").messages
    assert isinstance(shown, Say)
    return render(shown.name, shown.view)


def test_the_seat_is_asked_for_in_the_words_of_who_is_asked() -> None:
    contact = world(Role.CONTACT, several=True)
    assert "Sekarang mengisi untuk UKPD yang mana?" in asked(contact)
    mixed = world(Role.KANWIL, several=True)
    assert "Sebagai apa Anda ingin bekerja sekarang?" in asked(mixed)
    assert "satu peran" in asked(world(Role.CONTACT))
    assert message_names(contact.type("Siti", "/peran")) == ["joining/choose_seat"]
    assert message_names(world(Role.KANWIL).type("Siti", "/peran")) == ["staff/seats"]


def test_an_administrator_is_welcomed_with_what_only_administrators_have() -> None:
    for role in (Role.COORDINATOR, Role.KANWIL, Role.ADMIN):
        (shown,) = world(role).type("Siti", "/mulai").messages
        assert isinstance(shown, Say)
        text = render(shown.name, shown.view)
        for name in ("/kesehatan", "/roster"):
            assert (name in text) == (role == Role.ADMIN)


def test_each_return_to_the_start_tells_the_menu_of_the_seat() -> None:
    for role, several in BOTH:
        made = world(role, several=several)
        for typed in ("/mulai", "/gantiperan"):
            changes = made.type("Siti", typed).changes
            registrations = [one for one in changes if isinstance(one, RegisterCommands)]
            assert registrations == [RegisterCommands(role, several=several)], typed
    assert not [
        one
        for one in world(Role.CONTACT).send("Siti", Text("12", 5)).changes
        if isinstance(one, RegisterCommands)
    ]


def test_a_command_that_there_is_not_is_met_with_the_one_that_comes_near() -> None:
    staff, contact = world(Role.KANWIL), world(Role.CONTACT)
    assert "Mungkin maksud Anda /terlambat?" in text_of(staff.type("Siti", "/terlambt").messages[0])
    assert "Mungkin maksud Anda /kategori?" in text_of(contact.type("Siti", "/kategry").messages[0])
    far = text_of(contact.type("Siti", "/xyzzy").messages[0])
    assert "Mungkin" not in far
    assert "/bantuan" in far


def test_whose_command_it_is_is_named_and_where_one_stands() -> None:
    for role, typed, whose in (
        (Role.CONTACT, "/roster", "untuk administrator; peran Anda di sini: <b>kontak Suku Dinas Kesehatan</b>"),
        (Role.ADMIN, "/jeda", "untuk kontak, Bagian Hukum dan Kanwil; peran Anda di sini: <b>administrator</b>"),
        (Role.COORDINATOR, "/tutup", "untuk Kanwil; peran Anda di sini: <b>Bagian Hukum Jakarta Pusat</b>"),
    ):  # fmt: skip
        text = text_of(world(role).type("Siti", typed).messages[0])
        assert whose in text
        assert text.count("\n/") == 0, "no wall of commands"
