"""QR codes, as a drawing for Typst and as a picture for Word."""

from __future__ import annotations

from io import BytesIO


def qr_svg(text: str) -> str:
    """Return a QR code as a drawing."""
    import segno

    written = BytesIO()
    segno.make(text, error="m", micro=False).save(written, kind="svg", border=2)
    return written.getvalue().decode()


def qr_png(text: str) -> bytes:
    """Return a QR code as a picture."""
    import segno

    written = BytesIO()
    segno.make(text, error="m", micro=False).save(written, kind="png", border=2, scale=8)
    return written.getvalue()
