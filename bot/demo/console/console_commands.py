"""What can be typed in the console: commands of its own, numbers of buttons, and texts for the bot."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from rapidfuzz import fuzz, process, utils

from bot.demo import titles
from bot.demo.botapi import SimulatedPerson
from bot.demo.coming import ZONE
from bot.demo.console import words
from bot.demo.console.console import Session
from bot.demo.console.console_screen import heading, show_help, show_people
from bot.demo.not_now import NotNow
from bot.demo.rehearsal.rehearsal_model import ahead
from bot.terminal import Sentence, known_as, phrase, system_words, terminal_language
from flows.route_table import TABLE
from scoring.errors import nearest

SPAN = re.compile(r"\+?\s*(0*[1-9]\d{0,3})\s*(menit|jam|hari|minggu|minutes?|hours?|days?|weeks?)")
NUMBER = re.compile(r"/(\d{1,3})")
UPLOAD = 50 * 2**20
CLOSE, CLEAR = 70.0, 8.0
"""A name is taken where it is so much like one, and so much less like the next."""
Act = Callable[[Session, str], Awaitable[None]]


async def obey(session: Session, line: str) -> None:
    """Do what a line says, and say in a sentence what cannot be done."""
    await session.attempt(lambda: _obey(session, line))


async def _obey(session: Session, line: str) -> None:
    if session.person is None and not line.startswith("/"):
        await who(session, line)
        return
    if match := NUMBER.fullmatch(line):
        session.press(int(match[1]))
        await session.settle()
        return
    name, _, rest = line.partition(" ")
    if name.lower() in COMMANDS:
        await COMMANDS[name.lower()](session, rest.strip())
        return
    if line.startswith("//"):
        line = line[1:]
    elif line.startswith("/"):
        _refuse_misspelt(session, name)
    session.write(line)
    await session.settle()


def _refuse_misspelt(session: Session, name: str) -> None:
    """Refuse a command that is nearly one of ours and none of the bot's."""
    theirs = (
        {f"/{command['command']}" for command in session.person.commands}
        if session.person
        else set()
    )
    close = nearest(name.lower(), COMMANDS)
    theirs = theirs or {
        f"/{known}" for known in TABLE.names
    }  # it has just started: no menu is set yet
    if name not in theirs and name != "/start" and close and not nearest(name, theirs):
        raise NotNow(words.UNKNOWN, nearest=close, given=name)


async def who(session: Session, text: str) -> None:
    """Become somebody else; without a name, a list."""
    people = session.stage.server.people()
    if not text:
        show_people(session.screen, people, session.person)
        return
    session.open(_named(people, text))


def _named(people: list[SimulatedPerson], text: str) -> SimulatedPerson:
    """Return the person of a number or a name as people type it. Raises NotNow."""
    if text.isascii() and text.isdigit() and 0 < int(text) <= len(people):
        return people[int(text) - 1]
    choices = {
        (at, kind): name
        for at, one in enumerate(people)
        for kind, name in enumerate((one.account.label, one.account.first_name))
    }
    candidates = process.extract(
        text,
        choices,
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        score_cutoff=CLOSE,
        limit=None,
    )
    best: dict[int, float] = {}
    for _, score, (at, _) in candidates:
        best[at] = max(best.get(at, 0.0), score)
    ranked = sorted(best, key=lambda at: -best[at])
    if not ranked:
        raise NotNow(words.NOBODY, text=text)
    close = [at for at in ranked if best[ranked[0]] - best[at] < CLEAR]
    if len(close) > 1 and best[ranked[0]] - best[close[1]] < 1.0:
        names = ", ".join(f"{at + 1} {words.title(people[at], None)}" for at in close[:4])
        raise NotNow(words.SEVERAL, text=text, names=names)
    return people[ranked[0]]


async def group(session: Session, rest: str) -> None:  # noqa: ARG001
    person = _somebody(session)
    chat = next((one for one in session.stage.server.groups() if person.id in one.members), None)
    if chat is None:
        raise NotNow(words.NO_GROUP, who=person.account.first_name)
    session.open(person, chat)


async def private(session: Session, rest: str) -> None:  # noqa: ARG001
    session.open(_somebody(session))


async def show(session: Session, rest: str) -> None:  # noqa: ARG001
    session.open(_somebody(session), session.group)


async def link(session: Session, rest: str) -> None:
    person = _somebody(session)
    address = rest or person.account.start_link
    if not address:
        name = person.account.first_name
        raise NotNow(words.NO_LINK, who=name, usage=Sentence(words.LINK_USAGE))
    try:
        person.open_link(address)
    except ValueError:
        usage = Sentence(words.LINK_USAGE)
        raise NotNow(words.NO_SUCH_LINK, text=address, usage=usage) from None
    await session.settle()


async def press(session: Session, rest: str) -> None:
    """Press a button by a part of what stands on it; of several alike, the newest."""
    _somebody(session)
    wanted = utils.default_process(rest)
    if not wanted:
        raise NotNow(words.EXPECTS, command="/tekan", usage="/tekan simpan")
    labels = {at: str(button["text"]) for at, (_, button) in session.numbers.items()}
    buttons = {at: one for at, one in labels.items() if wanted in utils.default_process(one)}
    exact = [at for at, one in buttons.items() if wanted == utils.default_process(one)]
    if not buttons:
        known = ", ".join(labels.values()) or known_as(words.NO_BUTTONS)
        raise NotNow(words.NO_BUTTON_LIKE, text=rest, known=known)
    if len(set(buttons.values())) > 1 and not exact:
        names = ", ".join(f"/{at} [{one}]" for at, one in buttons.items())
        raise NotNow(words.SEVERAL, text=rest, names=names)
    session.press(max(exact or buttons))
    await session.settle()


async def clock(session: Session, rest: str) -> None:
    if not rest:
        session.say(phrase(words.CLOCK_MOVED, moment=_now(session)))
        session.say(known_as(words.CLOCK_USAGE), "dim")
        return
    match = SPAN.fullmatch(rest.lower())
    code = words.CLOCKS.get(nearest(rest.lower(), words.CLOCKS) or "")
    to = ahead(int(match[1]) * words.SPANS[match[2].removesuffix("s")]) if match else code
    if to is None:
        raise NotNow(words.CLOCK_UNKNOWN, text=rest, usage=Sentence(words.CLOCK_USAGE))
    await session.recorder.perform("clock", to)
    await session.settle()
    session.say(phrase(words.CLOCK_MOVED, moment=_now(session)))


def _now(session: Session) -> str:
    return titles.moment(session.stage.clock(), ZONE, terminal_language())


async def signal(session: Session, rest: str) -> None:
    wanted = rest.lower().split()
    if wanted:
        for word in wanted:
            if word not in words.GOOD and word not in words.SIGNALS:
                raise NotNow(words.SIGNAL_UNKNOWN, text=word, usage=Sentence(words.SIGNAL_USAGE))
        on = (words.SIGNALS[one] for one in wanted if one not in words.GOOD)
        await session.recorder.perform("signal", " ".join(on))
    is_on = [words.STATES[name] for name, on in session.stage.signal.view().items() if on]
    shown = ", ".join(known_as(one) for one in is_on or [words.GOOD_STATE])
    session.say(phrase(words.SIGNAL, state=shown))
    if not wanted:
        session.say(known_as(words.SIGNAL_USAGE), "dim")


async def kill(session: Session, rest: str) -> None:
    await session.recorder.perform("bot", "crash" if rest else "kill")
    session.say(known_as(words.ARMED if rest else words.KILLED))


async def start(session: Session, rest: str) -> None:  # noqa: ARG001
    await session.recorder.perform("bot", "start")
    await session.settle()
    session.say(known_as(words.STARTED))


async def file(session: Session, rest: str) -> None:
    person = _somebody(session)
    path = _path(rest)
    if not rest or not (path.exists() or path.suffix or path.name != rest):
        # The bot knows this word too: the papers of an office, or of a city by its name.
        person.send(f"/berkas {rest}".strip(), chat=session.group)
        await session.settle()
        return
    content = _content(path)
    picture = (mimetypes.guess_type(path.name)[0] or "") in ("image/jpeg", "image/png")
    person.file("photo" if picture else "document", content, path.name, chat=session.group)
    await session.settle()


def _path(text: str) -> Path:
    return Path(text.strip("'\"")).expanduser()


def _content(path: Path) -> bytes:
    """Return what is in a file. Raises NotNow."""
    if path.is_dir():
        raise NotNow(words.A_FOLDER, path=path)
    try:
        if path.stat().st_size > UPLOAD:
            raise NotNow(words.TOO_LARGE, path=path)
        content = path.read_bytes()
    except FileNotFoundError:
        raise NotNow(words.NO_FILE, path=path) from None
    except OSError as error:
        raise NotNow(words.UNREADABLE, path=path, why=system_words(error)) from None
    if not content:
        raise NotNow(words.EMPTY_FILE, path=path)
    return content


async def save(session: Session, rest: str) -> None:
    if not rest:
        raise NotNow(words.EXPECTS, command="/simpan", usage="/simpan latihan.yaml")
    path = _path(rest)
    path = path if path.suffix else path.with_suffix(".yaml")
    await session.settle()
    steps = _kept(session, path)
    session.say(phrase(words.SAVED, path=path, steps=steps), "green")


def _kept(session: Session, path: Path) -> int:
    """Write the recording. Raises NotNow."""
    if path.exists() and not _is_rehearsal(path):
        raise NotNow(words.EXISTS, path=path)
    try:
        return session.recorder.keep(path)
    except OSError as error:
        raise NotNow(words.NOT_SAVED, path=path, why=system_words(error)) from None


def _is_rehearsal(path: Path) -> bool:
    """Tell whether a file may be written over."""
    try:
        return path.is_file() and "\nrehearsal:" in path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


async def help_(session: Session, rest: str) -> None:  # noqa: ARG001
    show_help(session.screen, words.HELP)


async def leave(session: Session, rest: str) -> None:  # noqa: ARG001
    session.ended = True


def _somebody(session: Session) -> SimulatedPerson:
    if session.person is None:
        raise NotNow(words.WHO_FIRST)
    return session.person


COMMANDS: dict[str, Act] = {
    "/siapa": who, "/grup": group, "/pribadi": private, "/lihat": show, "/tautan": link, "/tekan": press,
    "/jam": clock, "/sinyal": signal, "/matikan": kill, "/nyalakan": start, "/berkas": file, "/simpan": save,
    "/bantuan": help_, "/keluar": leave,
}  # fmt: skip


def greet(session: Session) -> None:
    """Show what a newcomer needs first."""
    state = session.stage.scenes.get(session.stage.state)
    heading(session.screen, known_as(words.WELCOME))
    if state:
        title, hint = state.shown(terminal_language())
        session.say(phrase(words.STATE, title=title, hint=hint))
    session.skip()
    show_people(session.screen, session.stage.server.people(), None)
    session.say(known_as(words.WHO), "bold")
    session.say(known_as(words.HELP_HINT), "dim")
