"""`/bahasa`: everybody with a seat chooses the language in which the bot writes to them."""

from __future__ import annotations

from flows.contact import joining
from flows.contact.everyday import choices
from flows.model import walks
from flows.model.buttons import Button, OwnVerb, Pressed, data
from flows.model.events import Tap
from flows.model.facts import Seated
from flows.model.outcome import ChooseLanguage, Outcome, Say

LANGUAGE = OwnVerb("la")


def command(facts: Seated, args: str) -> Outcome:
    """`/bahasa [language]`, by its name or its code; else a button for each."""
    typed = args.strip().casefold()
    for code, name in facts.words.languages.items():
        if typed in (code, name.casefold()):
            return _chosen(facts, code, None)
    return Outcome((), (_ask(facts, None),))


def on_tap(facts: Seated, event: Tap, pressed: Pressed) -> Outcome:
    """Choose a language; one that is there no more is answered by those that are."""
    code = pressed.rest[0] if pressed.rest else ""
    if code not in facts.words.languages:
        return Outcome((), (_ask(facts, event.message_id),))
    return _chosen(facts, code, event.message_id)


def _ask(facts: Seated, edit: int | None) -> Say:
    seat = facts.seat.id
    rows = tuple(
        (Button("language", data(LANGUAGE, seat, code), {"name": name}),)
        for code, name in facts.words.languages.items()
    )
    return Say("language/ask", {}, rows, edit=edit)


def _chosen(facts: Seated, code: str, edit: int | None) -> Outcome:
    """Answer in the new language already, and set the chat's menu in it."""
    message = Say(
        "language/chosen", {"name": facts.words.languages[code]}, choices(facts), edit=edit
    )
    return Outcome((ChooseLanguage(code), joining.menu(facts)), (message,))


ROUTES = (
    walks.everybody.command("bahasa", command, place=205),
    walks.everybody.button(LANGUAGE, on_tap),
)
