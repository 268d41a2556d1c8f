"""A module's tree as text, laid out as `ruff format` does."""

from __future__ import annotations

import re

from archc.emit.pytorch.python import ir
from archc.emit.pytorch.python.layout import WIDTH, Call, Doc, Line, Statement, Suite, flat

CHOICE, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, POWER, ATOM = range(10)
LEVELS = {"or": OR, "and": AND, "+": SUM, "-": SUM, **dict.fromkeys(("*", "/", "//", "%"), PRODUCT)}


def lay_out(body: ir.Body) -> list[Statement]:
    """The lines of a body."""
    return [line for one in body for line in _statement(one)]


def _statement(one: ir.Statement) -> list[Statement]:
    """A statement; an `if` may take more than one suite."""
    if isinstance(one, ir.If):
        return _if(one, "if")
    if isinstance(one, ir.For):
        return [Suite(_for(one), lay_out(one.body))]
    if isinstance(one, ir.Assign):
        return _terms_in_lines(one) if _long_sum(one) else [_assign(one)]
    if isinstance(one, ir.Return):
        return [Line(doc(one.value), "return ")]
    if isinstance(one, ir.Assert):
        return [Line(doc(one.condition), "assert ")]
    return [Line(doc(one.value))]


MARGIN = 8  # of a statement in a method


def _long_sum(one: ir.Assign) -> bool:
    value = one.value
    sums = isinstance(value, ir.Binary) and value.operator in "+-" and value.left != one.target
    return sums and len(text(one.target)) + len(text(value)) + 3 + MARGIN > WIDTH


def _terms_in_lines(one: ir.Assign) -> list[Statement]:
    """A sum that is too long for a line: a term on each."""
    terms: list[str] = []
    value = one.value
    while isinstance(value, ir.Binary) and value.operator in ("+", "-"):
        terms.append(f"    {value.operator} {text(value.right, PRODUCT)}")
        value = value.left
    terms.append(f"    {text(value, SUM)}")
    rows = [f"{text(one.target)} = (", *reversed(terms), ")"]
    return [Line(row) for row in rows]


def _if(one: ir.If, word: str) -> list[Statement]:
    header = Line(text(one.condition), f"{word} ", ":")
    found: list[Statement] = [Suite(header, lay_out(one.then))]
    if len(one.otherwise) == 1 and isinstance(one.otherwise[0], ir.If):
        return [*found, *_if(one.otherwise[0], "elif")]
    if one.otherwise:
        found.append(Suite(Line("else:"), lay_out(one.otherwise)))
    return found


def _for(one: ir.For) -> Line:
    targets = ", ".join(one.targets)
    iterable = doc(one.iterable)
    if one.counter is None or one.targets == ("_",):
        return Line(iterable, f"for {one.counter or targets} in ", ":")
    if len(one.targets) > 1:
        targets = f"({targets})"
    return Line(Call("enumerate(", (iterable,)), f"for {one.counter}, {targets} in ", ":")


def _assign(one: ir.Assign) -> Line:
    target = text(one.target)
    value = one.value
    note = f": {one.note}" if one.note else ""
    if isinstance(value, ir.Binary) and value.left == one.target and value.operator in "+-*//%":
        return Line(doc(value.right), f"{target} {value.operator}= ")
    if isinstance(value, ir.Call) and value.function == ir.Name("dict") and not value.arguments:
        return Line("{}", f"{target}{note} = ")
    return Line(doc(value), f"{target}{note} = ")


def doc(expr: ir.Expr) -> Doc:
    """An expression that may be broken over lines where it is a call."""
    made = ir.thawed(expr)
    if made is not expr and isinstance(inner := doc(made), Call):
        return inner._replace(tail=f"{inner.tail}.{ir.FREEZE}(False)")
    if isinstance(expr, (ir.Call, ir.Make)):
        head, items = _call_parts(expr)
        opens = isinstance(expr, ir.Make) and expr.target in ("nn.Sequential", "nn.ModuleList")
        opens = opens and len(items) > 1 and any(isinstance(one, Call) for one in items)
        if _is_super(expr):
            opens = len(items) > 1 and any(
                isinstance(one, (ir.Make, ir.Call)) for one in expr.arguments
            )
        comment = expr.comment if isinstance(expr, ir.Make) else ""
        return Call(f"{head}(", tuple(items), ")", opens, comment)
    if isinstance(expr, ir.Row) and (len(expr.items) > 1 or (expr.items and not expr.tuple)):
        start, end = ("(", ")") if expr.tuple else ("[", "]")
        return Call(start, tuple(doc(one) for one in expr.items), end)
    if isinstance(expr, ir.Op) and expr.template.startswith("torch.cat([") and len(text(expr)) > 80:
        return Call("torch.cat(", (Call("[", tuple(doc(one) for one in expr.inputs), "]"), "dim=1"))
    return text(expr)


def _is_super(expr: ir.Expr) -> bool:
    return isinstance(expr, ir.Call) and expr.function == ir.SUPER


def _call_parts(expr: ir.Call | ir.Make) -> tuple[str, list[Doc]]:
    if isinstance(expr, ir.Make):
        return expr.target, [_named(name, value) for name, value in expr.arguments]
    given = (*((None, one) for one in expr.arguments), *expr.named)
    return text(expr.function, ATOM), [_named(name, value) for name, value in given]


def _named(name: str | None, value: ir.Expr) -> Doc:
    if name is None:
        return doc(value)
    inner = doc(value)
    if isinstance(inner, Call):
        return Call(f"{name}={inner.head}", inner.items, inner.tail, inner.open_out)
    return f"{name}={inner}"


def text(expr: ir.Expr, around: int = CHOICE) -> str:
    """An expression on one line; `around` tells how tightly what stands around it binds."""
    said, level = _said(expr)
    return said if level >= around else f"({said})"


def _said(expr: ir.Expr) -> tuple[str, int]:
    """An expression, and how tightly it binds."""
    match expr:
        case ir.Const(value):
            negative = type(value) in (int, float) and value < 0
            return quoted(value) if isinstance(value, str) else str(
                value
            ), SIGN if negative else ATOM
        case ir.Name(name):
            return name, ATOM
        case ir.Attr(value, name):
            return f"{text(value, ATOM)}.{name}", ATOM
        case ir.Index(value, index):
            return f"{text(value, ATOM)}[{text(index)}]", ATOM
        case ir.Cut(value, start, stop):
            return f"{text(value, ATOM)}[{_bounds(start, stop)}]", ATOM
        case ir.Call() | ir.Make():
            return flat(doc(expr)), ATOM
        case ir.Unary("not", operand):
            return f"not {text(operand, NOT)}", NOT
        case ir.Unary(_, operand):
            return f"-{text(operand, SIGN)}", SIGN
        case ir.Binary():
            return _binary(expr)
        case ir.Compare((first, *rest), operators):
            pairs = zip(operators, rest, strict=True)
            return text(first, SUM) + "".join(
                f" {one} {text(two, SUM)}" for one, two in pairs
            ), COMPARE
        case ir.Choice(then, test, otherwise):
            return f"{text(then, OR)} if {text(test, OR)} else {text(otherwise)}", CHOICE
        case ir.Row((item,), True):
            return f"({text(item)},)", ATOM
        case ir.Row(items, is_tuple):
            inside = ", ".join(text(one) for one in items)
            return f"({inside})" if is_tuple else f"[{inside}]", ATOM
        case ir.Text(parts):
            return f'f"{"".join(map(_part, parts))}"', ATOM
        case ir.Star(value):
            return f"*{text(value, ATOM)}", ATOM
    assert isinstance(expr, ir.Op)
    return _op(expr)


def quoted(value: str) -> str:
    """A string as ruff would quote it; what cannot be seen is escaped."""
    quote = "'" if '"' in value and "'" not in value else '"'
    out = []
    for letter in value:
        if letter in ("\\", quote):
            out.append("\\" + letter)
        elif letter.isprintable():
            out.append(letter)
        else:
            out.append(letter.encode("unicode_escape").decode("ascii"))
    return quote + "".join(out) + quote


def _bounds(start: ir.Expr | None, stop: ir.Expr | None) -> str:
    """`begin:end`, with spaces around the colon where ruff wants them."""
    one = "" if start is None else text(start)
    two = "" if stop is None else text(stop)
    simple = all(bound.isidentifier() or bound.isdigit() or not bound for bound in (one, two))
    if simple:
        return f"{one}:{two}"
    return f"{one + ' ' if one else ''}:{' ' + two if two else ''}"


def _binary(expr: ir.Binary) -> tuple[str, int]:
    if expr.operator == "**":
        one, two = text(expr.left, ATOM), text(expr.right, SIGN)
        plain = re.compile(r"[\w.]+").fullmatch
        return (f"{one}**{two}" if plain(one) and plain(two) else f"{one} ** {two}"), POWER
    level = LEVELS[expr.operator]
    right = level if expr.operator in ("and", "or") else level + 1
    return f"{text(expr.left, level)} {expr.operator} {text(expr.right, right)}", level


def _part(part: str | ir.Expr) -> str:
    """A part of an f-string."""
    if isinstance(part, str):
        return quoted(part)[1:-1].replace("{", "{{").replace("}", "}}")
    return "{" + text(part).replace('"', "'") + "}"


FIELD = re.compile(r"\{(\*?)(\w+)\}")
OPERATORS = re.compile(r"\{\w+\}( [+*-] \{\w+\}(\[[^]]*\])?)+")


def _without_nothing(template: str, values: dict[str, ir.Expr]) -> str:
    """`x * 2 + 0` is `x * 2`, and `x * 1 + 3` is `x + 3`; `x * 1` alone is a copy."""
    for sign, nothing in (("+", 0), ("*", 1)):
        for word, value in values.items():
            if value == ir.Const(nothing) and " + " in template and " * " in template:
                template = template.replace(f" {sign} {{{word}}}", "")
    return template


def _op(expr: ir.Op) -> tuple[str, int]:
    values = dict(expr.values)
    template = _without_nothing(expr.template, values)
    found = re.fullmatch(r"\{0\}\[:, \{begin\}:(\{end\})?\]", template)
    if found:
        begin = values["begin"]
        start = None if begin == ir.Const(0) else begin
        return f"{text(expr.inputs[0], ATOM)}[:, {_bounds(start, values.get('end'))}]", ATOM
    operators = re.findall(r" ([+*-]) ", template) if OPERATORS.fullmatch(template) else []
    levels = [LEVELS[one] for one in operators]
    level = min(levels, default=ATOM)
    around = levels[0] if levels else ATOM if template.startswith("{0}.") else CHOICE
    behind = max(levels) + 1 if levels else around

    def fill(match: re.Match[str]) -> str:
        word = match.group(2)
        if word.isdigit():
            return text(expr.inputs[int(word)], behind if int(word) else around)
        value = values[word]
        if match.group(1):
            items = value.items if isinstance(value, ir.Row) else (ir.Star(value),)
            return ", ".join(text(one) for one in items)
        return text(value, behind if levels else CHOICE)

    return FIELD.sub(fill, template), level
