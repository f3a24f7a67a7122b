"""What the table of failing calls is made of: methods, how each comes to be called, ways to fail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.calls_town import Town
from bot.app import App
from bot.clock import iso
from bot.demo.botapi import Sandbox
from bot.demo.botapi.faults import Fault
from bot.storage import outbox
from bot.storage.outbox import OutboxMessage, with_serialized_payload
from tests.support.pictures import png

PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
SLOW = (
    '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after","parameters":%s}'
)
KEEPS = frozenset({"sent", "stored"})
ENDS = frozenset({"failed", "refused", "dropped"})


@dataclass(frozen=True)
class Way:
    """One way in which a call may be answered. `ends`: the states in which its row may end."""

    name: str
    kind: str
    ends: frozenset[str] = KEEPS
    code: int = 200
    body: str = ""
    seconds: float = 0.0
    refuses_token: bool = False
    holds: bool = False

    def order(self, server: Sandbox, act: Act, town: Town) -> Fault:
        """Have the server answer so, until it is told otherwise."""
        chat = act.chat(town) if act.is_letter else 0
        return server.fault(
            self.kind, method=act.method, chat_id=chat or None, code=self.code, body=self.body,
            seconds=self.seconds, times=None,
        )  # fmt: skip


def _says(name: str, code: int, text: str, ends: frozenset[str] = ENDS, **more: Any) -> Way:
    body = f'{{"ok":false,"error_code":{code},"description":"{text}"}}'
    return Way(name, "says", ends, code, body, **more)


def _slow(name: str, retry_after: str, **more: Any) -> Way:
    return Way(name, "says", KEEPS, 429, SLOW % f'{{"retry_after":{retry_after}}}', **more)


def _page(code: int) -> Way:
    return Way(f"{code} as a page", "says", KEEPS | ENDS, code, PAGE.format(code))


WAYS = (
    Way("200 without a result", "says", KEEPS | ENDS, 200, '{"ok":true}'),
    Way("200 with an odd result", "says", KEEPS | ENDS, 200, '{"ok":true,"result":[["x"]]}'),
    Way("200 that is a list", "says", KEEPS | ENDS, 200, "[1, 2]"),
    _page(200),
    Way(
        "200 that says 404", "says", ENDS, 200,
        '{"ok":false,"error_code":404,"description":"Not Found"}', refuses_token=True,
    ),
    _says("400", 400, "Bad Request: something"),
    _says("401", 401, "Unauthorized", refuses_token=True),
    _says("403", 403, "Forbidden: bot was blocked by the user", frozenset({"unreachable", *ENDS})),
    _says("404", 404, "Not Found", refuses_token=True),
    _page(404),
    _says("409", 409, "Conflict: something"),
    _says("413", 413, "Request Entity Too Large"),
    _page(413),
    _slow("429 for a second", "1"),
    _slow("429 for three years", "99999999", holds=True),
    _slow("429 for a word", '"soon"'),
    Way("429 without a word", "says", KEEPS, 429, SLOW % "null"),
    _says("500", 500, "Internal Server Error", KEEPS),
    Way("502 as a page", "bad_gateway"),
    Way("cut before", "drop_before"),
    Way("cut after", "drop_after"),
    Way("cut in the middle", "half"),
    Way("reset", "reset"),
    Way("trickled", "trickle", seconds=0.5),
    Way("silent", "silent", seconds=30.0),
)  # fmt: skip


Doing = Callable[[Town, App], Awaitable[None]]


@dataclass(frozen=True)
class Act:
    """How a method comes to be called."""

    method: str
    done: Doing
    who: str = "Eko"
    is_letter: bool = True
    at_start: bool = False
    others_are_served: bool = True
    has_row: bool = True
    repeated: bool = True

    @property
    def is_row(self) -> bool:
        """Whether a row of the database waits where the call must wait: a letter, or a file."""
        return self.is_letter or self.method in ("getFile", "download")

    def chat(self, town: Town) -> int:
        """Whose order the call belongs to; 0: nobody's."""
        if self.who == "group":
            return next(number for number in town.server.chats if number < 0)
        return town.people[self.who].id if self.who else 0

    def wanted(self, way: Way) -> frozenset[str]:
        """The states in which the row may end: an answer to a tap is given up, never repeated."""
        return way.ends if self.repeated else way.ends | {"dropped", "failed"}


def _put(method: str, payload: Callable[[Town, int], dict[str, Any]]) -> Doing:
    """Queue a letter, as a step would; `payload` is given the chat's last message."""

    async def done(town: Town, app: App) -> None:
        chat = ACTS[method].chat(town)
        letter = with_serialized_payload(
            OutboxMessage(0, chat, method, payload(town, _last(town, chat)))
        )
        now = iso(town.clock())
        await app.database.transaction(lambda db: outbox.put(db, [letter], now))
        app.delivery.add([letter])

    return done


def _last(town: Town, chat: int) -> int:
    conversation = town.server.chats.get(chat)
    mine = (
        [one.id for one in conversation.messages.values() if one.from_bot] if conversation else []
    )
    return mine[-1] if mine else 0


async def _writes(town: Town, _: App) -> None:
    town.people["Eko"].send("/bantuan")


async def _taps(town: Town, _: App) -> None:
    eko = town.people["Eko"]
    eko.tap(data="x.unknown", message_id=_last(town, eko.id))


async def _asks(town: Town, _: App) -> None:
    town.people["Budi"].ask_inline("jakarta")


async def _sends_file(town: Town, _: App) -> None:
    town.people["Eko"].file("document", png(town.cells % 250), f"{town.cells}.png")


async def _hints(town: Town, app: App) -> None:
    """As while a paper is made; what fails of it is let be."""
    await app.papers.hint(town.people["Eko"].id)


async def _nothing(_: Town, __: App) -> None:
    """It is called without anybody's doing."""


def _seen(_: Town, number: int) -> dict[str, Any]:
    return {"message_id": number}


def _liked(_: Town, number: int) -> dict[str, Any]:
    return {"message_id": number, "reaction": [{"type": "emoji", "emoji": "🙏"}]}


_MENU = {"commands": [{"command": "mulai", "description": "Mulai"}]}
_DOCUMENT = {"caption": "Daftar", "filename": "daftar.txt", "text": "isi"}
BY_LETTER: dict[str, tuple[Callable[[Town, int], dict[str, Any]], str]] = {
    "editMessageText": (lambda _, number: {"message_id": number, "text": f"Teks {number}"}, "Eko"),
    "editMessageReplyMarkup": (_seen, "Eko"),
    "sendPhoto": (lambda town, _: {"photo": town.photo, "caption": "Foto"}, "Eko"),
    "sendDocument": (lambda _, __: _DOCUMENT, "Eko"),
    "pinChatMessage": (_seen, "Eko"),
    "unpinChatMessage": (_seen, "Eko"),
    "setMessageReaction": (_liked, "Eko"),
    "setMyCommands": (lambda _, __: _MENU, ""),
}
ACTS = {
    "getMe": Act("getMe", _nothing, "", at_start=True),
    "setWebhook": Act("setWebhook", _nothing, "", at_start=True),
    "deleteWebhook": Act("deleteWebhook", _nothing, "", at_start=True),
    "getUpdates": Act(
        "getUpdates", _writes, "", is_letter=False, others_are_served=False, has_row=False
    ),
    "sendChatAction": Act("sendChatAction", _hints, is_letter=False, has_row=False),
    "sendMessage": Act("sendMessage", _writes),
    "answerCallbackQuery": Act("answerCallbackQuery", _taps, "", repeated=False),
    "answerInlineQuery": Act("answerInlineQuery", _asks, "", repeated=False),
    "getFile": Act("getFile", _sends_file, is_letter=False),
    "download": Act("download", _sends_file, is_letter=False),
    **{name: Act(name, _put(name, payload), who) for name, (payload, who) in BY_LETTER.items()},
}
METHODS = tuple(ACTS)


def short() -> list[tuple[str, Way]]:
    """Each way and each method several times, in a tenth of the time."""
    return [
        (method, way)
        for row, method in enumerate(METHODS)
        for column, way in enumerate(WAYS)
        if (column + 4 * row) % 9 == 0 or (method == "sendMessage" and way.holds)
    ]
