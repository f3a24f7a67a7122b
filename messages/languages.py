"""The languages: each a folder of templates and tables, with Indonesian behind what it lacks.

A message that a language has not (or not with all it includes) is in Indonesian as a whole, its buttons too.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, MutableMapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound
from markupsafe import Markup, escape

from messages.printing import Printing

INDONESIAN = "id"
SETTINGS = "language.toml"
"""The file that makes a folder a language."""
COMMANDS, LABELS = "commands.toml", "labels.toml"
"""Beside the folders: short lines in all languages, so that a new command or button is one entry."""
LETTER = "--- surat ---"
"""Behind this line of a message stands the letter that it is said beside, which is no part of it."""
_BLANKS = re.compile(r"[ \t]*\n[ \t]*(?:\n[ \t]*)+\n[ \t]*")
_GAP = re.compile(r"\n[ \t]*\n[ \t]*\n")
"""The same without its margins: it is found by its first newline, and so much faster."""
_INCLUDE = re.compile(r"""\{% include "([^"]+)" %\}\n?""")
_CHOSEN = re.compile(r"""\{% include "([^"]+)" ~""")
"""A partial that is chosen when the message is rendered: how its name begins."""


class Inlining(BaseLoader):
    """Puts the text of a partial where it is included by name. All files are read at once, at the start.

    An include at run time copies the whole context, for every line of a message that is shared; the
    empty expression keeps `trim_blocks` from eating what follows a partial that ends in a tag.
    """

    def __init__(self, folder: Path) -> None:
        paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.j2")}
        self._paths = paths
        self._texts = {
            name: path.read_text(encoding="utf-8").partition(LETTER)[0]
            for name, path in paths.items()
        }

    def get_source(self, environment: Environment, template: str) -> tuple[str, Any, Any]:
        """Return a template with its partials in it. Raises TemplateNotFound where one is not there."""
        if template not in self._texts:
            raise TemplateNotFound(template)

        def partial(match: re.Match[str]) -> str:
            return self.get_source(environment, match[1])[0].removesuffix("\n") + "{{ '' }}"

        whole = _INCLUDE.sub(partial, self._texts[template])
        return whole, str(self._paths[template]), lambda: True

    def list_templates(self) -> list[str]:
        """Return the names of all files, partial ones included."""
        return sorted(self._texts)


class Looking(Environment):
    """Looks into a view by key first: as an attribute, a dict costs an error that is caught each time."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what every template knows, as one dict: a chain is copied slowly."""
        return {**self.globals, **(d or {})}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return what `obj.attribute` is in a template."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


class Language:
    """One folder: its templates, its tables, and how it prints figures."""

    def __init__(self, folder: Path, behind: Language | None = None) -> None:
        self.folder = folder
        self._behind = behind
        self._tables: dict[str, dict[str, Any]] = {}
        settings = self.own(SETTINGS.removesuffix(".toml"))
        self.name: str = settings["name"]
        self.printing = Printing(settings["locale"], settings["patterns"])

    @cached_property
    def _loader(self) -> Inlining:
        return Inlining(self.folder)

    @cached_property
    def environment(self) -> Environment:
        """Its environment: strict about missing variables, escaping on."""
        made = Looking(
            loader=self._loader,
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        made.filters.update(self.printing.filters())
        made.filters.update(tanda=self.mark, mark=self.mark, keadaan=self.state, state=self.state)
        made.filters.update(petunjuk=self.help_line, help_line=self.help_line)
        made.filters["quoted"] = self._quoted
        return made

    def template(self, name: str) -> Template:
        """Return a template. Raises jinja2.TemplateNotFound where it, or a part of it, is missing."""
        return self.environment.get_template(f"{name}.j2")

    def has(self, name: str) -> bool:
        """Return whether the message is there, with every part that it may include."""
        try:
            source, _, _ = self._loader.get_source(self.environment, f"{name}.j2")
        except TemplateNotFound:
            return False
        known = (self._behind or self).environment.list_templates()
        chosen = tuple(_CHOSEN.findall(source))
        parts = (part.removesuffix(".j2") for part in known if part.startswith(chosen))
        return all(self.has(part) for part in parts if "/_" not in part)

    def table(self, name: str) -> dict[str, Any]:
        """Return the table `name`.toml; what this language leaves out is there in Indonesian."""
        if name not in self._tables:
            own = self.own(name)
            self._tables[name] = _over(self._behind.table(name), own) if self._behind else own
        return self._tables[name]

    def own(self, name: str) -> dict[str, Any]:
        """Return the table `name`.toml as this folder has it; an empty one where it has none."""
        path = self.folder / f"{name}.toml"
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    def label(self, code: str) -> Template | str:
        """Return the text of a button, a template where it has variables. Raises KeyError if unknown."""
        text = self._labels.get(code)
        if text is None:
            if self._behind is None:
                raise KeyError(code)
            return self._behind.label(code)
        if isinstance(text, str) and "{" in text:  # made when it is shown for the first time
            text = self._labels[code] = self._plain.from_string(text)
        return text

    @cached_property
    def _plain(self) -> Environment:
        return self.environment.overlay(autoescape=False)  # a button shows plain text, never HTML

    @cached_property
    def _labels(self) -> dict[str, Template | str]:
        """Its own texts of buttons, by code."""
        return _of(_side_by_side(self.folder.parent / LABELS), self.folder.name)

    @cached_property
    def commands(self) -> dict[str, dict[str, str]]:
        """What is said of each command, by kind of line; what this language leaves out is Indonesian."""
        lines = _side_by_side(self.folder.parent / COMMANDS)
        own = {command: _of(kinds, self.folder.name) for command, kinds in lines.items()}
        return _over(self._behind.commands, own) if self._behind else own

    def menu_line(self, command: str) -> str:
        """Return what menus say of a command. Raises KeyError if unknown."""
        return self.commands[command]["menu"]

    def help_line(self, command: str, role: str) -> Markup:
        """Return what `/bantuan` says of a command to a role: words of its own, else those of the menu."""
        lines = self.commands[command]
        for kind in (f"help_{role}", "help"):
            if kind in lines:
                return Markup(lines[kind])  # noqa: S704
        first, rest = (text := self.menu_line(command))[0], text[1:]
        # A name, such as UKPD, keeps its capitals.
        return Markup(escape(f"{first.lower()}{rest}" if rest[:1].islower() else text))  # noqa: S704

    def mark(self, state: str, of: str = "answers") -> str:
        """Return the mark of a state. Raises KeyError for an unknown one."""
        symbol: str = self.table("marks")[of][state][0]
        return symbol

    def state(self, state: str, of: str = "answers") -> str:
        """Return what a state is called. Raises KeyError for an unknown one."""
        words: str = self.table("marks")[of][state][1]
        return words

    def _quoted(self, view: Mapping[str, Any], name: str) -> Markup:
        """Return what goes to others, in the language they get it in, for a message that shows it."""
        return Markup(tidy((self._behind or self).template(name).render(view)))  # noqa: S704


class Languages:
    """All languages of a folder."""

    def __init__(self, root: Path) -> None:
        self.default = Language(root / INDONESIAN)
        self._all = {INDONESIAN: self.default}
        for path in sorted(root.glob(f"*/{SETTINGS}")):
            if path.parent.name != INDONESIAN:
                self._all[path.parent.name] = Language(path.parent, self.default)
        self._templates: dict[tuple[str, str], Template] = {}
        self._spoken: dict[tuple[str, str], str] = {}

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of all languages, Indonesian first."""
        return tuple(self._all)

    def __getitem__(self, code: str) -> Language:
        """Return a language; an unknown one is Indonesian."""
        return self._all.get(code, self.default)

    def spoken(self, name: str, language: str) -> str:
        """Return the language in which the message `name` is said to who wants `language`."""
        if language == INDONESIAN or language not in self._all:
            return INDONESIAN
        key = (name, language)
        if key not in self._spoken:
            has = self._all[language].has(name)
            self._spoken[key] = language if has else INDONESIAN
        return self._spoken[key]

    def render(self, name: str, view: Mapping[str, Any], language: str = INDONESIAN) -> str:
        """Return the message `name` as Telegram HTML, in Indonesian where the language has it not.

        Raises jinja2.TemplateNotFound for an unknown name, jinja2.UndefinedError for a missing variable.
        """
        made = self._templates.get((name, language))
        if made is None:
            made = self[self.spoken(name, language)].template(name)
            self._templates[name, language] = made
        return tidy(made.render(view))

    def label(self, code: str, view: Mapping[str, Any], language: str = INDONESIAN) -> str:
        """Return the text of a button. Raises KeyError for an unknown code."""
        made = self[language].label(code)
        return made if isinstance(made, str) else made.render(view)

    def menu_line(self, command: str, language: str = INDONESIAN) -> str:
        """Return what menus say of a command. Raises KeyError if unknown."""
        return self[language].menu_line(command)


def tidy(text: str) -> str:
    """Return a rendered text without empty lines at its ends, and with one at most between paragraphs."""
    return (_BLANKS.sub("\n\n", text) if _GAP.search(text) else text).strip()


@cache
def _side_by_side(path: Path) -> dict[str, Any]:
    """Return a table that all languages share, read once."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _of(texts: Mapping[str, Mapping[str, str]], language: str) -> dict[str, Any]:
    """Return what a language has of texts that stand side by side."""
    return {key: said[language] for key, said in texts.items() if language in said}


def _over(behind: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return one table laid over another, key by key."""
    return {
        key: _over(behind[key], own[key])
        if isinstance(behind.get(key), dict) and key in own
        else own.get(key, behind.get(key))
        for key in {**behind, **own}
    }
