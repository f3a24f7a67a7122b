"""CONTRIBUTING: what a recipe names is there, its commands run, and its commit has been."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.support.tables import each_row
from tests.support.trees import nodes, tree
from tests.support.yaml_texts import parsed

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^### (.+?)\n(.*?)(?=^##|\Z)", TEXT, re.M | re.S))
SPANS = re.findall(r"`([^`\n]+)`", TEXT)
PATHS = [
    span
    for span in SPANS
    if re.match(r"(bot|flows|scoring|messages|tests|docs|\.ci)/|[A-Z]+\.md", span)
]
COMMANDS = sorted(
    {
        line
        for block in re.findall(r"```sh\n(.*?)```", TEXT, re.S)
        for line in block.strip().splitlines()
    }
)
SHOWN_RUNS = [shlex.split(line)[3:] for line in COMMANDS if " pytest " in line]
TOLD_APART = re.compile(r"InputKind\.[A-Z]|\"answering/ask_")


def bound_names(path: Path) -> set[str]:
    """Everything that a module defines at its top."""
    names = set()
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


@each_row("span", sorted(set(PATHS)))
def test_what_is_named_is_there(span: str) -> None:
    path, _, function = span.partition(":")
    assert (ROOT / path).exists(), path
    if function:
        assert function in bound_names(ROOT / path), span


def test_constants_and_functions_stand_where_it_is_said() -> None:
    pairs = re.findall(r"`([\w/]+\.py)`, `(\w+)`", TEXT)
    pairs += [
        (path, name) for name, path in re.findall(r"`(\w+)`\s+(?:in|of) `([\w/]+\.py)`", TEXT)
    ]
    assert len(pairs) >= 3
    for path, name in pairs:
        assert name in bound_names(ROOT / path), f"{path}: {name}"


def test_there_is_a_recipe_for_each_thing_people_bring() -> None:
    wanted = {
        "A threshold",
        "A sentence",
        "A command",
        "A kind of question",
        "A table",
        "A document",
        "A language",
    }
    assert wanted <= RECIPES.keys()


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_has_steps_commands_and_a_commit(name: str) -> None:
    steps = [int(number) for number in re.findall(r"^(\d)\. ", RECIPES[name], re.M)]
    assert steps == list(range(1, len(steps) + 1))
    assert "```sh\n" in RECIPES[name]
    commits = re.findall(r"`([0-9a-f]{7})`", RECIPES[name].split("Commit:")[1])
    assert commits
    for commit in commits if (ROOT / ".git").exists() else ():
        subprocess.run(
            ["git", "cat-file", "-e", f"{commit}^{{commit}}"],
            cwd=ROOT, check=True, capture_output=True,
        )  # fmt: skip


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment that runs these tests, in the checkout."""
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("line", COMMANDS)
def test_a_shown_command_works(line: str) -> None:
    first, *words = shlex.split(line)
    assert (ROOT / first).exists(), first
    if first == ".ci/run":  # what runs these tests
        return
    assert first == ".ci/env"
    words = [word for word in words if word != "--dev"]
    match words:
        case ["true"]:
            pass
        case ["peduli-ham", "check", folder]:
            checked = CliRunner().invoke(app, ["check", str(ROOT / folder)])
            assert checked.exit_code == 0, checked.output
        case ["peduli-ham", *rest]:
            assert CliRunner().invoke(app, [*rest, "--help"]).exit_code == 0
        case ["pytest", *rest]:
            assert rest in SHOWN_RUNS
        case ["python", "-m", module]:
            assert (ROOT / f"{module.replace('.', '/')}.py").exists()
        case ["python", script]:
            assert (ROOT / script).exists()
        case [tool, *_]:
            result = run("-m", tool, "--version")
            assert result.returncode == 0, result.stderr


@pytest.mark.campaign
def test_pytest_takes_every_path_and_option_that_is_shown() -> None:
    """One run collects them all: it fails for a path that is not there and an option that is not known."""
    result = run("-m", "pytest", "--collect-only", *{word for run in SHOWN_RUNS for word in run})
    assert result.returncode == 0, result.stdout


def test_every_place_that_tells_kinds_of_questions_apart_is_in_the_recipe() -> None:
    places = {
        path.relative_to(ROOT).as_posix()
        for part in ("scoring", "flows", "bot")
        for path in (ROOT / part).rglob("*.py")
        if TOLD_APART.search(path.read_text(encoding="utf-8"))
    }
    assert len(places) > 5
    named = set(re.findall(r"`([\w/]+\.py)`", RECIPES["A kind of question"]))
    assert named == places | {"scoring/model.py"}


def test_who_tells_kinds_of_questions_apart_leaves_none_to_an_else() -> None:
    matches = [
        (path, node)
        for part in ("scoring", "flows", "bot")
        for path in (ROOT / part).rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.Match) and "InputKind." in ast.unparse(node.cases[0])
    ]
    assert len(matches) > 5
    for path, node in matches:
        last = ast.unparse(node.cases[-1])
        assert last.startswith("case _:\n    assert_never("), f"{path}:{node.lineno}"


def test_hooks_run_the_tools_of_the_project_and_fetch_nothing() -> None:
    config = parsed((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    pins = (ROOT / ".ci/requirements-dev.txt").read_text(encoding="utf-8")
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    for hook in config["repos"][0]["hooks"]:
        place, option, tool, *_ = hook["entry"].split()
        assert (place, option, hook["language"]) == (".ci/env", "--dev", "system")
        assert tool == "peduli-ham" or re.search(rf"^{tool}==", pins, re.M), tool
        for word in hook["entry"].split():
            assert "/" not in word or (ROOT / word).exists(), word
