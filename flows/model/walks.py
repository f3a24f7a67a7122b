"""How a walk declares its routes: for contacts, for staff, or for both, each with its own facts.

mypy compares a handler with the facts of its speakers and with the needs that its route names: a handler
has nothing else to read from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypedDict, TypeVar, Unpack, overload

from msgspec import Struct

from flows.model.buttons import AnyVerb, Pressed
from flows.model.events import Tap, Text, Upload
from flows.model.facts import ContactFacts, Seated, StaffFacts, Stage
from flows.model.outcome import Outcome
from flows.model.roles import ADMIN, CONTACT, EVERYBODY, RUNNING, SPEAKING, STAFF, Role
from flows.model.routes import ButtonRoute, CommandRoute, FilesRoute, WordsRoute

F = TypeVar("F", ContactFacts, StaffFacts, Seated)
G = TypeVar("G")
A = TypeVar("A")
B = TypeVar("B")


class Shown(TypedDict, total=False):
    """Where menus and help show a command; see `CommandRoute`."""

    place: int
    several: bool
    group: bool
    roles: frozenset[Role]


class Walkers(Struct, Generic[F], frozen=True):
    """Those who take the routes: handlers get their facts, and the needs in the order that they are named."""

    roles: frozenset[Role]

    @overload
    def command(
        self, name: str, handler: Callable[[F, str], Outcome], /, **shown: Unpack[Shown]
    ) -> CommandRoute: ...
    @overload
    def command(
        self,
        name: str,
        handler: Callable[[F, str, A], Outcome],
        need: type[A],
        /,
        **shown: Unpack[Shown],
    ) -> CommandRoute: ...
    @overload
    def command(
        self,
        name: str,
        handler: Callable[[F, str, A, B], Outcome],
        need: type[A],
        other: type[B],
        /,
        **shown: Unpack[Shown],
    ) -> CommandRoute: ...
    def command(
        self, name: str, handler: Callable[..., Outcome], /, *needs: type[Any], **shown: Any
    ) -> CommandRoute:
        """Return the route of a command."""
        roles = shown.pop("roles", self.roles)
        return CommandRoute(name, handler, roles, needs, **shown)

    @overload
    def button(
        self, verb: AnyVerb, handler: Callable[[F, Tap, Pressed], Outcome], /
    ) -> ButtonRoute: ...
    @overload
    def button(
        self, verb: AnyVerb, handler: Callable[[F, Tap, Pressed, A], Outcome], need: type[A], /
    ) -> ButtonRoute: ...
    @overload
    def button(
        self,
        verb: AnyVerb,
        handler: Callable[[F, Tap, Pressed, A, B], Outcome],
        need: type[A],
        other: type[B],
        /,
    ) -> ButtonRoute: ...
    def button(
        self, verb: AnyVerb, handler: Callable[..., Outcome], /, *needs: type[Any]
    ) -> ButtonRoute:
        """Return the route of a button."""
        return ButtonRoute(verb, handler, self.roles, needs)

    @overload
    def words(
        self, stage: Stage, handler: Callable[[F, Text], Outcome | None], /
    ) -> WordsRoute: ...
    @overload
    def words(
        self, stage: Stage, handler: Callable[[F, Text, A], Outcome | None], need: type[A], /
    ) -> WordsRoute: ...
    @overload
    def words(
        self,
        stage: Stage,
        handler: Callable[[F, Text, A, B], Outcome | None],
        need: type[A],
        other: type[B],
        /,
    ) -> WordsRoute: ...
    def words(
        self, stage: Stage, handler: Callable[..., Outcome | None], /, *needs: type[Any]
    ) -> WordsRoute:
        """Return the route of words that a stage waits for."""
        return WordsRoute(stage, handler, self.roles, needs)

    @overload
    def files(self, handler: Callable[[F, Upload], Outcome | None], /) -> FilesRoute: ...
    @overload
    def files(
        self, handler: Callable[[F, Upload, A], Outcome | None], need: type[A], /
    ) -> FilesRoute: ...
    def files(self, handler: Callable[..., Outcome | None], /, *needs: type[Any]) -> FilesRoute:
        """Return the route of photos and documents."""
        return FilesRoute(handler, self.roles, needs)


contact: Walkers[ContactFacts] = Walkers(CONTACT)
staff: Walkers[StaffFacts] = Walkers(RUNNING)
administering: Walkers[StaffFacts] = Walkers(ADMIN)
looking: Walkers[StaffFacts] = Walkers(STAFF)
"""What changes nothing: for all who have a board, those of the levels and readers too."""
acting: Walkers[StaffFacts] = Walkers(STAFF & SPEAKING)
"""What shows single answers, or leads to what is done to them: for all staff but readers."""
everybody: Walkers[Seated] = Walkers(EVERYBODY)
speaking: Walkers[Seated] = Walkers(SPEAKING)
"""What puts a person's word on record."""


def plain(handler: Callable[[G], Outcome]) -> Callable[[G, str], Outcome]:
    """Return a handler that passes over what was typed behind the command."""
    return lambda facts, _: handler(facts)
