"""No layer is known outside `archc/layers/`: whoever wants to know something asks its class."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from archc.language.nesting import MERGES
from archc.layers.homes import HOMES
from archc.layers.registry import KINDS
from tests.docs.test_architecture import PACKAGE, Code, code, sources

OWN = {f"archc.layers.{name}" for name in (*HOMES, "pointwise", "window")}
"""The modules that hold kinds, and what kinds share: for the registry alone."""

GENERATED = PACKAGE / "language" / "tables.py"
APART = {
    PACKAGE / "layers",
    PACKAGE / "analysis" / "counters.py",  # what other programs do with each kind, rule by rule
    PACKAGE / "importer",  # writes specs: keywords are what it is asked for
    PACKAGE / "habits",  # writes lines of specs, likewise
}

# Words that only look like a layer's: part of the package -> words, and what they are there.
OTHERWISE = {
    "language/nesting.py": {
        "add",
        "mul",
        "concat",
        "matmul",
    },  # a line end before `{`; below
    "language/slips.py": {"add", "mul"},  # what is meant by `from a + b`
    "language/dump.py": {"slice"},  # a part of a list: `depths[1:3]`
    "graph/cures/absent.py": {"conv", "linear"},  # lines that stand for what is not there
    "graph/cures/gates.py": {"flatten", "reshape"},  # links around the dense layers of a gate
    "graph/cures/parameters.py": {"identity"},  # the line that a shortcut is
    "graph/cures/per_position.py": {"conv"},  # what a dense layer is at each position
    "graph/cures/foreign.py": {"dropout"},  # an argument in other frameworks
    "cli/foreign_flags.py": {"max"},  # flags of other programs
    "foreign_words.py": {"max"},  # names of other programs
    "cli/no_verb.py": {"add"},  # verbs of other programs
    "shapes.py": {"max"},  # the larger of two sizes
    "graph/functions.py": {"max"},  # the function of numbers
    "emit/pytorch/reading/say.py": {"max"},  # likewise
    "emit/pytorch/reading/sight.py": {"max"},  # likewise
    "graph/resolve_calls.py": {"identity"},  # the line that a shortcut is
    "emit/diagram/slots.py": {"concat"},  # a merge whose order is told
    "emit/volumes/stages.py": {"upsample"},  # how a layer is spoken of, made shorter
    "emit/diagram/contents.py": {"conv"},  # how a layer is spoken of
    "emit/diagram/inside.py": {"identity"},  # the word for a way on which nothing stands
    "emit/diagram/theme.py": {"reshape"},  # the title of a group of layers
    "emit/volumes/legend.py": {"conv"},  # the role of a volume
    "emit/volumes/palette.py": {"conv", "dropout"},  # the role of a volume, or of a stripe
    "emit/volumes/ranks.py": {"conv"},  # the role of a volume
    "emit/volumes/shades.py": {"dropout"},  # the role of a stripe
    "emit/volumes/words.py": {"concat", "conv", "dropout"},  # the role of a volume, or of a stripe
}


def elsewhere() -> Iterator[tuple[str, Code]]:
    """Every module outside the layers, by its path in the package."""
    for file in sorted(PACKAGE.rglob("*.py")):
        if file != GENERATED and not APART & {file, *file.parents}:
            yield file.relative_to(PACKAGE).as_posix(), code(file)


def test_no_keyword_of_a_layer_stands_outside_the_layers() -> None:
    arguments = {name for cls in KINDS.values() for name in cls.arguments}  # `pad`, `scale`
    arguments.add("sum")  # where the channels of a concatenation come from: `channels_from`
    found = {
        name: words
        for name, module in elsewhere()
        if (words := module.texts & KINDS.keys() - arguments)
    }
    assert found == OTHERWISE


def test_nobody_imports_a_kind() -> None:
    for name, module in elsewhere():
        assert not module.imports & OWN, name


def test_the_words_that_take_braces_are_the_merges() -> None:
    """The language may not ask the layers, and has to know them to read `concat` and a line end."""
    assert {kind for kind, cls in KINDS.items() if cls.many_inputs} == MERGES


def test_the_layers_are_looked_through() -> None:
    """The test above sees what it should: the layers' own modules are full of keywords."""
    own = {text for file in sources("layers") for text in code(file).texts}
    assert own >= set(KINDS)
    assert Path(PACKAGE / "layers" / "registry.py").exists()
