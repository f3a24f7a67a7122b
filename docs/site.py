"""Builds the handbook and the other pages as a static site that needs no network and no server of its own.

`.ci/env --site python -m docs.site` writes it into site/; a link that leads nowhere is an error.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = ("docs/id", "docs/deploy", "docs/decisions", "docs")
PAGES = (
    "README.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "docs/notebook.py",
    "scoring/instruments/README.md",
)
HANDBOOK = (
    "README", "kontak", "bagian-hukum", "sekretaris", "biro-hukum", "kanwil", "pemantau", "administrator",
    "operator", "instrumen", "rapat-koordinasi", "tanya-jawab", "privasi",
)  # fmt: skip
"""The pages of the handbook, in the order in which they are read."""
REST = (
    "operating", "machines", "privacy", "cli", "errors", "scoring", "rehearsals", "glossary", "architecture",
    "benchmarks", "licences", "decisions/README",
)  # fmt: skip
STYLE = "docs/site.css"
"""What the pages look like, beyond their theme."""
TARGET = re.compile(r"\]\((?!\w+:)([^)#\s]+)(#[^)\s]*)?\)")


def config() -> dict[str, object]:
    """Return the settings of the site: nothing in it is fetched from elsewhere."""
    handbook: list[object] = [f"docs/id/{name}.md" for name in HANDBOOK]
    rest: list[object] = ["README.md", *(f"docs/{name}.md" for name in REST)]
    return {
        "site_name": "Peduli HAM",
        "docs_dir": "pages",
        "site_dir": "html",
        "use_directory_urls": False,  # so that it can be opened from a disk
        "theme": {
            "name": "material", "language": "id", "font": False,
            "features": ["navigation.sections", "search.highlight"],
        },
        "extra_css": [STYLE],
        "plugins": [{"search": {"lang": "en"}}],
        "markdown_extensions": ["tables", "attr_list", "md_in_html"],
        "nav": [
            {"Buku petunjuk": handbook},
            {"English": [*rest, "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md"]},
        ],
        "not_in_nav": "*",
    }  # fmt: skip


def collect(pages: Path) -> None:
    """Copy the pages as they lie in the repository, so that the links between them hold."""
    for name in PAGES:
        (pages / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, pages / name)
    (pages / STYLE).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / STYLE, pages / STYLE)
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).iterdir()):
            if path.is_file() and path.suffix not in (".py", ".txt", ".toml"):
                target = pages / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
    shutil.copytree(ROOT / "docs/schema", pages / "docs/schema")
    shutil.copytree(
        ROOT / "docs/id/gambar", pages / "docs/id/gambar", ignore=shutil.ignore_patterns("*.t*")
    )


def dead_links(pages: Path) -> Iterator[str]:
    """Yield each link of a page to a file that is not part of the site."""
    for page in sorted(pages.rglob("*.md")):
        for target, _ in TARGET.findall(page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                yield f"{page.relative_to(pages)}: {target}"


def main() -> int:
    """Build the site; return the exit code."""
    site = ROOT / "site"
    shutil.rmtree(site, ignore_errors=True)
    collect(site / "pages")
    if dead := list(dead_links(site / "pages")):
        print("Links that lead nowhere:", *dead, sep="\n", file=sys.stderr)
        return 1
    file = site / "mkdocs.yml"
    file.write_text(json.dumps(config()), encoding="utf-8")  # every JSON text is one of YAML
    program = Path(sys.executable).with_name("zensical")
    command = [str(program), "build", "--strict", "-f", str(file)]
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    if done.returncode == 0:
        print(f"Open {(site / 'html/docs/id/index.html').relative_to(ROOT)}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
