"""Runs a module's classes without PyTorch: constructors on numbers, forward passes on graph nodes.

A tensor is the node of the graph that gives it. A call of a module has to be some node with these
inputs: the same module of PyTorch, with the same arguments, under the same path. So what comes out
at the end is what the graph says, or the first difference is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.printer import text
from archc.emit.pytorch.reading.runs import form_of
from archc.emit.pytorch.validation.stand_ins import Module, Program, names
from archc.emit.pytorch.validation.things import (
    Different,
    Made,
    Sum,
    Tensor,
    by_module,
    is_made,
    made,
    mark,
    same,
)
from archc.graph.graph import Graph, Node, entering
from archc.language.source import Span
from archc.layers.form import Form, scaled


class Machine:
    """Makes modules, and runs them on one graph."""

    def __init__(self, program: Program, graph: Graph) -> None:
        self.names = names(program, self)
        self.graph = graph
        self.root: dict[int, int] = {}
        self.free: dict[tuple[int, ...], list[Node]] = {}
        self.merges: set[tuple[str, int]] = set()  # by operator and `mark` of the inputs
        self.training = True
        self._forms: dict[int, Form] = {}
        for node in graph.nodes:
            inputs = tuple(self.root.get(one, one) for one in node.inputs)
            operator = node.layer.operator if node.layer is not None else ""
            passes = node.layer is not None and node.layer.passes
            if passes or (operator and len(inputs) == 1):
                self.root[node.index] = inputs[0]
                continue
            if operator:
                self.merges.add((operator, mark(inputs)))
            self.free.setdefault(tuple(sorted(inputs)) if operator else inputs, []).append(node)

    # ----------------------------------------------------------------------------------- running

    def check(self, name: str, arguments: dict[str, ir.Expr] | None = None) -> Made:
        """Makes the network and runs it; gives what was made, raises `Different`."""
        try:
            said = (arguments or {}).items()
            module = self.names[name](**{word: eval(text(one), self.names) for word, one in said})
            network = made(module)
            network.name_paths()
            self._check_state(network)
            inputs = self.free.pop((), [])
            result = module(*[Tensor(one.index) for one in inputs])
        except Different:
            raise
        except Exception as error:  # whatever the code raises is its fault
            what = f"{type(error).__name__}: {error}"
            raise Different(f"the code of `{name}` fails: {what}") from error
        self._check_results(result)
        left = self._left()
        if left:
            first = min(left, key=lambda one: one.index)
            raise Different(f"the code of `{name}` leaves out `{first.path}`", first.span)
        return network

    def _left(self) -> list[Node]:
        """The nodes that the code leaves out; a sum is known as a whole only where it is read."""
        left = [one for nodes in self.free.values() for one in nodes]
        if not left:
            return left
        works = [one for one in self.graph.nodes if one.index not in self.root]
        read = {self.root.get(i, i) for one in works for i in one.inputs}
        return [
            one for one in left if one.index in read or one.layer is None or not one.layer.operator
        ]

    def _check_results(self, result: Any) -> None:
        values = result if type(result) is tuple else (result,)
        given = [self.node_of(one) for one in values if one is not None]
        wanted = [self.root.get(one.node, one.node) for one in self.graph.results]
        if given != wanted:
            raise Different("the code returns other values than the graph")

    def _check_state(self, network: Made) -> None:
        """Modules with weights stand in the order in which the graph makes them."""
        wanted: list[str] = []
        for node in self.graph.nodes:
            if node.layer is None:
                continue
            shapes = entering(self.graph.nodes, node)
            if shapes is not None and node.layer.weights(shapes) and node.module not in wanted[-1:]:
                wanted.append(node.module)
        seen = by_module(dict.fromkeys(wanted))
        stateful = set(seen)
        ours = by_module(path for path, _ in network.below() if path in stateful)
        for one, two in zip([*ours, None], [*seen, None], strict=False):
            if one != two:
                found = next((each for each in self.graph.nodes if each.module == two), None)
                has, wants = one or "nothing", two or "nothing"
                message = f"the code has `{has}` where the graph has `{wants}`"
                raise Different(message, found.span if found else None)

    # ------------------------------------------------------------------------------------- modules

    def layer(self, module: Made, inputs: Sequence[Any]) -> Tensor:
        """What a module of PyTorch gives."""
        nodes = tuple(self.node_of(one) for one in inputs)
        if module.target == "nn.Identity":
            return Tensor(nodes[0])
        for node in self.free.get(nodes, ()):
            assert node.layer is not None
            form = self._form(node)
            if "inplace" in module.named and not node.layer.in_place:
                continue
            if is_made(module, form) and (not node.layer.stateful or self._at(module, node)):
                return self._take(nodes, node)
        said = f"{module.target} at `{module.path}`"
        raise Different(f"the graph has no {said} here", self._near(nodes, module))

    def _at(self, module: Made, node: Node) -> bool:
        shapes = entering(self.graph.nodes, node)
        assert shapes is not None
        weights = node.layer.weights(shapes) if node.layer is not None else ()
        return not weights or module.path == node.module

    def _near(self, nodes: tuple[int, ...], module: Made) -> Span | None:
        found = [one for one in self.graph.nodes if one.module == module.path]
        found += self.free.get(nodes, [])
        return found[0].span if found else None

    def _take(self, inputs: tuple[int, ...], node: Node) -> Tensor:
        """A node is run once, but for those whose module is shared."""
        self.free[inputs].remove(node)
        return Tensor(node.index)

    def _form(self, node: Node) -> Form:
        found = self._forms.get(node.index) or form_of(self.graph.nodes, node)
        assert found is not None
        self._forms[node.index] = found
        return found

    # ------------------------------------------------------------------------------- expressions

    def node_of(self, value: Any) -> int:
        if isinstance(value, Sum):
            return self._merge(value).node
        if not isinstance(value, Tensor):
            raise Different(f"{type(value).__name__} where a tensor is wanted")
        return self.root.get(value.node, value.node)

    def _merge(self, value: Sum) -> Tensor:
        if value.node is not None:
            return Tensor(value.node)
        inputs, node = self._merged(value)
        if node is None:
            raise Different(f"the graph has no `{value.operator}` of these branches")
        value.node = node.index
        return self._take(inputs, node)

    def _merged(self, value: Sum) -> tuple[tuple[int, ...], Node | None]:
        """The merge of the graph that is of these branches alone, by what enters it."""
        inputs = tuple(sorted(self.node_of(one) for one in value.items))
        for node in self.free.get(inputs, ()):
            if node.layer is not None and node.layer.operator == value.operator:
                return inputs, node
        return inputs, None

    def operate(self, template: str, /, *inputs: Any, **values: Any) -> Any:
        """A layer that is an expression."""
        if len(inputs) == 2 and isinstance(inputs[1], Module):
            return self._layer_scaled(template, inputs[0], made(inputs[1]))
        found = _operator(template)
        if found:
            return self._sum(found, inputs)
        if len(inputs) == 1 and isinstance(inputs[0], list):
            if len(inputs[0]) == 1:
                return inputs[0][0]
            inputs = tuple(inputs[0])
            places = ", ".join(f"{{{i}}}" for i in range(len(inputs)))
            template = template.replace("{0}", f"[{places}]")
        return self._expression(template, inputs, values)

    def shape(self, value: Any) -> Any:
        """The shape of a tensor; a module may have a label of this name."""
        if isinstance(value, Module):
            return value.shape
        return (1, *(self.graph.nodes[self.node_of(value)].shape or ()))

    def _sum(self, operator: str, inputs: Sequence[Any]) -> Sum:
        items: tuple[Tensor, ...] = ()
        marks = 0
        for one in inputs:
            if isinstance(one, Sum) and one.operator == operator and not self._is_merge(one):
                items += one.items
                marks += one.mark
            else:
                node = self.node_of(one)
                items += (Tensor(node),)
                marks += mark((node,))
        return Sum(operator, items, marks)

    def settled(self, value: Any) -> Any:
        """What is kept to be read later: a sum is the merge that it is by now, not its branches."""
        if isinstance(value, Sum) and self._is_merge(value):
            self._merge(value)
        return value

    def _is_merge(self, value: Sum) -> bool:
        """Whether a merge of the graph is of these branches alone: not a part of a longer one."""
        if value.node is not None:
            return True
        known = (value.operator, value.mark) in self.merges
        return known and self._merged(value)[1] is not None

    def _layer_scaled(self, template: str, value: Any, module: Made) -> Tensor:
        nodes = (self.node_of(value),)
        for node in self.free.get(nodes, ()):
            form = self._form(node)
            at = node.layer is not None and node.layer.bare and node.module == module.path
            if at and scaled(form, len(node.shape or ()) - 1) == template:
                shape, init = form.parts[0].value, form.parts[1].value
                given = module.arguments[0]
                if same(given[0], tuple(shape)) and same(float(given[1]), float(init)):
                    return self._take(nodes, node)
        raise Different(f"the graph has no parameter `{module.path}` here")

    def _expression(self, template: str, inputs: Sequence[Any], values: dict[str, Any]) -> Tensor:
        nodes = tuple(self.node_of(one) for one in inputs)
        for node in self.free.get(nodes, ()):
            form = self._form(node)
            if template not in (form.expression, form.asked):
                continue
            parts = {part.name: part.value for part in form.parts}
            if all(same(given, parts.get(name)) for name, given in values.items()):
                return self._take(nodes, node)
        near = self._near(nodes, Made("", [], {}))
        raise Different(f"the graph has no `{template}` here", near)


def _operator(template: str) -> str:
    words = template.split()
    signs, fields = words[1::2], words[::2]
    plain = len(set(signs)) == 1 and signs[0] in ("+", "*", "-")
    return signs[0] if plain and all(word.startswith("{") for word in fields) else ""
