"""Random programs, as trees, for tests that print and read them back."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from archc.language import tree as t
from archc.language.kinds import WORDS
from archc.language.literals import number_value
from archc.language.source import Source, Span

NOWHERE = Span(Source("", "made"), 0, 0)
RESERVED = {*WORDS, "as", "x", "elif", "elsif", "elseif", "True", "False", "None"}

words = st.from_regex(r"[A-Za-z_][a-zA-Z0-9_]{0,6}", fullmatch=True).filter(
    lambda word: word not in RESERVED
)
names = words.map(lambda word: t.Name(word, NOWHERE))
number_texts = st.sampled_from(["0", "7", "60_000", "138M", "15.5G", "1e-4", "1.50", "2E3", "0.0"])
texts = st.text(st.characters(exclude_characters="\r\0", codec="utf-8"), max_size=8)


def number(text: str) -> t.Number:
    value: int | Fraction = number_value(text)
    return t.Number(value, text, NOWHERE)


sizes = st.lists(
    st.one_of(st.integers(0, 300), st.sampled_from("ABCHW")), min_size=1, max_size=3
).map(lambda axes: t.Size((3, *axes), NOWHERE))
leaves: st.SearchStrategy[t.Expr] = st.one_of(
    names,
    number_texts.map(number),
    sizes,
    texts.map(lambda text: t.Text(text, NOWHERE)),
    st.sampled_from([True, False, None]).map(lambda value: t.Constant(value, NOWHERE)),
)
simple = st.one_of(names, number_texts.map(number))
part_expressions = st.one_of(
    simple, st.builds(t.Binary, st.sampled_from("+-*%"), simple, simple, st.just(NOWHERE))
)


@st.composite
def templates(draw: st.DrawFn) -> t.Template:
    quoted = draw(st.booleans())
    pieces = texts if quoted else st.from_regex(r"[A-Za-z0-9_]{0,3}", fullmatch=True)
    parts: list[str | t.Expr] = [draw(words)]
    for _ in range(draw(st.integers(1, 2))):
        parts += [draw(part_expressions), draw(pieces)]
    return t.Template(tuple(part for part in parts if part != ""), quoted, NOWHERE)


def labels() -> st.SearchStrategy[t.Template]:
    plain = st.one_of(words, st.sampled_from(sorted(WORDS)))
    return st.one_of(
        plain.map(lambda word: t.Template((word,), False, NOWHERE)),
        texts.map(lambda text: t.Template((text,) if text else (), True, NOWHERE)),
        templates(),
    )


members = st.one_of(
    words,
    st.sampled_from(["0", "12", "for", "in"]),
    templates(),
    texts.map(lambda text: t.Template((text,) if text else (), True, NOWHERE)),
)


def arguments(values: st.SearchStrategy[t.Expr]) -> st.SearchStrategy[tuple[t.Argument, ...]]:
    by_position = st.builds(t.Argument, st.none(), values, st.none(), st.just(NOWHERE))
    by_name = st.builds(t.Argument, words, values, st.just(NOWHERE), st.just(NOWHERE))
    return st.tuples(st.lists(by_position, max_size=3), st.lists(by_name, max_size=2)).map(
        lambda both: (*both[0], *both[1])
    )


def larger(inner: st.SearchStrategy[t.Expr]) -> st.SearchStrategy[t.Expr]:
    here = st.just(NOWHERE)
    binary = st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "and", "or"])
    compare = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    return st.one_of(
        st.lists(inner, max_size=3).map(lambda items: t.List(tuple(items), NOWHERE)),
        st.builds(t.Attribute, inner, members, here),
        st.builds(t.Index, inner, inner, here),
        st.builds(t.Slice, inner, st.none() | inner, st.none() | inner, here),
        st.builds(t.Call, inner, arguments(inner), here),
        st.builds(t.Unary, st.sampled_from(["-", "not"]), inner, here),
        st.builds(t.Binary, binary, inner, inner, here),
        st.builds(lambda a, op, b: t.Comparison((a, b), (op,), NOWHERE), inner, compare, inner),
        st.builds(t.Choice, inner, inner, inner, here),
    )


expressions = st.recursive(st.one_of(leaves, templates()), larger, max_leaves=8)
callees = st.one_of(names, st.builds(t.Attribute, names, members, st.just(NOWHERE)))
references = st.one_of(names, templates(), st.builds(t.Attribute, names, members, st.just(NOWHERE)))


def bodies(inner: st.SearchStrategy[t.Statement]) -> st.SearchStrategy[tuple[t.Statement, ...]]:
    return st.lists(inner, max_size=3).map(tuple)


def chains(actions: st.SearchStrategy[t.Action]) -> st.SearchStrategy[t.Chain]:
    link = st.builds(
        t.Link,
        st.none() | labels(),
        st.booleans(),
        actions,
        st.none() | expressions,
        st.just(NOWHERE),
    )
    return st.builds(t.Chain, st.lists(link, min_size=1, max_size=3).map(tuple), st.just(NOWHERE))


plain_actions: st.SearchStrategy[t.Action] = st.one_of(
    st.builds(t.Apply, callees, arguments(expressions), st.booleans(), st.just(NOWHERE)),
    st.builds(t.From, references, st.just(NOWHERE)),
)


def with_bodies(inner: st.SearchStrategy[t.Statement]) -> st.SearchStrategy[t.Statement]:
    here = st.just(NOWHERE)
    body = bodies(inner)
    arm = st.builds(t.Arm, expressions, body, here)
    last = st.builds(t.Arm, st.none(), body, here)
    arms = st.tuples(st.lists(arm, min_size=1, max_size=2), st.lists(last, max_size=1))
    actions: st.SearchStrategy[t.Action] = st.one_of(
        plain_actions,
        st.builds(t.Group, body, here),
        st.builds(t.Braced, names, body, here),
        st.builds(t.Repeat, expressions, body, here),
        st.builds(
            t.For, st.lists(names, min_size=1, max_size=2).map(tuple), expressions, body, here
        ),
        arms.map(lambda both: t.If((*both[0], *both[1]), NOWHERE)),
    )
    return chains(actions)


def statements() -> st.SearchStrategy[t.Statement]:
    here = st.just(NOWHERE)
    claim = st.builds(
        lambda a, op, b: t.Comparison((a, b), (op,), NOWHERE),
        expressions,
        st.sampled_from(["==", "~", "<="]),
        expressions,
    )
    source = st.none() | texts.map(lambda text: t.Text(text, NOWHERE))
    flat: st.SearchStrategy[t.Statement] = st.one_of(
        chains(plain_actions),
        st.builds(t.Let, names, expressions, here),
        st.builds(t.Input, st.none() | names, expressions, here),
        st.builds(t.Output, st.none() | labels(), st.booleans(), chains(plain_actions), here),
        st.builds(t.Expect, claim, source, here),
    )
    return st.recursive(flat, with_bodies, max_leaves=6)


def definitions() -> st.SearchStrategy[t.Definition]:
    here = st.just(NOWHERE)
    parameter = st.builds(t.Parameter, names, st.none() | expressions, here)
    parameters = st.lists(parameter, max_size=3).map(tuple)
    body = bodies(statements())
    doc = st.none() | st.sampled_from(['A "b"', "One.\n\nTwo\n  more", "\\", 'a\\"']).map(
        lambda text: t.Text(text, NOWHERE)
    )
    call = st.builds(t.Call, names, arguments(expressions), here)
    imported = st.lists(st.tuples(names, names), min_size=1, max_size=2).map(tuple)
    path = texts.map(lambda text: t.Text(text, NOWHERE))
    return st.one_of(
        st.builds(t.Block, names, parameters, doc, body, here),
        st.builds(t.Network, names, parameters, doc, body, here),
        st.builds(t.BlockAlias, names, expressions, here),
        st.builds(t.Member, names, call | names, doc, body, here),
        st.builds(t.Import, path, imported, here),
        st.builds(t.Let, names, expressions, here),
    )


def programs() -> st.SearchStrategy[t.Program]:
    return st.lists(definitions(), max_size=3).map(
        lambda made: t.Program(NOWHERE.source, None, tuple(made), ())
    )
