"""A picture of evidence that not every phone shows; made when it goes out, never kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.media import apart
from bot.storage.evidence_files import place_of

SCRIPT = Path(apart.__file__).with_name("preview.py")
SECONDS = 15.0


class NoPreview(Exception):
    """The file is gone, or nothing can be drawn of it; the file itself is shown all the same."""


def preview(folder: Path, figures: Mapping[str, str]) -> bytes:
    """Return a JPEG of a file in the store. Raises NoPreview."""
    try:
        content = place_of(folder, figures["digest"]).read_bytes()
        return apart.run(SCRIPT, content, figures["mime"], seconds=SECONDS)
    except (OSError, apart.Outgrown, apart.Failed) as error:
        raise NoPreview(type(error).__name__) from None
