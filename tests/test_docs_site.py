"""The static site has every page that it names, and no link of a page leads out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docs import site


def test_no_page_links_to_what_is_not_there(tmp_path: Path) -> None:
    site.collect(tmp_path)
    assert list(site.dead_links(tmp_path)) == []
    (tmp_path / "docs/id/kanwil.md").unlink()
    assert "docs/id/README.md: kanwil.md" in list(site.dead_links(tmp_path))


def test_every_page_of_the_handbook_is_in_the_menu_and_nothing_is_fetched(tmp_path: Path) -> None:
    site.collect(tmp_path)
    settings: dict[str, Any] = site.config()
    named = {page for part in settings["nav"] for pages in part.values() for page in pages}
    assert [page for page in named if not (tmp_path / page).exists()] == []
    handbook = {f"docs/id/{path.name}" for path in (site.ROOT / "docs/id").glob("*.md")}
    assert handbook <= named
    assert settings["theme"]["font"] is False
    assert [one for one in settings["extra_css"] if not (tmp_path / one).is_file()] == []
