"""The bill of materials and the table of licences name each package that is installed with the program."""

from __future__ import annotations

import json
import re
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from docs import materials

ROOT = Path(__file__).parent.parent


def test_every_package_that_is_asked_for_is_in_both() -> None:
    asked = {canonicalize_name(Requirement(line).name) for line in requires("peduli-ham") or ()}
    made = json.loads(materials.bill())
    names = {canonicalize_name(part["name"]) for part in made["components"]}
    assert asked <= names
    page = (ROOT / "docs/licences.md").read_text(encoding="utf-8")
    assert {
        canonicalize_name(name) for name in re.findall(r"^\| ([\w.-]+) \|", page, re.M)[1:]
    } == names
    assert made["metadata"]["component"]["name"] == "peduli-ham"
    (program,) = [one for one in made["dependencies"] if one["ref"] == "peduli-ham"]
    assert len(program["dependsOn"]) == len(made["components"])


def test_no_licence_forbids_to_pass_the_program_on() -> None:
    for part in materials.materials():
        assert not re.search(r"(?<!L)\bA?GPL|Proprietary|Commercial", part.licence), part.name
