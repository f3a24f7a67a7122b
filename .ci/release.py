"""Says whether this checkout may be released: `.ci/env --dev python .ci/release.py`; with `--tag` tags it.

The version stands once, in pyproject.toml. CHANGELOG.md has a dated heading for it and nothing under
Unreleased, no tag of that name is there and none is newer, nothing is uncommitted, and every package that
pyproject.toml asks for is pinned. With a tag, dist/ gets the bill of materials (CycloneDX). Nothing is
pushed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

HEADING = re.compile(r"^## \[([^\]]+)\](?: - (\S+))?$", re.M)
PIN = re.compile(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.M)
PINNED = {
    "requirements.txt": ("build",),
    "requirements-dev.txt": ("build", "dev"),
    "requirements-mutation.txt": ("build", "dev", "mutation"),
}
"""Each file of pins, and the groups of dependencies that it covers beside what the program needs."""


def git(root: Path, *words: str) -> str:
    """Return what git prints; raises CalledProcessError."""
    return subprocess.run(
        ["git", *words], cwd=root, check=True, capture_output=True, text=True
    ).stdout


def sections(changelog: str) -> dict[str, tuple[str | None, str]]:
    """Return date and text of each version of the changelog, in the order of the file."""
    parts = HEADING.split(changelog)[1:]
    return {
        name: (day, text.partition("\n---\n")[0].strip())
        for name, day, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    }


def faults_of_version(root: Path, text: str) -> Iterator[str]:
    """Yield what is wrong with the version itself and beside the tags that are there."""
    try:
        version = Version(text)
    except InvalidVersion:
        yield f"pyproject.toml: {text!r} is no version. Write it such as 0.3.0."
        return
    tags = git(root, "tag", "--list", "v*").split()
    if f"v{text}" in tags:
        yield f"v{text}: this tag is there already. Raise the version in pyproject.toml."
        return
    for tag in tags:
        try:
            newer = Version(tag) > version
        except InvalidVersion:
            continue
        if newer:
            yield f"{tag}: this tag is newer than {text}. Raise the version in pyproject.toml."


def faults_of_changelog(root: Path, version: str) -> Iterator[str]:
    """Yield where the changelog does not tell of this version."""
    known = sections((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    if known.pop("Unreleased", (None, ""))[1]:
        yield f"CHANGELOG.md: something stands under Unreleased. Move it under [{version}]."
    latest = next(iter(known), None)
    if latest != version:
        yield f"CHANGELOG.md: the newest heading is [{latest}], the version {version}. Let both agree."
        return
    day, text = known[version]
    try:
        late = date.fromisoformat(day or "") > datetime.now(UTC).date()
    except ValueError:
        yield f"CHANGELOG.md: [{version}] has no date. Write ## [{version}] - YYYY-MM-DD."
    else:
        if late:
            yield f"CHANGELOG.md: [{version}] is dated {day}, which is to come."
    if not text:
        yield f"CHANGELOG.md: nothing stands under [{version}]. Say what an operator notices."


def faults_of_pins(root: Path, project: dict[str, object]) -> Iterator[str]:
    """Yield each package that is asked for and not pinned, or pinned out of its range."""
    asked = list(project["project"]["dependencies"])  # type: ignore[index]
    groups: dict[str, list[str]] = project.get("dependency-groups", {})  # type: ignore[assignment]
    for name, covered in PINNED.items():
        pins: dict[str, list[str]] = {}
        for package, version in PIN.findall((root / ".ci" / name).read_text(encoding="utf-8")):
            pins.setdefault(canonicalize_name(package), []).append(version)
        for line in [*asked, *(one for group in covered for one in groups.get(group, []))]:
            requirement = Requirement(line)
            versions = pins.get(canonicalize_name(requirement.name), [])
            if not versions:
                yield f".ci/{name}: {requirement.name} is not pinned. Compile the pins anew."
            elif not all(requirement.specifier.contains(one) for one in versions):
                wanted, pinned = f"{requirement.name}{requirement.specifier}", ", ".join(versions)
                yield f".ci/{name}: {wanted} is asked for, {pinned} is pinned. Compile the pins anew."


def faults_of_tree(root: Path) -> Iterator[str]:
    """Yield whether anything is not committed."""
    changed = git(root, "status", "--porcelain").splitlines()
    if changed:
        yield f"{len(changed)} files are not as committed, the first: {changed[0].strip()}."


def main(arguments: list[str]) -> int:
    """Print the faults; without any, tag if asked to. Return the exit code."""
    if arguments not in ([], ["--tag"]):
        print("Usage: .ci/env --dev python .ci/release.py [--tag]", file=sys.stderr)
        return 2
    root = Path(git(Path.cwd(), "rev-parse", "--show-toplevel").strip())
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    version = project["project"]["version"]
    faults = [
        *faults_of_version(root, version),
        *faults_of_changelog(root, version),
        *faults_of_pins(root, project),
        *faults_of_tree(root),
    ]
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return 1
    print(f"{version}: version, changelog, tags, pins and tree agree.")
    if arguments:
        _, text = sections((root / "CHANGELOG.md").read_text(encoding="utf-8"))[version]
        words = f"{version}\n\n{text}"
        git(root, "tag", "--annotate", "--cleanup=verbatim", "--message", words, f"v{version}")
        bill = root / "dist" / f"peduli-ham-{version}.cdx.json"
        bill.parent.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "docs.materials", str(bill)]
        subprocess.run(command, cwd=root, check=True)
        print(f"{bill.relative_to(root)}: what it is made of. Put it beside the wheel.")
        print(f"Tagged v{version}. Publish it with: git push origin v{version}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
