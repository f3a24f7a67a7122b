"""What LibreOffice and poppler make of files; whoever needs them says so where they are missing."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp

import pytest
from PIL import Image


def needs(program: str, what: str) -> pytest.MarkDecorator:
    """Return the mark of a test that is skipped, and says so, where a program is missing."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"needs {what} ({program})")


needs_libreoffice = needs("soffice", "LibreOffice")
needs_poppler = needs("pdftoppm", "poppler-utils")


def converted(files: Mapping[str, bytes], folder: Path, to: str = "pdf") -> dict[str, bytes]:
    """Return the files as LibreOffice saves them, by the same names; all in one run, which costs seconds."""
    run = Path(mkdtemp(dir=folder))  # a test may convert twice in one folder
    made, sources = run / "saved", run / "sources"
    sources.mkdir()
    for name, content in files.items():
        (sources / name).write_bytes(content)
    command = [
        "soffice", f"-env:UserInstallation={(run / 'profile').as_uri()}", "--headless",
        "--convert-to", to, "--outdir", str(made), *(str(sources / name) for name in files),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return {name: (made / name).with_suffix(f".{to}").read_bytes() for name in files}


def pictures(pdf: bytes, ppi: int = 90, last: int = -1) -> list[Image.Image]:
    """Return the pages of a PDF as poppler draws them, in grey; up to the page `last`."""
    command = ["pdftoppm", "-gray", "-r", str(ppi), "-l", str(last), "-"]
    drawn = subprocess.run(command, input=pdf, check=True, capture_output=True, timeout=60).stdout
    pages: list[Image.Image] = []
    while drawn:
        page = Image.open(BytesIO(drawn))
        size = len(f"P5\n{page.width} {page.height}\n255\n") + page.width * page.height
        pages.append(page)
        drawn = drawn[size:]
    return pages
