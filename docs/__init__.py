"""Pages for people; `docs.pages` makes those that would otherwise grow stale."""
