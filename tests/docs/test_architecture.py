"""What docs/architecture.md says of imports, read from the code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import archc
from tests.each import each

PACKAGE = Path(archc.__file__).parent
MAY_IMPORT = {
    "named": {"foreign_names"},  # for the words of a message, when they are read
    "shapes": set(),
    "record": set(),
    "interpreter": set(),
    "suggest": set(),
    "diagnostics": {"language"},
    "language": {"diagnostics", "interpreter", "record"},
    "layers": {"shapes"},
    "graph": {"diagnostics", "language", "layers", "shapes", "suggest"},
    "analysis": {"diagnostics", "graph", "language", "layers", "shapes"},
    "options": {"analysis", "graph", "language", "shapes", "suggest"},
    "input_sizes": {"graph", "language", "named", "options", "shapes", "suggest"},
    "limits": {"analysis", "options"},
    "habits": {"diagnostics", "graph", "language", "layers", "suggest"},
    "edited": {"diagnostics", "language"},
    "once": {"diagnostics", "edited"},
    "trial": {"edited", "diagnostics", "graph", "habits", "language", "once"},
    "fitting": {"analysis", "diagnostics", "graph", "shapes"},
    "candidates": {"graph", "language", "options", "shapes", "suggest"},
    "advice": {"analysis", "diagnostics", "graph", "language", "layers", "shapes"},
    "check": {
        *("analysis", "diagnostics", "graph", "interpreter", "language", "options", "shapes"),
        *("candidates", "trial", "edited", "fitting", "advice", "input_sizes", "limits"),
    },
}
EMITTER = (
    *("python", "passes", "reading", "drafts", "actions", "writing", "settling", "validation"),
    "file",
)
"""The packages of the PyTorch emitter: each may import those before it, and no other."""
HEAVY = {"dataclasses", "graphviz", "inspect", "jinja2", "lark", "networkx", "numpy", "torch"}
UNASKED = {
    "archc.advice",
    "archc.layers.words",
    "archc.limits",
    "shlex",
    "archc.analysis.answers",
    "archc.analysis.roofline",
    "archc.devices",
    "archc.emit.roofline",
}
FOR_MESSAGES = (
    *("archc.graph.cures.", "archc.graph.broken", "archc.habits", "archc.trial", "archc.fitting"),
    *(
        "archc.edited",
        "archc.analysis.meant_figures",
        "archc.analysis.units_meant",
        "archc.language.passages",
        "archc.language.recover",
    ),
)
OUTSIDE = HEAVY | {"os", "pathlib", "io", "subprocess", "tempfile", "shutil"}
TOOLS = {PACKAGE / "language" / "generate.py"}


def sources(part: str) -> list[Path]:
    folder = PACKAGE / part
    files = folder.rglob("*.py") if folder.is_dir() else [folder.with_suffix(".py")]
    return [file for file in files if file not in TOOLS]


def imports(tree: ast.AST) -> set[str]:
    """Every module imported when the code runs; what is for type checkers alone is not."""
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [alias.name for alias in node.names] if node.module == "archc" else []
            found |= {f"archc.{name}" for name in names} or {node.module}
        found |= imports(node)
    return found


def texts(tree: ast.AST) -> Iterator[str]:
    """The texts of the code; docstrings tell people, not the program."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield from texts(node)


class Code(NamedTuple):
    """What is asked of a module of archc; its tree would take much room to keep."""

    imports: set[str]  # when it runs
    brought: set[str]  # `typing.Any`, for type checkers as well
    called: set[str]
    texts: set[str]


@cache
def code(file: Path) -> Code:
    """What stands in a module, which several tests ask."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    brought, called = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            brought |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            brought |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called.add(node.func.id)
    return Code(imports(tree), brought, called, set(texts(tree)))


@each("part", MAY_IMPORT)
def test_parts_import_what_they_may(part: str) -> None:
    for file in sources(part):
        for module in code(file).imports:
            first, *rest = module.split(".")
            if first == "archc" and rest and rest[0] not in (part, "named"):
                assert rest[0] in MAY_IMPORT[part], f"{file} imports {module}"


@pytest.mark.parametrize("package", EMITTER)
def test_packages_of_the_emitter_import_one_way(package: str) -> None:
    folder = PACKAGE / "emit" / "pytorch"
    before = EMITTER[: EMITTER.index(package) + 1]
    for file in (folder / package).glob("*.py"):
        for module in code(file).imports:
            inner = f"{module}.".removeprefix("archc.emit.pytorch.").partition(".")[0]
            own = module.startswith("archc.emit.pytorch")
            assert not own or inner in before, f"{file} imports {module}"


def test_packages_of_the_emitter_are_described() -> None:
    page = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    folder = PACKAGE / "emit" / "pytorch"
    rows = re.findall(r"^\| `(\w+)/` \| (.*) \|$", page, re.MULTILINE)
    said = [
        (name, ast.get_docstring(ast.parse((folder / name / "__init__.py").read_text("utf-8"))))
        for name in EMITTER
    ]
    assert rows == [(name, words) for name, words in said]
    assert {path.name for path in folder.iterdir() if (path / "__init__.py").exists()} == {*EMITTER}


def test_named_tuples_are_the_cheap_ones() -> None:
    for file in PACKAGE.rglob("*.py"):
        dear = "typing.NamedTuple" in code(file).brought
        assert not dear or file.name == "named.py", f"{file}: take that of archc.named"


@each("part", MAY_IMPORT)
def test_the_core_touches_neither_disk_nor_terminal(part: str) -> None:
    for file in sources(part):
        assert not {module.split(".")[0] for module in code(file).imports} & OUTSIDE, file
        assert not code(file).called & {"open", "print", "input"}, file


def test_the_grammar_knows_no_layer() -> None:
    from archc.layers.registry import KINDS

    words = (PACKAGE / "language" / "tables.py").read_text(encoding="utf-8")
    assert not [kind for kind in KINDS if f'"{kind.upper()}"' in words]


@pytest.mark.parametrize(
    "command",
    [
        ["check", "resnet50"],
        ["check", "densenet"],
        ["check", "lenet5"],
        ["check", "vgg16", "--format", "json"],
    ],
)
def test_check_imports_nothing_heavy(command: list[str]) -> None:
    text = (
        "import sys; from archc.cli import main; status = main(sys.argv[1:]);"
        "print('IMPORTED', *sys.modules); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", text, *command],  # what packages bring at the start is theirs
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
        encoding="utf-8",
        env={"PYTHONUTF8": "1"},
    )
    loaded = set(done.stdout.rpartition("IMPORTED")[2].split())
    assert not loaded & HEAVY
    assert not loaded & UNASKED
    assert not [module for module in loaded if module.startswith(FOR_MESSAGES)]


def test_every_folder_is_described() -> None:
    page = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    for folder in PACKAGE.iterdir():
        if folder.is_dir() and any(folder.glob("*.py")):
            assert f"`archc/{folder.name}/`" in page


def test_limits_are_those_of_the_code() -> None:
    from archc import files
    from archc.graph import bounds, labels, modules, operators, report, run
    from archc.language import nesting, parser

    page = (PACKAGE.parent / "docs" / "language.md").read_text(encoding="utf-8")
    table = page.partition("\n## Limits\n")[2].partition("\n## ")[0]
    for limit in (
        files.LIMIT // 2**20,
        parser.MOST_TOKENS,
        report.MOST,
        nesting.DEEPEST_BRACES,
        nesting.DEEPEST_EXPRESSION,
        run.DEEPEST,
        run.DEEPEST_RUN,
        modules.MOST_IMPORTS,
        bounds.MOST_NODES,
        bounds.ALL_NODES,
        bounds.MOST_STEPS,
        bounds.ALL_STEPS,
        bounds.FEWEST,
        bounds.STEPS * bounds.FEWEST,
        bounds.EACH,
        bounds.STEPS * bounds.EACH,
        operators.MOST_ITEMS,
        operators.MOST_BITS,
        operators.MOST_LETTERS,
        labels.LONGEST,
    ):
        assert f" {limit:,} " in table.replace(";", " "), limit
