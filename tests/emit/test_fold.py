"""The tree of rows, and equal neighbours as one."""

from __future__ import annotations

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
