"""A sample of a letterhead: an otherwise empty paper with head, numbers, place and day, and who signs."""

from __future__ import annotations

from bot.papers import signing
from bot.papers.frame import Paper, PaperFields, PaperText, Signature
from bot.papers.making import Drawn, PaperSource, file_name
from bot.storage import paper_rows
from flows.model.paper_settings import PaperSettings, SignerRole
from messages.paper_words import wording

KIND = "letterhead"
OF_REGION = (SignerRole.SECRETARY, SignerRole.LEGAL)
OF_PROVINCE = (SignerRole.KANWIL, SignerRole.EXAMINER, SignerRole.CHAIR)


def drawn(source: PaperSource) -> Drawn:
    """Return the sample of the subject's region, or of its province's Kanwil."""
    words, period = wording(KIND), source.period
    is_region = source.subject.region_id is not None
    if is_region:
        name, settings = source.region.name, source.settings(source.region.code)
    else:
        name = paper_rows.province_name(source.connection, source.province)
        settings = source.settings(source.province, of_province=True)
    kinds = wording("check").words("kinds")
    numbers = tuple((kinds.get(kind, kind), no) for kind, no in settings.numbers.items())
    paper = Paper(
        kind=KIND,
        name=words.text("name", place=name, period=period.code),
        head=settings.head,
        titles=words.lines("titles", place=name),
        number=None,
        blocks=(
            PaperText(words.text("opening", place=name, period=period.code)),
            PaperFields(numbers),
        ),
        closing=words.text("closing"),
        dated=signing.dated(settings, name if is_region else None, source.day),
        signatures=_signatures(settings, name, period.institution, is_region=is_region),
        copies=settings.copies,
    )
    return Drawn(paper, {}, file_name(words.text("file"), name, period.code))


def _signatures(
    settings: PaperSettings, place: str, institution: str, *, is_region: bool
) -> tuple[Signature, ...]:
    roles = OF_REGION if is_region else OF_PROVINCE
    return tuple(
        signing.signature(settings, role, region=place, institution=institution) for role in roles
    )
