"""Invitations as cards to be cut and handed out: a QR code for each person, eight on a sheet of A4."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib import resources
from typing import Literal, NamedTuple

import orjson
import typst

from bot.handouts.qr import qr_svg
from flows.model.roles import Role
from messages.paper_words import wording

LAYOUT = resources.files("bot") / "handouts" / "invitation_cards.typ"
REGIONAL = (Role.CONTACT, Role.COORDINATOR, Role.SECRETARY)


class InvitationCard(NamedTuple):
    """Whom a link is for, and the link."""

    role: Role
    region: str
    office: str
    label: str
    url: str
    until: date


def sheet(
    cards: Iterable[InvitationCard], year: int, help_contact: str, *, trial: bool = False
) -> bytes:
    """Return the cards as a PDF; of a `trial` each says so.

    The links in it are secrets until they are used.
    """
    made = _drawn(cards, year, help_contact, "pdf", trial=trial)
    assert isinstance(made, bytes)
    return made


def pictures(cards: Iterable[InvitationCard], year: int, help_contact: str) -> list[bytes]:
    """Return each page of the sheet as a PNG."""
    made = _drawn(cards, year, help_contact, "png")
    return made if isinstance(made, list) else [made]


def _drawn(
    cards: Iterable[InvitationCard],
    year: int,
    help_contact: str,
    form: Literal["pdf", "png"],
    *,
    trial: bool = False,
) -> bytes | list[bytes]:
    words = wording("invitation_cards")
    roles = words.words("roles")
    shown = [
        {
            "who": card.office or roles.get(card.role, card.label),
            "place": card.region if card.role in REGIONAL else card.label,
            "begin": words.text("begin" if card.role == Role.CONTACT else "begin_staff"),
            "until": words.text("until", until=card.until),
            "qr": qr_svg(card.url),
        }
        for card in cards
    ]
    view = {
        "title": words.text("title", year=year, trial=trial),
        "scan": words.text("scan"),
        "help": help_contact,
        "cards": shown,
    }
    return typst.compile(
        LAYOUT.read_bytes(),
        format=form,
        ignore_system_fonts=True,
        sys_inputs={"view": orjson.dumps(view).decode()},
    )
