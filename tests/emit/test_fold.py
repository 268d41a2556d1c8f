"""The tree of rows, and equal neighbours as one."""

from __future__ import annotations

from archc.emit.explain import explain, paths
from archc.emit.lines import lines
from archc.graph.fold import Row, fold, tree
from tests.emit.samples import PAIR, SMALL, checked, network


def rows(row: Row) -> list[tuple[str, int]]:
    return [(child.path, child.count) for child in row.rows]


def test_tree_holds_every_node_once_in_order() -> None:
    for text in (SMALL, PAIR):
        for found in checked(text).networks:
            root = tree(found.graph)
            leaves = [row.node.index for _, row in root.walk() if row.node is not None]
            assert sorted(leaves) == list(range(len(found.graph.nodes)))
            assert sorted(root.nodes) == sorted(leaves)


def test_equal_neighbours_fold() -> None:
    graph = network(SMALL).graph
    root = fold(tree(graph), graph)
    layer1 = next(row for row in root.rows if row.path == "layer1")
    assert rows(layer1) == [("layer1.0", 3)]
    assert layer1.rows[0].paths == ("layer1.0", "layer1.1", "layer1.2")
    assert layer1.rows[0].name(layer1) == "0-2"
    layer2 = next(row for row in root.rows if row.path == "layer2")
    assert [count for _, count in rows(layer2)] == [1, 2]


def test_folding_loses_no_node() -> None:
    graph = network(SMALL).graph
    assert fold(tree(graph), graph).nodes == tree(graph).nodes


def test_shared_weights_do_not_fold_with_their_owner() -> None:
    text = "network N {\n input 3x8x8\n a: conv 3 1x1\n share a\n share a\n}\n"
    graph = network(text).graph
    root = fold(tree(graph), graph)
    assert [row.count for row in root.rows] == [1, 1, 2]


def test_different_arguments_do_not_fold() -> None:
    text = "network N {\n input 3x8x8\n conv 3 1x1\n conv 3 1x1\n conv 3 1x1 bias=false\n}\n"
    graph = network(text).graph
    assert [row.count for row in fold(tree(graph), graph).rows] == [1, 2, 1]


SHARED = """network N {
    input 3x32x32
    g: { conv 3 3x3 stride=2 pad=1; relu }
    share g
    h: { a: conv 3 1x1; b: { conv 3 3x3 pad=1; relu } }
    share h
    share h.b
    share g
}"""


def test_a_shared_group_has_a_row_for_each_run() -> None:
    """Its shape, its field and its name are those of the run, not of the first one."""
    found = network(SHARED)
    groups = [line for line in lines(found, expand=True) if line.group]
    named = [
        (line.path, line.shape and line.shape[1], line.field and line.field.size[0])
        for line in groups
    ]
    assert named == [
        *(("g", 16, 3), ("g@2", 8, 7)),
        *(("h", 8, 15), ("h.b", 8, 15), ("h@2", 8, 23), ("h.b@2", 8, 23), ("h@3", 8, 31)),
        *(("h.b@3", 8, 31), ("g@3", 4, 39)),
    ]
    for line in lines(found, expand=True):
        if line.row.node is not None and line.row.node.layer is not None:
            assert line.path == line.row.node.path
    for line in groups:
        assert line.path in paths(found)
        text = explain(found, line.path)
        assert text.startswith(f"{line.path} of N: a group")
        assert f"gives            3x{named[groups.index(line)][1]}x" in text
