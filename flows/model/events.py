"""What can happen in a chat, freed of Telegram's shapes."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from flows.model.returned_sheet import SheetRow
from flows.model.roster_draft import Wrong


class Command(Struct, frozen=True):
    """`/name args`; `/start TOKEN` included. Names come without the slash, in lower case."""

    name: str
    args: str = ""


class Text(Struct, frozen=True):
    """Words or figures that a person typed; `message_id` is remembered for a later edit.

    `quoted` is the message of this bot that it replies to, as text, `own` the one of the same person;
    `is_forwarded`: somebody else wrote it.
    """

    text: str
    message_id: int
    quoted: str = ""
    is_forwarded: bool = False
    own: str = ""


class Edited(Struct, frozen=True):
    """A person changed a message sent before."""

    text: str
    message_id: int


class Tap(Struct, frozen=True):
    """A button was pressed: its data, and the message that carries it."""

    data: str
    message_id: int | None
    query_id: str


class Upload(Struct, frozen=True):
    """A photo or a document; `size` in bytes, None where Telegram does not say; `album` groups several.

    A workbook that may be a form comes twice: once it has turned out to be none, `sheet` is the number under
    which it was read, and `about` the answer that it proved when it was sent.
    """

    kind: str
    file_id: str
    unique_id: str
    name: str | None
    size: int | None
    caption: str | None
    message_id: int
    album: str | None = None
    sheet: int | None = None
    about: int | None = None


class Other(Struct, frozen=True):
    """Something that is no text: a sticker, a location, a file."""

    kind: str


class Membership(Struct, frozen=True):
    """The person blocked the bot (`reachable` False) or came back."""

    reachable: bool


class Returned(Struct, frozen=True):
    """The bot was away for longer than Telegram keeps a tap (150 s), and is back."""


class SignedSheet(Struct, frozen=True):
    """A file that a contact sent turned out to be the signed sheet of their office.

    `receipts` are the numbers under which its answers were stored when it was made, by indicator.
    """

    upload: Upload
    unit_id: int
    code: str
    receipts: Mapping[int, str]


class SheetRead(Struct, frozen=True):
    """A workbook that came back was read: its rows; or `why` it could not be, or what is `wrong` in it."""

    seat_id: int
    sheet: int
    name: str
    rows: tuple[SheetRow, ...] = ()
    why: str | None = None
    wrong: tuple[Wrong, ...] = ()


class GroupCommand(Struct, frozen=True):
    """`/name@target args` in a group; `thread` is the topic of a forum, `title` what the group is called."""

    name: str
    args: str = ""
    target: str | None = None
    thread: int | None = None
    title: str = ""


class GroupTap(Struct, frozen=True):
    """Somebody in a group pressed a button; it need not be who the message was for."""

    data: str
    message_id: int
    query_id: str
    thread: int | None = None
    title: str = ""


class GroupChanged(Struct, frozen=True):
    """The bot is in the group or out of it; `came`: it was not there before."""

    inside: bool
    came: bool


class GroupMoved(Struct, frozen=True):
    """The group became a supergroup and has a new id."""

    chat_id: int


class Inline(Struct, frozen=True):
    """Somebody types `@bot query` in some chat."""

    query: str
    query_id: str


GroupEvent = GroupCommand | GroupTap | GroupChanged | GroupMoved
Event = (
    Command
    | Text
    | Edited
    | Tap
    | Upload
    | Other
    | Membership
    | Returned
    | SignedSheet
    | SheetRead
    | GroupEvent
    | Inline
)
