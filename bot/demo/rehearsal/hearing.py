"""What the bot answered to which act, from its outbox: in order per chat, each letter once, whatever died.

A letter that answers an update belongs to the act that sent it. What comes by itself (reminders, the fate
of a file) belongs to the last act before it; there, changes of messages, whose number depends on the moment,
are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from bot.demo.rehearsal.rehearsal_model import Replies
from bot.storage.outbox_history import Said

NOTICE, INLINE = "answerCallbackQuery", "answerInlineQuery"
SEEN = ("sent", "queued")


class Moment(Struct, frozen=True):
    """An act that took place: its update, if it was one; where; the newest letter there was."""

    update_id: int | None
    chat_id: int
    since: int


def assigned(moments: Sequence[Moment], letters: Iterable[Said]) -> list[list[Said]]:
    """Return the letters of each act."""
    by_moment: list[list[Said]] = [[] for _ in moments]
    by_update = {one.update_id: at for at, one in enumerate(moments) if one.update_id is not None}
    for letter in letters:
        if letter.state not in SEEN:
            continue
        if letter.update_id is not None:
            place = by_update.get(letter.update_id)
        else:
            before = [at for at, moment in enumerate(moments) if moment.since < letter.id]
            place = before[-1] if before and letter.is_new else None
        if place is not None:
            by_moment[place].append(letter)
    return by_moment


def heard(moment: Moment, letters: Sequence[Said], names: dict[int, str]) -> Replies:
    """Return the letters of one act, by names, in the order in which each chat saw them."""
    says: list[str] = []
    notices: list[str] = []
    results: list[str] = []
    others: dict[str, list[str]] = {}
    buttons: tuple[str, ...] = ()
    for letter in letters:
        assert letter.name is not None
        if letter.method in (NOTICE, INLINE):
            (notices if letter.method == NOTICE else results).append(letter.name)
        elif letter.chat_id == moment.chat_id:
            says.append(letter.name)
            buttons = letter.buttons or buttons
        else:
            others.setdefault(names.get(letter.chat_id, str(letter.chat_id)), []).append(
                letter.name
            )
    of_others = {label: tuple(others[label]) for label in sorted(others)}
    return Replies(tuple(says), tuple(notices), tuple(results), buttons, of_others)
