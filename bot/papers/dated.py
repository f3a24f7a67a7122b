"""A file of Office that bears the time of its paper, so that the same paper gives the same file once more."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO

PROPERTIES = "docProps/core.xml"
TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def dated(content: bytes, made_at: datetime) -> bytes:
    """Return the file with this time in its properties and on each of its parts, in place of the clock's."""
    moment = made_at.astimezone(UTC)
    written = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as parts,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as again,
    ):
        for name in parts.namelist():
            part = parts.read(name)
            if name == PROPERTIES:
                part = TIMES.sub(rb"\g<1>" + f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode(), part)
            entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            again.writestr(entry, part)
    return written.getvalue()
