"""The emitter stays small in its parts: functions, classes and chains of inheritance."""

from __future__ import annotations

import ast
from pathlib import Path

import archc.emit.pytorch
from tests.each import each

FOLDER = Path(archc.emit.pytorch.__file__).parent
TREES = {
    path.relative_to(FOLDER).as_posix(): ast.parse(path.read_text("utf-8"))
    for path in sorted(FOLDER.rglob("*.py"))
}
CLASSES = {
    one.name: one for tree in TREES.values() for one in tree.body if isinstance(one, ast.ClassDef)
}
LINES = 60
ATTRIBUTES = 12


@each("name", TREES)
def test_functions_fit_on_a_page(name: str) -> None:
    for one in ast.walk(TREES[name]):
        if isinstance(one, ast.FunctionDef):
            assert one.end_lineno is not None
            assert one.end_lineno - one.lineno < LINES, one.name


def attributes(one: ast.ClassDef) -> set[str]:
    """Fields of a record, and what methods set on `self`."""
    fields = {
        line.target.id
        for line in one.body
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
    }
    return fields | {
        node.attr
        for node in ast.walk(one)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }


@each("name", CLASSES)
def test_classes_hold_little(name: str) -> None:
    assert len(attributes(CLASSES[name])) <= ATTRIBUTES


@each("name", CLASSES)
def test_no_class_has_a_grandparent_in_the_emitter(name: str) -> None:
    parents = [one.id for one in CLASSES[name].bases if isinstance(one, ast.Name)]
    for parent in filter(CLASSES.__contains__, parents):
        above = [one.id for one in CLASSES[parent].bases if isinstance(one, ast.Name)]
        assert not CLASSES.keys() & set(above), parent
