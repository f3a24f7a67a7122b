"""The office's own questions as a workbook (`formulir`): written for a contact, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def form_workbook(figures: Mapping[str, Any]) -> bytes:
    """Return the workbook of an office's questions; its library is imported only now."""
    from bot.forms.form_workbook import workbook

    return workbook(figures)
