"""What people are told about their data, and for how many days what is kept, by period and region."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

KEEP: Mapping[str, int] = {
    "letters": 90,
    "failed": 90,
    "rosters": 90,
    "withdrawn": 90,
    "invitations": 90,
    "orders": 90,
}
"""Days after which `peduli-ham tidy` removes what it is about, where no setting says otherwise."""
PARTS = ("controller", "purpose", "basis", "readers", "duration", "contact")
"""Parts of the notice that may be worded; what is left empty is said as the templates have it."""


LONGEST = 600
"""Characters of a part: the notice is read on a phone."""


class SetNotice(Struct, frozen=True):
    """A part of the notice gets these words at these places, by their codes; without words the usual ones."""

    places: tuple[str, ...]
    part: str
    words: str


class PrivacySettings(Struct, frozen=True):
    """The words of the notice by part, and the days by what is kept, where they are not the usual ones."""

    notice: Mapping[str, str] = field(default_factory=dict)
    keep: Mapping[str, int] = field(default_factory=dict)

    def days(self, what: str) -> int:
        """Return for how many days something is kept once it is done with."""
        return self.keep.get(what, KEEP[what])

    def worded(self) -> dict[str, str]:
        """Return every part of the notice; empty where the usual words stand."""
        return {part: self.notice.get(part, "") for part in PARTS}

    def over(self, general: PrivacySettings) -> PrivacySettings:
        """Return these settings, of a region, laid over those of its period."""
        return PrivacySettings({**general.notice, **self.notice}, {**general.keep, **self.keep})


def of(settings: Mapping[str, PrivacySettings], region: str = "") -> PrivacySettings:
    """Return what holds for a region by its code, of the settings of a period by whose they are."""
    usual = PrivacySettings()
    return settings.get(region, usual).over(settings.get("", usual))
