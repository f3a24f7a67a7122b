"""Surat pengantar: with which a region hands its data up, to be put on its letterhead and edited."""

from __future__ import annotations

from typing import Any

from bot.papers import assessed, signing
from bot.papers.assessed import Assessed
from bot.papers.frame import Items, Paper, PaperCell, PaperFields, PaperText
from bot.papers.making import Drawn, PaperSource, file_name
from bot.papers.recap import totals_of
from flows.model.paper_settings import SignerRole
from messages.paper_words import wording

KIND = "cover_letter"


def drawn(source: PaperSource) -> Drawn:
    """Return the letter of the subject's region to its Kanwil."""
    region, period = source.region, source.period
    city = assessed.city(source, region)
    settings = source.settings(region.code)
    words = wording(KIND)
    view = _view(source, city)
    names = words.words("head")
    head: tuple[tuple[str, PaperCell], ...] = (
        (names["number"], settings.numbers.get(KIND) or words.text("blank")),
        (names["nature"], words.text("nature")),
        (names["enclosed"], words.text("enclosed")),
        (names["about"], words.text("about", region=region.name, year=str(period.data_year))),
    )
    paper = Paper(
        kind=KIND,
        name=words.text("name", **view, period=period.code),
        head=settings.head,
        titles=(),
        number=None,
        blocks=(
            PaperText(signing.dated(settings, region.name, source.day), right=True),
            PaperFields(head),
            PaperText("\n".join(words.lines("addressee", **view))),
            PaperText(words.text("opening", **view)),
            Items(words.lines("items", **view)),
            PaperText(words.text("figures", **view)),
        ),
        closing=words.text("closing"),
        dated="",
        signatures=(signing.signature(settings, SignerRole.SECRETARY, region=region.name),),
        copies=settings.copies,
        notice=signing.simulation(city.unconfirmed, len(city.lines)),
    )
    counts = {"total::filled": str(view["filled"]), "total::evidence": str(view["files"])}
    shown = totals_of(city) | counts
    return Drawn(paper, shown, file_name(words.text("file"), region.name, period.code))


def _view(source: PaperSource, city: Assessed) -> dict[str, Any]:
    """Return what the wording of the letter names."""
    region, period = source.region, source.period
    kanwil = source.settings(source.roster.provinces[region.id], of_province=True)
    rating = city.claimed.rating_if_closed_now
    return {
        "region": region.name,
        "year": str(period.data_year),
        "instrument": period.instrument.title,
        "filled": sum(1 for task in city.tasks if not task.is_open),
        "total": len(city.tasks),
        "offices": len(city.offices),
        "files": sum(len(task.kept) for task in city.tasks),
        "claimed": city.claimed.total_if_closed_now,
        "rating": rating.name if rating else None,
        "institution": period.institution,
        "help_contact": period.help_contact,
        "asked": period.letter_number,
        "asked_on": period.letter_date,
        "place": kanwil.place or wording(KIND).text("blank"),
    }
