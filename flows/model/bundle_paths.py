"""Where a file lies in the bundle of evidence: in folders that say what it proves."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath

from flows.model.facts import Region
from scoring import Indicator, Instrument

LONGEST = 60
"""Letters of a folder or a file, so that paths stay below what Windows takes."""
UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')


def folder(region: Region, instrument: Instrument, indicator: Indicator) -> str:
    """Return the folder of what proves an indicator of a region."""
    right = instrument.right(indicator.right)
    return "/".join(
        (
            fit(f"{region.code} {region.name}"),
            fit(f"{instrument.rights.index(right) + 1} {right.name}"),
            fit(f"{indicator.no:02d} {indicator.name}"),
        )
    )


def path(folder: str, unit: str, name: str, ending: str, taken: set[str]) -> str:
    """Return the path of a file, or the next like it where something lies; it is `taken` from then on.

    `ending`: that of a name which has none. Small and large letters are alike there.
    """
    suffix = UNFIT.sub("", PurePath(name).suffix)[:10] or ending
    wanted = f"{folder}/{fit(f'{unit} - {PurePath(name).stem}', ending=suffix)}"
    stem, dot, suffix = wanted.rpartition(".")
    candidate, count = wanted, 1
    while candidate.casefold() in taken:
        count += 1
        candidate = f"{stem} ({count}){dot}{suffix}" if dot else f"{wanted} ({count})"
    taken.add(candidate.casefold())
    return candidate


def fit(text: str, ending: str = "") -> str:
    """Return a text as the name of a folder or a file, wherever it is unpacked."""
    plain = " ".join(UNFIT.sub(" ", unicodedata.normalize("NFC", text)).split())
    return (plain[: LONGEST - len(ending)].strip(" .") or "-") + ending
