"""The slips that a syntax error comes from, each worded, and mended where an edit is enough.

A rule looks at the token that the grammar has no use for. Where it takes more than an edit, the
line as it should be is found by `archc/habits/`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from archc.language import kinds as k
from archc.language.beginnings import beginning, outside, unnamed
from archc.language.indentation import in_braces
from archc.language.mistake import Error
from archc.language.nesting import MERGES
from archc.language.said import Said, instead
from archc.language.tokens import Edits
from archc.language.tolerance import TOLERANCE, tolerated
from archc.language.typed_names import OPERAND_START, typed_head, unassigned

OPERATOR_KINDS = frozenset(k.OPERATORS.values()) - {k.COMMA, k.EQUAL} | {k.MINUS, k.NEGATE, k.ABOUT}
OWN_STATEMENTS = frozenset((k.LET, k.EXPECT, k.INPUT, k.OUTPUT))
BRACKETS_OPEN = frozenset((k.PAREN, k.ATTACHED_PAREN, k.BRACKET, k.ATTACHED_BRACKET))
BRACKETS_CLOSE = frozenset((k.PAREN_CLOSE, k.BRACKET_CLOSE))


def colon(error: Error) -> Said | None:
    """`if x:`, `conv1 : conv`, `(x: int)`."""
    if error.kind not in (k.COLON, k.LABEL_COLON):
        return None
    starts, ends = error.tokens.starts, error.tokens.ends
    if error.head in k.HEADERS and error.kind == k.LABEL_COLON:
        word = error.text(error.first)
        message = f"the statements of `{word}` stand in braces, `{{ … }}`, without a colon"
        return Said(message, *in_braces(error.tokens, error.first, error.token))
    if error.kind == k.COLON and k.LABEL_COLON in error.acceptable:
        label = error.text(error.token - 1)
        edits: Edits = ((ends[error.token - 1], starts[error.token], ""),)
        message = "the colon of a label comes at once, without a space"
        return Said(message, f"write `{label}:`", edits)
    if error.head in (k.BLOCK, k.NETWORK):
        kinds = error.tokens.kinds
        edits = ()
        if kinds[error.token + 1] == k.NAME:
            edits = ((starts[error.token], ends[error.token + 1], ""),)
        message = "a parameter has a name and perhaps a default, no type"
        if kinds[error.token + 1] in (k.NUMBER, k.SIZE, k.TEXT, k.TRUE, k.FALSE, k.NONE, k.BRACKET):
            line = f"{error.text(error.token - 1)} = {error.text(error.token + 1)}"
            edits = ((ends[error.token - 1], ends[error.token], " ="),)
            return Said("a default stands behind `=`", f"write `{line}`", edits)
        return Said(message, "leave the type out", edits)
    return None


def targets(error: Error) -> Said | None:
    """`for i, [a, b] in rows`: names in brackets."""
    if error.head != k.FOR or error.kind not in BRACKETS_OPEN:
        return None
    if "in" in (error.text(token) for token in range(error.first, error.token)):
        return None
    return Said("the names of a `for` stand side by side, without brackets")


def dashed(error: Error) -> Said | None:
    """`conv-1: conv 8 3x3`."""
    start = error.tokens.starts[error.first]
    found = DASHED.match(error.tokens.text, start)
    if error.kind != k.MINUS or error.token != error.first + 1 or found is None:
        return None
    name = found[0].replace("-", "_")
    edits = ((start, found.end(), name),)
    return Said("a label is a name, without `-`", f'write `{name}:`, or `"{found[0]}":`', edits)


def comma(error: Error) -> Said | None:
    """`conv 64, 3x3`."""
    if error.kind != k.COMMA or k.END not in error.acceptable:
        return None
    if UNPACKED.match(error.tokens.text, error.tokens.starts[error.first]):
        return Said("a value is not unpacked: each has a label of its own")
    if error.head == k.INPUT:
        return Said("the axes of a shape are not separated by commas", "it is a size or a list")
    if error.head == k.LET:
        return Said("one `let` names one value")
    if error.head == k.OUTPUT:
        return Said("one `output` gives one result")
    before = error.first - 1
    braced = before > 0 and error.tokens.kinds[before] == k.BRACE
    if braced and error.text(before - 1) in MERGES:
        return Said("the branches of a merge are separated by `;`, or by lines")
    tokens = error.tokens
    edits = []
    depth = 0
    for token in range(error.token, len(tokens.kinds)):
        kind = tokens.kinds[token]
        if kind in (k.END, k.BRACE):
            break
        depth += (kind in BRACKETS_OPEN) - (kind in BRACKETS_CLOSE)
        if kind == k.COMMA and depth == 0:
            gap = "" if tokens.text[tokens.ends[token]].isspace() else " "
            edits.append((tokens.starts[token], tokens.ends[token], gap))
    told = "take the comma away" if len(edits) == 1 else "take the commas away"
    return Said("arguments are separated by spaces", told, tuple(edits))


WORKED_OUT = re.compile(
    r"[ \t]*([a-z_]\w*(?:(?<=\bin)\.\w+)?(?:[ \t]*(?:[-+*%]|//?)[ \t]*[\w.]+)+|in\.\w+)"
    r"[ \t]*(?=[;}#\n]|\Z)",
    re.ASCII,
)
"""What begins with a name and can be no layer: `in.channels * expand`."""
NEVER_CHANGED = Said(
    "a value is never changed", "each round of a loop has its own: `for width in [16, 32] { … }`"
)


def equal(error: Error) -> Said | None:
    """`expect params = 3`, `x = 3`, `if a = b`."""
    if error.kind != k.EQUAL:
        return None
    if error.head in (k.EXPECT, k.IF):
        return instead(error, "==", "two values are compared by `==`")
    if error.token == error.first + 1 and k.LABEL_COLON in error.acceptable:
        name = error.text(error.first)
        kinds = error.tokens.kinds
        begin = error.tokens.starts[error.first]
        own = kinds[error.token + 1] == k.NAME and error.text(error.token + 1) == name
        turned = kinds[error.token + 1] == k.NUMBER and error.kind_behind(3) == k.NAME
        if turned and error.text(error.token + 3) == name:
            return NEVER_CHANGED
        if own and error.kind_behind(3) == k.NUMBER:
            return NEVER_CHANGED
        value = WORKED_OUT.match(error.tokens.text, error.tokens.ends[error.token])
        if value is not None and not own:
            help = f"write `let {name} = {value[1]}`"
            return Said("a value is named by `let`", help, ((begin, begin, "let "),))
        if kinds[error.token + 1] in (k.NAME, k.BRACE) and kinds[error.token + 2] != k.END:
            gap = error.tokens.ends[error.first], error.tokens.ends[error.token], ":"
            message = "a layer is named by a label, which ends in a colon"
            return _labelled(error, name, message) or Said(message, f"write `{name}: …`", (gap,))
        behind = re.match(r"[^\n;{}#]*", error.tokens.text[error.tokens.ends[error.token] :])
        text = behind[0].strip() if behind is not None and behind[0].strip() else "…"
        help = f"write `let {name} = {text}`"
        return Said("a value is named by `let`", help, ((begin, begin, "let "),))
    if error.previous == k.MEMBER or k.END in error.acceptable:
        return Said("in front of `=` stands the name of an argument")
    return None


def _labelled(error: Error, name: str, message: str) -> Said | None:
    """`x = conv 16 3x3 -> relu` that `from x` reads later: the name is the whole chain's."""
    text, start = error.tokens.text, error.tokens.ends[error.token]
    line = re.match(r"[^\n;{}#]*", text[start:])
    read = re.search(rf"\bfrom {re.escape(name)}\b", text, re.ASCII)
    if line is None or "->" not in line[0] or read is None:
        return None
    end = start + len(line[0].rstrip())
    edits = (error.tokens.ends[error.first], start, ": {"), (end, end, " }")
    return Said(message, f"write `{name}: {{ {line[0].strip()} }}`", edits)


def arrow(error: Error) -> Said | None:
    """`{ -> conv 3 }`, `let k = 3 -> relu`, `relu -> output x`."""
    if error.kind == k.ARROW:
        if error.starts:
            help = "take it away: the first layer reads the current tensor anyway"
            return instead(error, "", "`->` has nothing in front of it", help)
        if error.head in OWN_STATEMENTS:
            word = error.text(error.first)
            return Said(f"`{word}` is a statement of its own, not a link of a chain")
        if k.BRACKET_CLOSE in error.acceptable or k.PAREN_CLOSE in error.acceptable:
            return Said("`->` stands between layers, not in brackets", "`{ … }` groups layers")
    if error.previous == k.ARROW and error.kind in OWN_STATEMENTS:
        word = error.text(error.token)
        before = error.token - 1
        edit = error.tokens.starts[before], error.tokens.ends[before], ";"
        return Said(
            f"`{word}` is a statement of its own, not a link of a chain",
            "end the statement before it: write `;` for `->`",
            (edit,),
        )
    if error.previous == k.ARROW and error.kind == k.END:
        before = error.token - 1
        edit = error.tokens.starts[before], error.tokens.ends[before], ""
        message = f"expected a layer after `->`, found {error.found}"
        return Said(message, "take the `->` away", (edit,), before)
    return None


def separate(error: Error) -> Said | None:
    """`{ … } relu`, `Block(64) stride=2`."""
    if k.END not in error.acceptable:
        return None
    start = error.tokens.starts[error.token]
    if error.previous == k.BRACE_CLOSE and error.kind in (*OPERAND_START, *OWN_STATEMENTS, k.FROM):
        message = "a statement begins on a new line, or after `;`"
        before = error.tokens.ends[error.token - 1]
        return Said(message, "put `;` between them", ((before, before, ";"),))
    if error.previous == k.PAREN_CLOSE and error.kind in (*OPERAND_START, k.MINUS):
        return Said(
            "all arguments stand inside the brackets, or none",
            "put them inside",
            gathered(error, start),
        )
    return None


def gathered(error: Error, start: int) -> Edits:
    """The arguments behind a `)` put into the brackets."""
    tokens = error.tokens
    end = error.token
    while tokens.kinds[end] not in (k.END, k.ARROW, k.SHAPE_ARROW, k.BRACE):
        end += 1
    close = tokens.starts[error.token - 1]
    rest = tokens.text[start : tokens.ends[end - 1]]
    if "," in rest or " " in rest.replace("= ", "=").replace(" =", "="):
        return ()
    comma = "" if tokens.kinds[error.token - 2] == k.ATTACHED_PAREN else ", "
    return ((close, close, f"{comma}{rest}"), (close + 1, tokens.ends[end - 1], ""))


def braces(error: Error) -> Said | None:
    """`conv 64 { }`, `block A = B { }`, `if a` without braces."""
    kinds = error.tokens.kinds
    if error.kind == k.BRACE and error.head == k.NAME and k.END in error.acceptable:
        word = error.text(error.first if kinds[error.first + 1] != k.LABEL_COLON else 0)
        if kinds[error.first + 1] == k.LABEL_COLON:
            word = error.text(error.first + 2)
        note = "a group is a statement, on a line of its own"
        return Said(f"`{word}` with arguments takes no braces", note)
    if error.kind == k.BRACE and error.head == k.BLOCK:
        return Said("`block NAME = …` takes no braces", "without the `=` a block is defined")
    if error.kind == k.END and k.BRACE in error.acceptable and error.head in k.HEADERS:
        word = error.text(error.first)
        if error.head in (k.NETWORK, k.BLOCK) and error.token - error.first < 2:
            return None
        return Said(f"`{word}` needs its statements in braces", f"as in `{word} … {{ relu }}`")
    if error.kind == k.ELSE:
        return Said("this `else` has no `if`", "it follows the `}` of an `if`")
    return None


def template(error: Error) -> Said | None:
    """`concat{ … }` without a space, braces in a text that is no template."""
    tokens = error.tokens
    kinds = tokens.kinds
    opening = error.token
    while opening > error.first and kinds[opening] != k.TEMPLATE:
        opening -= 1
    if kinds[opening] != k.TEMPLATE:
        return None
    quoted = error.text(opening).startswith('"')
    brace = tokens.ends[opening] - 1
    if opening == error.token and quoted and k.TEXT in error.acceptable:
        message = "this text can have no computed part"
        return Said(message, "write `\\{` for a brace", ((brace, brace, "\\"),))
    if opening == error.first and not quoted and opening != error.token:
        word = error.text(opening)[:-1]
        return Said(
            f"`{word}{{` begins a label with a computed part, such as `{word}{{i}}:`",
            f"for statements in braces put a space between: `{word} {{`",
            ((brace, brace, " "),),
        )
    return None


def tolerance(error: Error) -> Said | None:
    """`expect params ~ 1.2M +- 5%`."""
    tokens = error.tokens
    found = TOLERANCE.match(tokens.text, tokens.starts[error.first])
    if error.head != k.EXPECT or found is None:
        return None
    at = next(
        one for one in range(error.first, error.token + 1) if tokens.ends[one] > found.start(5)
    )
    line = tolerated(found)
    edits = ((found.start(), found.end(), line),)
    return Said("a tolerance is written as two bounds", f"write `{line}`", edits, at)


def operand(error: Error) -> Said | None:
    """An operator without its value."""
    if k.NUMBER not in error.acceptable or k.OPERATORS["+"] in error.acceptable:
        return None
    if error.kind == k.OPERATORS["+"] and error.kind_behind(1) == k.EQUAL:
        return NEVER_CHANGED
    if error.kind == k.OPERATORS["+"]:
        return instead(error, "", "there is no sign `+`", "take it away")
    if error.kind in (k.COMMA, k.PAREN_CLOSE, k.BRACKET_CLOSE) and error.previous == k.COMMA:
        return Said("a value is missing between the commas")
    if error.previous in OPERATOR_KINDS or error.previous in (k.AND, k.OR, k.NOT, k.EQUAL):
        before = error.text(error.token - 1)
        return Said(f"expected a value after `{before}`, found {error.found}")
    return None


def between(error: Error) -> Said | None:
    """`from a + b`, `conv 3 3x3 + relu`."""
    if error.kind not in (k.OPERATORS["+"], k.OPERATORS["*"]) or k.END not in error.acceptable:
        return None
    mark = error.text(error.token)
    if error.kind_behind(1) == k.EQUAL and error.token == error.first + 1:
        return NEVER_CHANGED
    word = "add" if mark == "+" else "mul"
    return Said(f"`{mark}` stands between numbers", f"`{word} {{ … }}` merges what layers give")


def brackets(error: Error) -> Said | None:
    """`conv 32 (3, 3)`."""
    if error.kind == k.COMMA and k.PAREN_CLOSE in error.acceptable and error.head == k.NAME:
        message = "in `( )` stands one value: a size is written `3x3`, a list `[3, 3]`"
        return Said(message)
    return None


def list_items(error: Error) -> Said | None:
    """`[1 2]`, `(a b)`."""
    if k.COMMA in error.acceptable and k.END not in error.acceptable:
        in_list = k.BRACKET_CLOSE in error.acceptable or k.PAREN_CLOSE in error.acceptable
        if in_list and error.kind in OPERAND_START:
            before = error.tokens.ends[error.token - 1]
            help = "items in brackets are separated by commas"
            return Said(f"expected `,` before {error.found}", help, ((before, before, ","),))
    return None


UNPACKED = re.compile(r"\w+(?:[ \t]*,[ \t]*\w+)+[ \t]*=[^=]", re.ASCII)
DASHED = re.compile(r"[A-Za-z_]\w*(?:-\w+)+(?=:)", re.ASCII)
RULES: tuple[Callable[[Error], Said | None], ...] = (
    targets,
    dashed,
    colon,
    comma,
    equal,
    arrow,
    separate,
    unnamed,
    braces,
    template,
    beginning,
    outside,
    tolerance,
    operand,
    between,
    brackets,
    typed_head,
    unassigned,
    list_items,
)
