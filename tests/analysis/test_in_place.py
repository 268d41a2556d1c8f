"""Which activations write over their input: safe for PyTorch, and for every call of one text."""

from __future__ import annotations

from hypothesis import given, settings

from archc.analysis.in_place import in_place, sites, together
from archc.graph.graph import Graph
from archc.language.source import Span
from archc.shapes import Open
from tests.analysis import networks
from tests.analysis.build import Net
from tests.analysis.random_nets import nets
from tests.analysis.torch_run import Runner, images


def names(graph: Graph) -> list[str]:
    return [graph.nodes[i].path for i in sorted(in_place(graph))]


@settings(max_examples=100, deadline=None)
@given(nets(unary=("conv", "relu", "leaky_relu", "silu", "sigmoid", "elu", "slice", "identity")))
def test_results_and_gradients_are_those_of_copies(graph):
    """Autograd raises where a value it needs was written over."""
    writing = Runner(graph, in_place(graph), training=True)
    copying = Runner(graph, frozenset(), training=True)
    copying.weights = writing.weights
    data = images(graph)
    results = [runner.run([one.clone() for one in data]) for runner in (writing, copying)]
    for one, other in zip(*results, strict=True):
        assert one.equal(other)
    weights = [
        tensor
        for tensors in writing.weights.values()
        for tensor in tensors.values()
        if tensor.requires_grad
    ]
    gradients = []
    for values in results:
        for weight in weights:
            weight.grad = None
        wanted = [value.sum() for value in values if value.requires_grad]
        if wanted:
            sum(wanted[1:], start=wanted[0]).backward()
        gradients.append([None if weight.grad is None else weight.grad for weight in weights])
    for mine, theirs in zip(*gradients, strict=True):
        assert (mine is None) == (theirs is None)
        assert mine is None or mine.equal(theirs)


def test_every_relu_of_the_published_networks():
    for graph in (networks.vgg(), networks.resnet()):
        relus = [node.index for node in graph.nodes if node.kind == "relu"]
        assert in_place(graph) == frozenset(relus)


def test_a_second_reader_forbids_it():
    net = Net(2, 4, 4)
    x = net.add("conv", 2, 1)
    y = net.add("relu", name="shared")
    net.add("add", inputs=(x, y))
    assert names(net.graph()) == []


def test_views_are_seen_through():
    def reading(other: str) -> list[str]:
        net = Net(2, 4, 4)
        x = net.add("conv", 2, 1)
        net.add("flatten")
        net.add("relu", name="relu")
        if other:
            net.at = x
            net.add("identity")
            if other == "read":
                net.add("global_avgpool")
            net.result("extra")
        net.at = 3
        return names(net.graph())

    assert reading("") == ["relu"]
    assert reading("read") == []
    assert reading("result") == []


def test_a_view_of_a_part_is_left_alone():
    net = Net(4, 4, 4)
    net.add("conv", 4, 1)
    net.add("slice", 0, 4)
    net.add("relu", name="all")
    net.add("conv", 4, 1)
    net.add("slice", 0, 2)
    net.add("relu", name="part")
    assert names(net.graph()) == ["all"]


def test_the_networks_input_and_a_blocks_input_are_not_ours():
    net = Net(2, 4, 4)
    net.add("relu", name="first")
    net.add("conv", 2, 1)
    with net.inside("act", "block"):
        net.add("relu", name="given")
        net.add("conv", 2, 1)
        net.add("relu", name="own")
        with net.inside("inner", "block"):
            net.add("conv", 2, 1)
    net.add("relu", name="of_a_call")
    with net.inside("group"):
        net.add("conv", 2, 1)
        with net.inside("part"):
            net.add("relu", name="of_the_same_block")
    assert names(net.graph()) == ["act.own", "of_a_call", "group.part.of_the_same_block"]


def test_what_its_maker_needs_is_left_alone():
    net = Net(2, 4, 4)
    net.add("conv", 2, 1)
    net.add("sigmoid")
    net.add("relu", name="behind_sigmoid")
    net.add("relu", name="behind_relu")
    net.add("conv", 2, 1)
    net.add("silu", name="silu")
    net.add("relu", name="behind_silu")
    net.add("conv", 2, 1)
    net.add("leaky_relu", name="leaky")
    net.add("relu", name="behind_leaky")
    net.add("conv", 2, 1)
    net.add("leaky_relu", -0.1, name="falling")
    assert names(net.graph()) == ["silu", "behind_silu", "leaky"]


def test_one_text_one_answer():
    def twice(same: bool) -> list[str]:
        net = Net(2, 4, 4)
        for i in range(2):
            with net.inside(f"b{i}", "block"):
                x = net.add("conv", 2, 1)
                y = net.add("relu", name="relu", site="relu" if same else None)
                if i:
                    net.add("add", inputs=(x, y))
        return names(net.graph())

    assert twice(True) == []
    assert twice(False) == ["b0.relu"]


def test_a_shared_module_answers_once():
    net = Net(2, 4, 4)
    net.add("conv", 2, 1)
    net.add("relu", name="act")
    x = net.add("conv", 2, 1)
    y = net.add("relu", name="act@2", module="act")
    net.add("add", inputs=(x, y))
    assert names(net.graph()) == []


def test_a_family_agrees_on_its_places():
    def member(skip: bool) -> Graph:
        net = Net(2, 4, 4)
        net.spans = spans
        x = net.add("conv", 2, 1, site="conv")
        y = net.add("relu", site="relu")
        if skip:
            net.add("add", inputs=(x, y), site="add")
        net.add("conv", 2, 1, site="conv2")
        net.add("relu", site="relu2")
        return net.graph()

    spans: dict[str, Span] = {}
    plain, skipping = member(False), member(True)
    assert sites([plain]) == {spans["relu"], spans["relu2"]}
    assert sites([plain, skipping]) == {spans["relu2"]}
    assert names(plain) == ["relu1", "relu2"]
    assert [names(one) for one in together([plain, skipping])] == [["relu2"], ["relu2"]]
    assert together([plain]) == [plain]


def test_open_sizes_do_not_matter():
    net = Net(2, Open("H"), Open("W"))
    net.add("conv", 4, 3)
    net.add("relu", name="a")
    net.add("conv", 4, 3)
    net.add("slice", 0, 3)
    net.add("relu", name="b")
    net.add("conv", 4, 3)
    net.add("flatten")
    net.add("relu", name="c")
    assert names(net.graph()) == ["a", "c"]
