"""News for an office: the same message to each of its contacts who can be written to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.model.buttons import Button, Verb, data
from flows.model.facts import Office
from flows.model.outcome import Say


def to_office(
    office: Office, name: str, view: Mapping[str, Any], label: str, verb: Verb
) -> tuple[Say, ...]:
    """Return a message with one button, which is each contact's own."""
    return tuple(
        Say(name, view, ((Button(label, data(verb, contact.seat_id)),),), chat_id=contact.chat_id)
        for contact in office.contacts
        if contact.reachable
    )
