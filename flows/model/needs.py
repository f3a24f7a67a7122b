"""Needs: facts that cost a query. A route names their types, and its handler takes them as parameters.

Beside those here, `Health`, `Outreach` and `Room` are needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.model.answer_file import AnswerFile
from flows.model.extensions import ExtensionRequest
from flows.model.facts import Contact, Happening, Holder
from flows.model.links import OpenLink
from flows.model.outreach import Campaign
from flows.model.paper_settings import PaperSettings
from flows.model.requests import Request
from flows.model.returned_sheet import ReturnedSheet
from flows.model.roster_draft import RosterFile


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token for a link that is to be made."""

    value: str


@dataclass(frozen=True, slots=True)
class Reviewers:
    """The staff who may judge the answers of a contact's office."""

    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Guardians:
    """Who is told, by seat, when the speaker's messages stop or start to arrive."""

    by_seat: Mapping[int, tuple[Contact, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """What happened to the answer that a tap is about, oldest first; nothing for other events."""

    rows: tuple[Happening, ...] = ()


@dataclass(frozen=True, slots=True)
class Holders:
    """The seats that a staff seat may see, with who holds them."""

    seats: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class OpenLinks:
    """The invitations of the same scope that nobody has opened."""

    links: tuple[OpenLink, ...]


@dataclass(frozen=True, slots=True)
class NextCampaign:
    """The number that the next reminder by hand will get."""

    id: int


@dataclass(frozen=True, slots=True)
class PressedCampaign:
    """The reminder by hand that a tap is about; None where it is none of the seat's."""

    campaign: Campaign | None


@dataclass(frozen=True, slots=True)
class PressedRoster:
    """The roster file that a tap is about; None where it is none of the seat's."""

    file: RosterFile | None


@dataclass(frozen=True, slots=True)
class PressedAnswers:
    """The file of answers that a tap is about; None where it is none of the seat's."""

    file: AnswerFile | None


@dataclass(frozen=True, slots=True)
class PressedSheet:
    """The returned workbook that a tap is about; None where it is none of the seat's."""

    sheet: ReturnedSheet | None


@dataclass(frozen=True, slots=True)
class PressedProposal:
    """The figures that a tap takes up or drops; None where they are none of the office's."""

    request: Request | None


@dataclass(frozen=True, slots=True)
class PendingExtension:
    """The request for a later last day that a tap is about, or that a sentence is waited for."""

    request: ExtensionRequest | None


@dataclass(frozen=True, slots=True)
class Granters:
    """The seats of the Kanwil that a Bagian Hukum asks for a later last day."""

    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Muted:
    """Whether a reviewer wants no news of work that came."""

    is_muted: bool


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """The words of the privacy notice by part, where an administrator may set them.

    `places`: the whole period, as nothing, or the regions of the own province where it is one of several.
    """

    places: tuple[str, ...]
    notice: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OwnPaperSettings:
    """What stands on the papers of the speaker's city, or of their Kanwil."""

    settings: PaperSettings
