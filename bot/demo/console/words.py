"""What the console says; `indonesian.toml` has it for terminals that speak Indonesian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.demo.botapi import SimulatedPerson
from bot.demo.botapi.state import Chat
from bot.terminal import known_as, phrase

YOU = "You"
NOBODY_YET = "who"
BEGIN = "Start"
WELCOME = "Peduli HAM — the demo in a terminal. All figures and names are invented."
STATE = "State: {title}. {hint}"
WHO = "Who are you? Type a number or a name, such as 1 or sudinkes."
HELP_HINT = "/bantuan: all commands."
WHO_FIRST = "Choose first who you are: type a number or a name of the list, or /siapa."
NOBODY = "Nobody is called “{text}”. Type a number or a name of the list (/siapa)."
SEVERAL = "“{text}” may mean: {names}. Type its number."
NOT_JOINED = "Has not joined yet. Type /1 to press [{button}] on the invitation's link."
NOT_YET = "has not joined"
NOTHING_YET = "This chat is still empty."
ANNOUNCED = "→ {who} receives: {text}"
GROUP = "group {title}"
NOTICE = "  (notice) {text}"
NO_BUTTONS = "no buttons"
BUTTONS = "/1 to /{most}"
NO_SUCH_BUTTON = (
    "There is no button /{number} on the screen, but: {known}. /lihat shows them again."
)
NO_BUTTON_LIKE = "There is no button “{text}” on the screen, but: {known}."
COPIED = "In Telegram, the button [{text}] copies: {target}"
SHARED = "In Telegram, the button [{text}] sends into a chat of your choice: {target}"
INLINE = "In Telegram, the button [{text}] begins the card “{target}” in a chat of your choice."
TO_GROUP = "In Telegram, [{text}] takes the bot into a group. Here there is one already: /grup, then /papan"
REACTED = "{emoji} on: {text}"
NOT_HERE = "The button [{text}] opens {url}, which a terminal cannot."
CANNOT = "That cannot be done: {why}."
ENDED = "Done. The bot and the server have ended."
TOO_SLOW = "The bot is not ready within a reasonable time. Wait a little, then try again."
SILENT = "The bot has not answered yet."
STOPPED = "The bot is off; your message waits. /nyalakan starts it again."
UNKNOWN = "Did you mean {nearest}? {given} is not sent. To send it to the bot, type /{given}."
EXPECTS = "{command} needs something more: {usage}."
NO_FILE = "There is no file {path}. Write the path of a file on this computer, such as /berkas report.pdf."
A_FOLDER = "{path} is a folder. Write the path of a file."
UNREADABLE = "{path} cannot be read: {why}."
EMPTY_FILE = "{path} is empty; Telegram sends no empty files."
TOO_LARGE = "{path} is larger than 50 MB; Telegram does not take it."
CLOCK_MOVED = "It is {moment}."
CLOCK_USAGE = (
    "/jam pengingat (reminder), /jam ringkasan (summary), /jam batas (deadline), "
    "or /jam +1 hari (menit, jam, hari, minggu: minutes, hours, days, weeks)"
)
CLOCK_UNKNOWN = "“{text}” is nowhere that the clock can go. It can: {usage}."
SIGNAL = "Signal: {state}."
SIGNAL_USAGE = (
    "/sinyal putus (drop), /sinyal lambat (slow), /sinyal ganda (double; several may be given), "
    "or /sinyal baik (good)"
)
SIGNAL_UNKNOWN = "“{text}” is no state of the signal. There are: {usage}."
KILLED = "The bot was killed. What comes in waits until /nyalakan."
ARMED = "The bot will die in the middle of its next sentence, then start by itself."
STARTED = "The bot runs again."
SAVED = "The rehearsal is saved in {path}: {steps} steps. Play it again: peduli-ham rehearse {path}"
NOT_SAVED = "Not saved: {path} cannot be written ({why}). The conversation is still there; try another path."
EXISTS = "{path} is there already and is no rehearsal; choose another name."
NO_GROUP = "{who} is in no group."
LINK_USAGE = "/tautan ADDRESS, such as /tautan https://t.me/…?start=… from a message of the bot"
NO_LINK = "{who} has no invitation that is not used yet. Write its address: {usage}."
NO_SUCH_LINK = "“{text}” is no link of the bot. Write one: {usage}."
NO_TEXT = "(file)"
EDITED = "(changed)"
STATES = {"drop": "dropping", "delay": "slow", "double": "messages twice"}
GOOD_STATE = "good"
CLOCKS = {
    "pengingat": "reminder",
    "ringkasan": "digest",
    "batas": "deadline",
    "tenggat": "deadline",
    "reminder": "reminder",
    "summary": "digest",
    "deadline": "deadline",
}
SIGNALS = {
    "putus": "drop",
    "lambat": "delay",
    "ganda": "double",
    "drop": "drop",
    "slow": "delay",
    "double": "double",
}
GOOD = ("baik", "good")
SPANS = {"menit": 60, "jam": 3600, "hari": 86400, "minggu": 604800,
         "minute": 60, "hour": 3600, "day": 86400, "week": 604800}  # fmt: skip
LONG = 70
HELP = (
    ("text", "is sent to the bot (or the group that is open); figures too: 12 dari 14.250"),
    ("/1, /2 …", "presses the button of that number"),
    ("/tekan simpan", "presses a button by what stands on it"),
    ("/siapa [number or name]", "be somebody else; without a name: the list"),
    ("/grup, /pribadi", "opens this person's group, and the chat with the bot again"),
    ("/lihat", "shows the chat and its buttons again"),
    ("/tautan [address]", "opens one's invitation, or a link of a message"),
    ("/berkas PATH", "sends a photo or a file; without a path: the bot's own command /berkas"),
    (
        "/jam pengingat|ringkasan|batas|+1 hari",
        "moves the clock on: to the next reminder, summary or deadline, or by 1 day",
    ),
    ("/sinyal putus|lambat|ganda|baik", "makes the signal drop, slow or double, or good again"),
    ("/matikan [tengah]", "kills the bot now, or in the middle of its next sentence"),
    ("/nyalakan", "starts the bot again"),
    ("/simpan FILE.yaml", "saves what was played as a rehearsal"),
    ("//bantuan", "two slashes: the bot's command that is called like one of these"),
    ("/keluar", "ends"),
)


def title(person: SimulatedPerson, group: Chat | None) -> str:
    """Return whose phone it is, and what is open."""
    where = f" · {phrase(GROUP, title=group.title)}" if group else ""
    return f"{person.account.first_name} ({person.account.label}){where}"


def first_line(text: str) -> str:
    """Return the beginning of a message."""
    line = next((one for one in text.splitlines() if one.strip()), known_as(NO_TEXT))
    return line if len(line) <= LONG else f"{line[: LONG - 1].rstrip()}…"


def of_phone(button: Mapping[str, Any]) -> str:
    """Return what a button does on a phone, which a terminal can only tell."""
    url, text = str(button.get("url", "")), button["text"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    if "copy_text" in button:
        return phrase(COPIED, text=text, target=button["copy_text"]["text"])
    if "switch_inline_query" in button:
        return phrase(INLINE, text=text, target=button["switch_inline_query"])
    if url.startswith("https://t.me/share/url?"):
        return phrase(
            SHARED, text=text, target="\n".join([asked["url"], asked.get("text", "")]).strip()
        )
    if "startgroup" in asked:
        return phrase(TO_GROUP, text=text)
    return phrase(NOT_HERE, text=text, url=url)
