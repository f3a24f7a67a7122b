"""One step of a rehearsal done at the phone, as a person would."""

from __future__ import annotations

from collections.abc import Iterable

from bot.demo.botapi import SimulatedPerson
from bot.demo.botapi.state import Chat
from bot.demo.rehearsal import references
from bot.demo.rehearsal.rehearsal_model import RehearsalStep, Sample
from bot.demo.rehearsal.rehearsal_player import CannotAct
from bot.terminal import Sentence
from scoring.errors import nearest

INLINE_SECONDS = 10.0


async def act(
    step: RehearsalStep, person: SimulatedPerson, chat: Chat, files: dict[str, Sample]
) -> None:
    """Do it. Raises CannotAct."""
    place = None if chat is person.chat else chat
    match step.act:
        case "types":
            reply = references.at_place(chat, step.reply) if step.reply else None
            person.send(step.value, chat=place, reply_to=reply)
        case "taps":
            _tap(step, person, chat)
        case "opens":
            person.open_link(_link(step, person))
        case "sends":
            _send(step, person, chat, files[step.file])
        case "edits":
            _edit(step, person, chat)
        case "presses":
            _press(step, person)
        case "does":
            (person.block if step.value == "block" else person.unblock)()
        case "shares":
            person.account.phone = step.value
            person.contact(step.value)
        case "asks":
            person.ask_inline(step.value)
        case "chooses":
            await _choose(step, person, place)


def _tap(step: RehearsalStep, person: SimulatedPerson, chat: Chat) -> None:
    buttons = references.taps(chat, step.value)
    if step.back > len(buttons):
        known = list(
            dict.fromkeys(label for message in chat.messages.values() for label in message.labels)
        )
        what = (
            Sentence("there is no button “{label}”", {"label": step.value})
            if not buttons
            else Sentence("there are {count} of it", {"count": len(buttons)})
        )
        raise CannotAct(what, _known("Buttons in that chat: {known}.{hint}", step.value, known))
    message_id, data = buttons[step.back - 1]
    person.tap(data=data, message_id=message_id, chat=chat)


def _edit(step: RehearsalStep, person: SimulatedPerson, chat: Chat) -> None:
    own = references.own_messages(chat, person.id)
    if step.back > len(own):
        words = {"who": step.who, "count": len(own)}
        what = Sentence("{who} wrote {count} messages there", words)
        raise CannotAct(what, Sentence("Correct `back`."))
    person.edit(own[step.back - 1], step.value, chat=chat)


def _press(step: RehearsalStep, person: SimulatedPerson) -> None:
    try:
        person.press(step.value)
    except LookupError:
        fix = Sentence("The bot shows other keys now: record it anew.")
        what = Sentence("there is no key “{label}” below the chat", {"label": step.value})
        raise CannotAct(what, fix) from None


def _link(step: RehearsalStep, person: SimulatedPerson) -> str:
    if step.value == "invitation":
        own = person.account.start_link
        if not own:
            fix = Sentence("In this state that person has joined already: leave the step out.")
            raise CannotAct(Sentence("{who} has no invitation", {"who": step.who}), fix)
        return own
    if step.value != "link":
        return step.value
    chat = references.chat_of(person.server, step.of)
    payloads = references.links(chat) if chat else []
    if step.back > len(payloads):
        fix = Sentence("Check `of` and `back`, or record it anew.")
        words = {"whose": step.of, "count": len(payloads)}
        raise CannotAct(Sentence("in the chat of {whose} there are {count} links", words), fix)
    return payloads[step.back - 1]


def _send(step: RehearsalStep, person: SimulatedPerson, chat: Chat, sample: Sample) -> None:
    group = f"album{step.album}" if step.album else ""
    reply = references.at_place(chat, step.reply) if step.reply else None
    person.file(
        step.value,
        sample.bytes(),
        step.file,
        caption=step.caption,
        group=group,
        reply_to=reply,
        chat=None if chat is person.chat else chat,
    )


async def _choose(step: RehearsalStep, person: SimulatedPerson, place: Chat | None) -> None:
    """Send the newest query's answer of that title, once the bot has answered."""
    asked = person.bot.inline
    if not asked:
        what = Sentence("{who} has asked nothing", {"who": step.who})
        raise CannotAct(what, Sentence("Put a step `asks` before it."))
    query = next(reversed(asked))
    await person.server.until(lambda: asked[query]["results"] is not None, INLINE_SECONDS)
    results = asked[query]["results"]
    titles = {str(result.get("title", result["id"])): str(result["id"]) for result in results}
    if step.value not in titles:
        what = Sentence("there is no answer “{label}”", {"label": step.value})
        raise CannotAct(what, _known("The bot offers: {known}.{hint}", step.value, titles))
    person.choose_inline(query, titles[step.value], place)


def _known(text: str, given: str, labels: Iterable[str]) -> Sentence:
    """Return what there is instead, with the nearest to what was given."""
    known = list(labels)
    close = nearest(given, known)
    hint = Sentence(" Did you mean “{close}”?", {"close": close}) if close else ""
    return Sentence(text, {"known": ", ".join(known) or Sentence("none"), "hint": hint})
