"""What the program is made of: the table of docs/licences.md, and a bill of materials as CycloneDX has it.

`.ci/env --dev python -m docs.materials FILE.json` writes the bill, of the versions that are pinned; the
release script does so beside a tag. The table is written by `python -m docs.pages`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import NamedTuple

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from packageurl import PackageURL

ROOT = Path(__file__).parent.parent
PIN = re.compile(
    r"^(?P<name>[\w.-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)(?: ; (?P<where>[^\\]+?))? \\$", re.M
)
ELSEWHERE = {"colorama": "BSD-3-Clause"}
"""Packages of another system, which cannot be asked here."""
OSI = "License :: OSI Approved :: "
CLASSIFIED = {
    f"{OSI}MIT License": "MIT",
    f"{OSI}BSD License": "BSD",
    f"{OSI}Apache Software License": "Apache-2.0",
    f"{OSI}GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    f"{OSI}GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    f"{OSI}Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    f"{OSI}Python Software Foundation License": "PSF-2.0",
}
SHORT = {
    "Apache 2.0": "Apache-2.0", "BSD": "BSD-3-Clause", "ISC License": "ISC", "MIT License": "MIT",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
}  # fmt: skip
"""What authors write in place of a licence's short name."""
LONGEST = 60
"""Characters of a licence's name; what is longer is its text."""
HEAD = """# Licences

{made}

Peduli HAM itself is under the [MIT licence](../LICENSE). It is installed together with these packages, in
the versions that are pinned in `.ci/requirements.txt`; each brings its licence along, and none is changed.
What is only there for tests, for building and for the site is not listed.

| package | version | licence | only where |
|---|---|---|---|
"""


class Material(NamedTuple):
    """A package that is pinned."""

    name: str
    version: str
    licence: str
    where: str


def materials(root: Path = ROOT) -> list[Material]:
    """Return what is installed with the program; what only builds it is left out."""
    text = (root / ".ci/requirements.txt").read_text(encoding="utf-8")
    building = {"hatchling", "editables", "pathspec", "pluggy", "trove-classifiers", "tomlkit"}
    return [
        Material(
            pin["name"],
            pin["version"],
            licence(pin["name"]),
            (pin["where"] or "").strip(),
        )
        for pin in PIN.finditer(text)
        if pin["name"] not in building
    ]


def licence(name: str) -> str:
    """Return the licence of a package by its own metadata. Raises LookupError where it names none."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return ELSEWHERE[name]
    for key in ("License-Expression", "License"):
        text = about[key].strip() if key in about else ""
        if text and len(text) <= LONGEST and "\n" not in text:
            return SHORT.get(text, text)
    known = [CLASSIFIED[line] for line in about.get_all("Classifier", []) if line in CLASSIFIED]
    if not known:
        raise LookupError(name)
    return " OR ".join(known)


def licences_page(made: str) -> str:
    """Return the table of licences."""
    rows = "".join(
        f"| {part.name} | {part.version} | {part.licence} | {part.where and f'`{part.where}`'} |\n"
        for part in materials()
    )
    return HEAD.format(made=made) + rows


def bill(root: Path = ROOT) -> str:
    """Return the bill of materials as JSON. Raises ValueError for one that is not of its form."""
    from cyclonedx.validation.json import JsonStrictValidator  # it takes a second to import

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    make = LicenseFactory().make_from_string
    bom = Bom()
    program = Component(
        name=project["name"], version=project["version"], type=ComponentType.APPLICATION,
        bom_ref="peduli-ham", licenses=[make(project["license"])],
    )  # fmt: skip
    bom.metadata.component = program
    parts = [
        Component(
            name=part.name, version=part.version, type=ComponentType.LIBRARY,
            bom_ref=f"{part.name}@{part.version}", licenses=[make(part.licence)],
            purl=PackageURL("pypi", None, part.name, part.version),
        )
        for part in materials(root)
    ]  # fmt: skip
    for part in parts:
        bom.components.add(part)
    bom.register_dependency(program, parts)
    text = JsonV1Dot6(bom).output_as_string(indent=2)
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ValueError(str(error))
    return text + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(bill(), encoding="utf-8")
