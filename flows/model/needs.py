"""Needs: facts that cost a query. A route names their types, and its handler takes them as parameters.

Beside those here, `Health`, `Outreach` and `Room` are needs.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from flows.model.answer_file import AnswerFile
from flows.model.extensions import ExtensionRequest
from flows.model.facts import Contact, Happening, Holder
from flows.model.links import OpenLink
from flows.model.outreach import Campaign
from flows.model.paper_settings import PaperSettings
from flows.model.requests import Request
from flows.model.returned_sheet import ReturnedSheet
from flows.model.roster_draft import RosterFile


class NewToken(Struct, frozen=True):
    """A token for a link that is to be made."""

    value: str


class Reviewers(Struct, frozen=True):
    """The staff who may judge the answers of a contact's office."""

    contacts: tuple[Contact, ...]


class Guardians(Struct, frozen=True):
    """Who is told, by seat, when the speaker's messages stop or start to arrive."""

    by_seat: Mapping[int, tuple[Contact, ...]] = field(default_factory=dict)


class History(Struct, frozen=True):
    """What happened to the answer that a tap is about, oldest first; nothing for other events."""

    rows: tuple[Happening, ...] = ()


class Holders(Struct, frozen=True):
    """The seats that a staff seat may see, with who holds them."""

    seats: tuple[Holder, ...]


class OpenLinks(Struct, frozen=True):
    """The invitations of the same scope that nobody has opened."""

    links: tuple[OpenLink, ...]


class NextCampaign(Struct, frozen=True):
    """The number that the next reminder by hand will get."""

    id: int


class PressedCampaign(Struct, frozen=True):
    """The reminder by hand that a tap is about; None where it is none of the seat's."""

    campaign: Campaign | None


class PressedRoster(Struct, frozen=True):
    """The roster file that a tap is about; None where it is none of the seat's."""

    file: RosterFile | None


class PressedAnswers(Struct, frozen=True):
    """The file of answers that a tap is about; None where it is none of the seat's."""

    file: AnswerFile | None


class PressedSheet(Struct, frozen=True):
    """The returned workbook that a tap is about; None where it is none of the seat's."""

    sheet: ReturnedSheet | None


class PressedProposal(Struct, frozen=True):
    """The figures that a tap takes up or drops; None where they are none of the office's."""

    request: Request | None


class PendingExtension(Struct, frozen=True):
    """The request for a later last day that a tap is about, or that a sentence is waited for."""

    request: ExtensionRequest | None


class Granters(Struct, frozen=True):
    """The seats of the Kanwil that a Bagian Hukum asks for a later last day."""

    contacts: tuple[Contact, ...]


class Muted(Struct, frozen=True):
    """Whether a reviewer wants no news of work that came."""

    is_muted: bool


class OwnNotice(Struct, frozen=True):
    """The words of the privacy notice by part, where an administrator may set them.

    `places`: the whole period, as nothing, or the regions of the own province where it is one of several.
    """

    places: tuple[str, ...]
    notice: Mapping[str, str]


class OwnPaperSettings(Struct, frozen=True):
    """What stands on the papers of the speaker's city, or of their Kanwil."""

    settings: PaperSettings
