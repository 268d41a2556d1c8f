"""A block that calls itself amid others, as an hourglass does: it is handed the one inside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import after, sites
from archc.graph.naming import Body
from archc.language import tree
from archc.language.source import Span
from archc.layers.registry import KINDS
from archc.named import NamedTuple

AGAIN = r"{}\s*(>=|>|!=)\s*(\d+)"  # `if n > 1 { Block n - 1 }`
ENDS = r"{}\s*(==|<=|<)\s*(\d+)"
DEEPEST = 9


class _Nest(NamedTuple):
    """The `if` of a call to itself: the call, what stands in its place at the end, and where."""

    choice: tree.If
    call: tree.Apply
    last: Body
    end: int


def handed_over(name: str, program: tree.Program) -> Iterator[Proposal]:
    """`block Hourglass(Inner, c)` and `block Hourglass2 = Hourglass(Hourglass1)`."""
    source, inner = program.source, "Inner"
    blocks = (one for one in program.definitions if isinstance(one, tree.Block))
    block = next((one for one in blocks if one.name.id == name), None)
    if block is None or not block.parameters:
        return
    if re.search(rf"\b{inner}\b", source.text):
        return
    counter = block.parameters[0]
    own, calls = [], []
    for one in sites(source).values():
        action = one.link.action
        if isinstance(action, tree.If) and one.definition.name.id == name:
            found = _nest(action, name, counter.name.id)
            own += [found] if found is not None else []
        if isinstance(action, tree.Apply) and action.callee.span.text == name:
            calls += [action] if one.definition.name.id != name else []
    depths = [depth for one in calls if (depth := _depth(one)) is not None]
    if len(own) != 1 or not calls or len(depths) < len(calls):
        return
    nest, deepest = own[0], max(depths)
    if not nest.end <= deepest < nest.end + DEEPEST:
        return
    rest = nest.call.arguments[1:]
    first, defined = _innermost(nest, block, rest)
    lines = [*defined, f"block {name}{nest.end} = {name}({first})"]
    for level in range(nest.end + 1, deepest + 1):
        lines.append(f"block {name}{level} = {name}({name}{level - 1})")
    within = _called(inner, rest, nest.call)
    edits = [
        Edit(counter.span, inner),
        Edit(nest.choice.span, within),
        after(block.span, "".join(f"\n{line}" for line in lines)),
    ]
    told = []
    for call, depth in zip(calls, depths, strict=True):
        text = _called(f"{name}{depth}", call.arguments[1:], call)
        edits.append(Edit(call.span, text))
        told.append(f"`{text}` in line {call.span.line}")
    names = ", ".join([inner, *(one.span.text for one in block.parameters[1:])])
    below = "`, `".join(lines)
    help = (
        f"hand the inner block over: `block {name}({names})`, `{within}` for the `if` in line "
        f"{nest.choice.span.line}, below the block `{below}`, and {', '.join(dict.fromkeys(told))}"
    )
    yield Proposal(help, Cure(tuple(edits)))


def _nest(choice: tree.If, name: str, counter: str) -> _Nest | None:
    """What an `if` of two arms tells, one of which is the call and the other the end."""
    arms = choice.arms
    condition = arms[0].condition
    if len(arms) > 2 or condition is None:
        return None
    bodies: list[Body] = [arms[0].body, arms[1].body if len(arms) > 1 else ()]
    again = re.fullmatch(AGAIN.format(counter), condition.span.text)
    ends = re.fullmatch(ENDS.format(counter), condition.span.text)
    found = again or ends
    if ends is not None:
        bodies.reverse()
    call = _only(bodies[0])
    if found is None or call is None or call.callee.span.text != name:
        return None
    less = call.arguments[0].span.text if call.arguments else ""
    if re.fullmatch(rf"{counter}\s*-\s*1", less) is None:
        return None
    return _Nest(choice, call, bodies[1], int(found[2]) - (found[1] in (">=", "<")))


def _only(body: Body) -> tree.Apply | None:
    """The call that a body is."""
    chain = body[0] if len(body) == 1 else None
    if not isinstance(chain, tree.Chain) or len(chain.links) != 1 or chain.links[0].label:
        return None
    action = chain.links[0].action
    return action if isinstance(action, tree.Apply) else None


def _innermost(
    nest: _Nest, block: tree.Block, rest: Sequence[tree.Argument]
) -> tuple[str, list[str]]:
    """The block that runs at the end, and its line where there is none yet."""
    last = _only(nest.last)
    given = [one.span.text for one in rest]
    callee = last.callee.span.text if last is not None else ""
    same = last is not None and [one.span.text for one in last.arguments] == given
    if same and callee[:1].isupper():
        return callee, []
    text = next(word for word, kind in KINDS.items() if kind.passes)
    if nest.last:
        span = nest.last[0].span
        text = Span(span.source, span.start, nest.last[-1].span.end).text
    parameters = ", ".join(one.span.text for one in block.parameters[1:])
    name = f"{block.name.id}End"
    return name, [f"block {name}({parameters}) {{ {text} }}"]


def _depth(call: tree.Apply) -> int | None:
    """The number that a call from outside is given first."""
    value = call.arguments[0].value if call.arguments else None
    plain = isinstance(value, tree.Number) and call.arguments[0].name is None
    return int(value.value) if plain and isinstance(value, tree.Number) else None


def _called(name: str, arguments: Sequence[tree.Argument], like: tree.Apply) -> str:
    texts = [one.span.text for one in arguments]
    if like.parenthesised:
        return f"{name}({', '.join(texts)})"
    return " ".join([name, *texts])
