"""Whether a PDF asks for a password before it can be read: bytes on standard input, a word on the output.

Run by path in a process of its own (`bot.media.apart`); imports nothing of ours.
"""

from __future__ import annotations

import io
import sys

from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError


def is_locked(content: bytes) -> bool:
    """Tell whether the file cannot be opened without a password; False where that cannot be said."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        return reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED
    except DependencyError:  # the newest encryption, for which there is no reader here
        return False
    except Exception:  # broken in one of many ways: whoever looks at it will see
        return False


if __name__ == "__main__":
    sys.stdout.write("locked" if is_locked(sys.stdin.buffer.read()) else "open")
