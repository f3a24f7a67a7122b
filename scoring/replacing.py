"""`replace` for records, whose every call a type checker holds to their fields, as the standard library's."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

if TYPE_CHECKING:
    from dataclasses import replace as replace
else:

    def replace(record: Any, **changes: Any) -> Any:
        """Return a copy of a record, or of a dataclass, in which these fields are others.

        Raises TypeError for a field that is not there.
        """
        if isinstance(record, Struct):
            return structs.replace(record, **changes)
        return dataclasses.replace(record, **changes)
