"""What people can do: each walk declares its commands, its buttons, and the words that it waits for.

A route says who may take it, which facts its handler needs, and where menus and `/bantuan` show it. What it
is called there is in `messages/commands.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct

from flows.model.buttons import AnyVerb, Pressed, Verb
from flows.model.events import Tap, Text, Upload
from flows.model.facts import Seated, Stage
from flows.model.outcome import Outcome
from flows.model.roles import EVERYBODY, Role

Needs = tuple[type[Any], ...]
"""Types of facts that cost a query, in the order in which the handler takes them."""
FILES = "files"
"""What the route of files is looked up by."""


class CommandRoute(Struct, frozen=True):
    """A command. `place`: its order in menus, None where it is understood but shown nowhere.

    `several`: shown to those who hold several seats; `group`: answered in groups as well.
    """

    name: str
    handler: Callable[..., Outcome]
    roles: frozenset[Role]
    needs: Needs = ()
    place: int | None = None
    several: bool = False
    group: bool = False

    @property
    def key(self) -> str:
        """What it is looked up by; the stroke keeps it apart from verbs and stages."""
        return f"/{self.name}"

    def answer(self, facts: Seated, args: str) -> Outcome:
        """Run the handler with what its route needs."""
        return self.handler(facts, args, *_needed(facts, self.needs))


class ButtonRoute(Struct, frozen=True):
    """A button, by the verb that its data begins with."""

    verb: AnyVerb
    handler: Callable[..., Outcome]
    roles: frozenset[Role]
    needs: Needs = ()

    @property
    def key(self) -> AnyVerb:
        """What it is looked up by."""
        return self.verb

    def answer(self, facts: Seated, event: Tap, pressed: Pressed) -> Outcome:
        """Run the handler with what its route needs."""
        return self.handler(facts, event, pressed, *_needed(facts, self.needs))


class WordsRoute(Struct, frozen=True):
    """Words (or a date) that a stage waits for; a command ends the wait."""

    stage: Stage
    handler: Callable[..., Outcome | None]
    roles: frozenset[Role]
    needs: Needs = ()

    @property
    def key(self) -> Stage:
        """What it is looked up by."""
        return self.stage

    def answer(self, facts: Seated, event: Text) -> Outcome | None:
        """Run the handler with what its route needs; None where the words are for something else."""
        return self.handler(facts, event, *_needed(facts, self.needs))


class FilesRoute(Struct, frozen=True):
    """A photo or a document, whenever it comes."""

    handler: Callable[..., Outcome | None]
    roles: frozenset[Role]
    needs: Needs = ()

    @property
    def key(self) -> str:
        """What it is looked up by."""
        return FILES

    def answer(self, facts: Seated, event: Upload) -> Outcome | None:
        """Run the handler with what its route needs; None where the file is no matter of it."""
        return self.handler(facts, event, *_needed(facts, self.needs))


Route = CommandRoute | ButtonRoute | WordsRoute | FilesRoute


def _needed(facts: Seated, needs: Needs) -> tuple[Any, ...]:
    return tuple(facts.gathered.of(need) for need in needs)


class RouteTable:
    """All routes, to be looked up by who acts. Raises ValueError where two would answer the same."""

    def __init__(self, routes: Iterable[Route], aliases: dict[str, str]) -> None:
        self.routes = tuple(routes)
        self.aliases = aliases
        self._by_key: dict[tuple[str, Role], Route] = {}
        for route in self.routes:
            for role in route.roles:
                if (route.key, role) in self._by_key:
                    raise ValueError(f"two routes for {route.key!r} of {role}")
                self._by_key[route.key, role] = route
        shown = [route for route in self.commands() if route.place is not None]
        self.shown = tuple(sorted(shown, key=lambda route: (route.place, route.name)))
        """What menus show to anybody, in their order; one name may stand for several roles' routes."""
        self.names = frozenset(route.name for route in self.commands())
        answered = (route.verb for route in self.routes if isinstance(route, ButtonRoute))
        self.verbs = frozenset[AnyVerb]({*Verb, *answered})
        """All that the data of our buttons begins with."""
        self.common = [route for route in self.commands() if route.roles == EVERYBODY]
        """Commands of everybody, which a seat keeps in a period that does without it."""

    def commands(self) -> Iterator[CommandRoute]:
        """Yield the routes of commands, in the order of the walks."""
        return (route for route in self.routes if isinstance(route, CommandRoute))

    def command(self, name: str, role: Role) -> CommandRoute | None:
        """Return the route that a command has for a role."""
        route = self._by_key.get((f"/{name}", role))
        return route if isinstance(route, CommandRoute) else None

    def roles(self, name: str) -> frozenset[Role]:
        """Return the roles to whose menu a command belongs; none where there is no such command."""
        own = (route.roles for route in self.shown if route.name == name)
        return frozenset[Role]().union(*own)

    def button(self, verb: AnyVerb, role: Role) -> ButtonRoute | None:
        """Return the route that a button has for a role."""
        route = self._by_key.get((verb, role))
        return route if isinstance(route, ButtonRoute) else None

    def words(self, stage: Stage, role: Role) -> WordsRoute | None:
        """Return the route of the words that a stage waits for; None where it waits for none."""
        route = self._by_key.get((stage, role))
        return route if isinstance(route, WordsRoute) else None

    def files(self, role: Role) -> FilesRoute | None:
        """Return the route of files that come from a role."""
        route = self._by_key.get((FILES, role))
        return route if isinstance(route, FilesRoute) else None

    def menu(self, role: Role, *, several: bool = False, off: bool = False) -> tuple[str, ...]:
        """Return what a role may use, in order; with what changes the seat where there are `several`.

        `off`: its seat is one that the period does without, which keeps what is for everybody.
        """
        routes = (route for route in self.shown if role in route.roles)
        return tuple(
            route.name
            for route in routes
            if (several or not route.several) and (not off or route in self.common)
        )

    def group_menu(self) -> tuple[str, ...]:
        """Return what is answered in groups, in order."""
        return tuple(route.name for route in self.shown if route.group)

    def full_name(self, name: str) -> str:
        """Return a command by its own name, whichever way it was called."""
        return self.aliases.get(name, name)
