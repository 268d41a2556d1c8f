"""Merges, views and slices: where values come together, and where they only move."""

from __future__ import annotations

from math import prod
from typing import Any

from archc.importer.model import Node, Ref
from archc.importer.operations import Opaque, base_name, first_tensor
from archc.importer.read_response import Responses


class Shaped(Responses):
    """Views that change nothing are another name for their input."""

    def _add(self, node: Node) -> None:
        self._merge(node, "add")

    def _mul(self, node: Node) -> None:
        self._merge(node, "mul")

    def _merge(self, node: Node, word: str) -> None:
        given = node.arguments
        left, right = given["self"], given["other"]
        if given.get("alpha", 1) == 1 and self.learned(node, word, left, right):
            return
        if word == "add" and self.responded(node, left, right):
            return
        if right in (0, 1) and right == (word == "mul") and given.get("alpha", 1) == 1:
            self.names[node.name] = self.value(left)  # a sum that began with 0
            return
        if isinstance(right, (int, float)) and not isinstance(right, bool):
            plus = right * given.get("alpha", 1)
            self.rescale(node, left, *((1, plus) if word == "add" else (right, 0)))
            return
        if given.get("alpha", 1) != 1:
            raise Opaque
        shapes = [self.shape(self.value(one)) for one in (left, right)]
        if len(shapes[0]) != len(shapes[1]) or (word == "add" and shapes[0][:2] != shapes[1][:2]):
            raise Opaque
        self.add(node, word, {}, [left, right])

    def learned(self, node: Node, word: str, left: Any, right: Any) -> bool:
        """Whether this is a value times a parameter, or plus it."""
        layer = {"mul": "scale", "add": "shift"}[word]
        for value, weight in ((left, right), (right, left)):
            name = self.views.get(weight.name, weight.name) if isinstance(weight, Ref) else ""
            if not isinstance(weight, Ref) or name not in self.exported.parameters:
                continue
            path, shape = self.exported.parameters[name]
            whole = self.shape(self.value(value))
            seen = shape if name == weight.name else self.shape(weight.name)
            axis = self.factored(shape, seen, whole)
            if axis is not None:
                flat = {"flat": True} if len(whole) > 2 and len(shape) == 1 else {}
                self.along(node, layer, flat, [value], axis, path)
            elif stretches(shape, whole) and (name == weight.name or prod(shape) == 1):
                self.add(node, layer, {"shape": shape}, [value], path)
            else:
                continue
            self.used.add(name)
            return True
        return False

    def factored(
        self, shape: tuple[int, ...], seen: tuple[int, ...], whole: tuple[int, ...]
    ) -> int | None:
        """The axis of a map that a parameter, seen in a shape, has a factor for each place of."""
        rank = len(whole)
        aligned = (1,) * (rank - len(seen)) + seen
        for axis in (1, rank - 1) if whole[-1:] != (1,) else (1,):
            wanted = tuple(n if place == axis else 1 for place, n in enumerate(whole))
            held = (wanted[axis:], (whole[axis],)) if axis == 1 else ((whole[axis],),)
            if rank > 1 and aligned == wanted and shape in held:
                return axis
        return None

    def _cat(self, node: Node) -> None:
        """A concatenation; `cat(a, b, c)` where `cat(a, b)` exists is `cat(cat(a, b), c)`."""
        given = node.arguments
        values = [self.value(one) for one in given["tensors"]]
        shape = self.shape(values[0])
        axis = given.get("dim", 0) % len(shape)
        if axis != 1:
            self.along(node, "concat", {}, [Ref(one) for one in values], axis)
            return
        if len(values) == 1:
            self.names[node.name] = values[0]
            return
        known: list[Any] = list(values)
        for length in range(len(values), 1, -1):
            before = self.parts.get(" ".join(values[:length]))
            if before is not None:
                known = [before.output, *values[length:]]
                break
        if len(known) == 1:
            self.names[node.name] = known[0]
            return
        self.add(node, "concat", {}, known)
        self.parts[" ".join(values)] = self.operations[-1]

    # ----------------------------------------------------------------------------------- shape

    def _expand_as(self, node: Node) -> None:
        """Nothing, where only products read it: they stretch an axis of 1 themselves."""
        if any(base_name(one.target) != "mul" for one in self.readers[node.name]):
            raise Opaque
        value = self.value(first_tensor(node))
        self.names[node.name] = value
        self.shapes[node.name] = self.shapes[value]

    _expand = _expand_as

    def _flatten(self, node: Node) -> None:
        self._view(node)

    def _view(self, node: Node) -> None:
        value = self.value(first_tensor(node))
        before, after = self.shape(value), node.shape or ()
        if before == after:
            self.names[node.name] = value
        elif len(before) == 5 and self._shuffled(node):
            return
        elif before[:1] != after[:1] or len(after) == 1:
            raise Opaque
        elif len(after) == 2:
            self.add(node, "flatten", {})
        else:
            self.add(node, "reshape", {"shape": after[1:]})

    _reshape = _unsafe_view = _view

    def _unsqueeze(self, node: Node) -> None:
        if node.arguments["dim"] in (0, -len(node.shape or ())):
            raise Opaque  # the batch moves
        self._view(node)

    def _squeeze(self, node: Node) -> None:
        given = node.arguments.get("dim")
        rank = len(self.shape(self.value(node.arguments["self"])))
        axes = [given] if isinstance(given, int) else given
        if axes is None or 0 in [axis % rank for axis in axes]:
            raise Opaque
        self._view(node)

    def _shuffled(self, node: Node) -> bool:
        """Whether this view ends a channel shuffle: split, transpose, join."""
        inner = self.value(first_tensor(node))
        shuffled = self.parts.get(f"transposed {inner}")
        if shuffled is None or shuffled.word != "reshape":
            return False
        whole = self.shape(shuffled.inputs[0])
        if whole != node.shape:
            return False
        groups = shuffled.shape[0]
        self.operations = [
            one for one in self.operations if one.output not in (inner, shuffled.output)
        ]
        self.add(node, "channel_shuffle", {"groups": groups}, [shuffled.inputs[0]])
        return True

    def _transpose(self, node: Node) -> None:
        value = self.value(node.arguments["self"])
        shape = self.shape(value)
        axes = list(range(len(shape)))
        one, two = (node.arguments[key] % len(shape) for key in ("dim0", "dim1"))
        axes[one], axes[two] = axes[two], axes[one]
        self._permuted(node, axes)

    def _permute(self, node: Node) -> None:
        shape = self.shape(self.value(node.arguments["self"]))
        self._permuted(node, [axis % len(shape) for axis in node.arguments["dims"]])

    def _permuted(self, node: Node, axes: list[int]) -> None:
        if axes[0] != 0:
            raise Opaque
        if axes == [0, 2, 1, 3, 4]:
            value = self.value(node.arguments["self"])
            made = next((one for one in self.operations if one.output == value), None)
            if made is not None:
                self.parts[f"transposed {node.name}"] = made
        self.add(node, "permute", {"order": tuple(axis - 1 for axis in axes[1:])})

    def _chunk(self, node: Node) -> None:
        """Its parts are slices, each where it is taken."""
        shape = self.shape(self.value(node.arguments["self"]))
        if node.arguments.get("dim", 0) % len(shape) == 0:
            raise Opaque
        for reader in self.readers[node.name]:
            if base_name(reader.target) != "getitem":
                raise Opaque

    _split = _split_with_sizes = _chunk

    def _getitem(self, node: Node) -> None:
        source = node.arguments["0"]
        parent = self.nodes.get(source.name) if isinstance(source, Ref) else None
        kind = base_name(parent.target) if parent is not None else ""
        if parent is not None and parent.name in self.several:
            raise Opaque
        if parent is None or kind not in ("chunk", "split", "split_with_sizes"):
            if (kind.startswith("adaptive_max_pool") or kind == "max") and node.arguments["1"] == 0:
                self.names[node.name] = source.name
                return
            raise Opaque
        index = node.arguments["1"]
        shape = self.shape(self.value(parent.arguments["self"]))
        axis = parent.arguments.get("dim", 0) % len(shape)
        begin = sum(one[axis] for one in parent.shapes[:index])
        end = begin + parent.shapes[index][axis]
        arguments = {"begin": begin} if end == shape[axis] else {"begin": begin, "end": end}
        self.along(node, "slice", arguments, [parent.arguments["self"]], axis)

    def _slice(self, node: Node) -> None:
        given = node.arguments
        value = self.value(given["self"])
        shape = self.shape(value)
        if node.shape == shape:
            self.names[node.name] = value
            return
        axis = given["dim"] % len(shape)
        if axis == 0 or given.get("step", 1) != 1:
            raise Opaque
        begin = (given["start"] or 0) % shape[axis]
        end = begin + (node.shape or shape)[axis]
        if axis > 1 and len(shape) > 2:  # what is cut off a map
            pads = [(0, 0)] * (len(shape) - 2)
            pads[axis - 2] = (-begin, end - shape[axis])
            self.add(node, "pad", {"pad": tuple(pads)}, [given["self"]])
            return
        arguments = {"begin": begin} if end == shape[axis] else {"begin": begin, "end": end}
        self.along(node, "slice", arguments, [given["self"]], axis)

    def _stack(self, node: Node) -> None:
        """Each with a new axis of 1, and these joined."""
        given = node.arguments
        whole = node.shape or ()
        axis = given.get("dim", 0) % len(whole)
        one = tuple(1 if place == axis else n for place, n in enumerate(whole))
        parts: list[Any] = []
        for number, ref in enumerate(given["tensors"]):
            made = f"{node.name}.{number}"
            self.add(node, "reshape", {"shape": one[1:]}, [ref], output=made, shape=one)
            parts.append(Ref(made))
        self.along(node, "concat", {}, parts, axis)

    def _pad(self, node: Node) -> None:
        given = node.arguments
        sizes = list(given["pad"])
        value = self.value(given["self"])
        axes = len(self.shape(value)) - 2
        modes = {"constant": "zeros", "reflect": "reflect", "replicate": "replicate"}
        mode = modes.get(given.get("mode", "constant"))
        cut = min(sizes) < 0 and mode != "zeros"
        if mode is None or given.get("value") not in (None, 0, 0.0) or cut:
            raise Opaque
        pairs = [tuple(sizes[index : index + 2]) for index in range(0, len(sizes), 2)]
        pairs += [(0, 0)] * (axes + 1 - len(pairs))
        arguments: dict[str, Any] = {"pad": tuple(reversed(pairs[:axes]))}
        if len(pairs) > axes and pairs[axes] != (0, 0):
            if min(pairs[axes]) < 0:
                raise Opaque
            arguments["channels"] = pairs[axes]
        if mode != "zeros":
            arguments["mode"] = mode
        self.add(node, "pad", arguments)

    def _upsample(self, node: Node, mode: str) -> None:
        given = node.arguments
        before = self.shape(self.value(given["input"]))[2:]
        after = (node.shape or ())[2:]
        factors = {b / a for a, b in zip(before, after, strict=True)}
        told = given.get("scale_factors") or ()
        if any(n * by != n2 for n, by, n2 in zip(before, told, after, strict=False)):
            raise Opaque  # it goes by the factor, which is not that of the sizes
        arguments: dict[str, Any] = {"size": after}
        if len(factors) == 1 and (factor := factors.pop()) == int(factor):
            arguments = {"size": int(factor)}
        if mode != "nearest":
            arguments["mode"] = mode
        if given.get("align_corners"):
            arguments["align_corners"] = True
        self.add(node, "upsample", arguments, [given["input"]])

    def _upsample_nearest2d(self, node: Node) -> None:
        self._upsample(node, "nearest")

    _upsample_nearest1d = _upsample_nearest3d = _upsample_nearest2d

    def _upsample_linear1d(self, node: Node) -> None:
        self._upsample(node, "linear")

    def _upsample_bilinear2d(self, node: Node) -> None:
        self._upsample(node, "bilinear")

    def _upsample_bicubic2d(self, node: Node) -> None:
        self._upsample(node, "bicubic")

    def _upsample_trilinear3d(self, node: Node) -> None:
        self._upsample(node, "trilinear")


def stretches(shape: tuple[int, ...], whole: tuple[int, ...]) -> bool:
    """Whether a tensor of a shape stretches to another, which has its batch of one in front."""
    pairs = zip(reversed(shape), reversed(whole), strict=False)
    return len(shape) <= len(whole) and all(n in (1, own) for n, own in pairs)
