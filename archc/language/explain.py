"""What to say at a syntax error.

The tables know which tokens could have stood there; an author is better served by what is usually
meant. Each rule looks for one habit or slip and words it; where none applies, the message says what
was expected and what was found.
"""

from __future__ import annotations

from collections.abc import Callable

from archc.language import kinds as k
from archc.language.mistake import Error
from archc.language.tokens import Tokens

FOREIGN_STATEMENTS = {
    "def": "a block is defined by `block Name(parameters) { … }`",
    "class": "a block is defined by `block Name(parameters) { … }`",
    "fn": "a block is defined by `block Name(parameters) { … }`",
    "function": "a block is defined by `block Name(parameters) { … }`",
    "module": "a block is defined by `block Name(parameters) { … }`",
    "model": "a network is defined by `network Name { … }`",
    "return": "the last tensor is the result; a further one is given by `output`",
    "while": "loops are `repeat n { … }` and `for x in list { … }`",
    "assert": "a claim is written `expect …`",
    "var": "a value is named by `let name = value`",
    "const": "a value is named by `let name = value`",
}
OPERATOR_KINDS = frozenset(k.OPERATORS.values()) - {k.COMMA, k.EQUAL} | {k.MINUS, k.NEGATE, k.ABOUT}
NAMED_BEHIND = frozenset((k.LET, k.BLOCK, k.NETWORK, k.FOR, k.IMPORT, k.AS))
OWN_STATEMENTS = frozenset((k.LET, k.EXPECT, k.INPUT, k.OUTPUT))
OPERAND_START = frozenset((k.NAME, k.NUMBER, k.SIZE, k.TEXT, k.TEMPLATE, k.PAREN, k.BRACKET))


Message = tuple[str, str | None]


def colon(error: Error) -> Message | None:
    """`if x:`, `conv1 : conv`, `(x: int)`."""
    if error.kind not in (k.COLON, k.LABEL_COLON):
        return None
    if error.head in k.HEADERS and error.kind == k.LABEL_COLON:
        word = error.text(error.first)
        return f"the statements of `{word}` stand in braces", "write `{ … }` instead of `:`"
    if error.kind == k.COLON and k.LABEL_COLON in error.acceptable:
        label = error.text(error.token - 1)
        return "the colon of a label comes at once, without a space", f"write `{label}:`"
    if error.previous == k.MEMBER and error.kind == k.LABEL_COLON:
        return "a label is one name, without points", 'quote it if it must be: `"a-b": …`'
    if error.head in (k.BLOCK, k.NETWORK):
        return "a parameter has a name and perhaps a default, no type", "write `name = default`"
    return None


def comma(error: Error) -> Message | None:
    """`conv 64, 3x3`."""
    if error.kind != k.COMMA or k.END not in error.acceptable:
        return None
    if error.head == k.INPUT:
        return "the axes of a shape are not separated by commas", "write `3x224x224` or `[3, s, s]`"
    if error.head == k.LET:
        return "one `let` names one value", None
    return "arguments are separated by spaces", "take the comma away"


def equal(error: Error) -> Message | None:
    """`expect params = 3`, `x = 3`, `if a = b`."""
    if error.kind != k.EQUAL:
        return None
    if error.head in (k.EXPECT, k.IF):
        return "two values are compared by `==`", "write `==`"
    if error.token == error.first + 1 and k.LABEL_COLON in error.acceptable:
        name = error.text(error.first)
        return "a value is named by `let`", f"write `let {name} = …`"
    if error.previous == k.MEMBER or k.END in error.acceptable:
        return "in front of `=` stands the name of an argument", None
    return None


def arrow(error: Error) -> Message | None:
    """`{ -> conv 3 }`, `let k = 3 -> relu`, `relu -> output x`."""
    if error.kind == k.ARROW:
        if error.starts:
            cure = "take it away: the first layer reads the current tensor anyway"
            return "`->` has nothing in front of it", cure
        if error.head in OWN_STATEMENTS:
            word = error.text(error.first)
            return f"`{word}` is a statement of its own, not a link of a chain", None
        if k.BRACKET_CLOSE in error.acceptable or k.PAREN_CLOSE in error.acceptable:
            return "`->` stands between layers, not in brackets", "group layers by `{ … }`"
    if error.previous == k.ARROW and error.kind in OWN_STATEMENTS:
        word = error.text(error.token)
        return (
            f"`{word}` is a statement of its own, not a link of a chain",
            "write it on a line of its own",
        )
    if error.previous == k.ARROW and error.kind == k.END:
        return f"expected a layer after `->`, found {error.found}", None
    return None


def separate(error: Error) -> Message | None:
    """`{ … } relu`, `Block(64) stride=2`."""
    if k.END not in error.acceptable:
        return None
    if error.previous == k.BRACE_CLOSE and error.kind in (*OPERAND_START, *OWN_STATEMENTS, k.FROM):
        return "a statement begins on a new line, or after `;`", "or join the two by `->`"
    if error.previous == k.PAREN_CLOSE and error.kind in (*OPERAND_START, k.MINUS):
        return (
            "all arguments stand inside the brackets, or none",
            "write `Block(64, stride=2)` or `Block 64 stride=2`",
        )
    return None


def braces(error: Error) -> Message | None:
    """`conv 64 { }`, `block A = B { }`, `if a` without braces."""
    kinds = error.tokens.kinds
    if error.kind == k.BRACE and error.head == k.NAME and k.END in error.acceptable:
        word = error.text(error.first if kinds[error.first + 1] != k.LABEL_COLON else 0)
        if kinds[error.first + 1] == k.LABEL_COLON:
            word = error.text(error.first + 2)
        return f"`{word}` with arguments takes no braces", "begin a group on a line of its own"
    if error.kind == k.BRACE and error.head == k.BLOCK:
        return "`block NAME = …` takes no braces", "leave out the `=` to define a block"
    if error.kind == k.END and k.BRACE in error.acceptable and error.head in k.HEADERS:
        word = error.text(error.first)
        if error.head in (k.NETWORK, k.BLOCK) and error.token - error.first < 2:
            return None
        return f"`{word}` needs its statements in braces", "add `{ … }`"
    if error.kind == k.ELSE:
        return "this `else` has no `if`", "it follows the `}` of an `if`"
    return None


def template(error: Error) -> Message | None:
    """`concat{ … }` without a space, braces in a text that is no template."""
    kinds = error.tokens.kinds
    opening = error.token
    while opening > error.first and kinds[opening] != k.TEMPLATE:
        opening -= 1
    if kinds[opening] != k.TEMPLATE:
        return None
    quoted = error.text(opening).startswith('"')
    if opening == error.token and quoted and k.TEXT in error.acceptable:
        return "this text can have no computed part", "write `\\{` for a brace"
    if opening == error.first and not quoted and opening != error.token:
        word = error.text(opening)[:-1]
        return (
            f"`{word}{{` begins a label with a computed part, such as `{word}{{i}}:`",
            f"for statements in braces put a space between, `{word} {{`",
        )
    return None


def beginning(error: Error) -> Message | None:
    """What no statement begins with."""
    if not error.starts:
        return None
    mark = error.text(error.token)
    if mark in ("/", "//", "*", "%") or mark == "-":
        return f"no statement begins with `{mark}`", "a comment begins with `#`"
    if error.kind == k.PAREN and k.LET in error.acceptable:
        return "no statement begins with `(`", "layers are grouped by `{ … }`"
    if error.kind in (k.NUMBER, k.SIZE, k.BRACKET, k.TRUE, k.FALSE, k.NONE):
        return f"no statement begins with {error.found}", "a statement begins with a layer's name"
    if error.kind == k.TEXT:
        return "expected a layer, found a text", 'a label in quotes has its colon at once: `"0": …`'
    if error.kind == k.IMPORT and k.NETWORK in error.acceptable:
        return "an import names its file first", 'write `from "file.arch" import Name`'
    if error.kind == k.IMPORT:
        return "an import stands outside networks and blocks", None
    if error.kind in (k.NETWORK, k.BLOCK):
        return f"expected a statement, found {error.found}", None
    if error.kind == k.END and error.previous == k.LABEL_COLON:
        label = error.text(error.token - 2)
        if label == "else":
            return "the statements of `else` stand in braces", "write `} else { … }`"
        return "a label needs what it names behind it", None
    return None


def outside(error: Error) -> Message | None:
    """A statement between definitions, an import without quotes."""
    if error.head == k.FROM and error.token == error.first + 1:
        if k.TEXT in error.acceptable and k.DOT not in error.acceptable:
            return "an import names its file as a text", 'write `from "file.arch" import Name`'
        return None
    if k.NETWORK not in error.acceptable:
        return None
    if error.kind == k.BRACE_CLOSE:
        return "this `}` closes nothing", "take it away, or look for one too many above"
    start = error.tokens.starts[error.token]
    word = error.text(error.token).lower()
    if error.kind == k.NAME and word in ("network", "block"):
        return f"`{error.text(error.token)}` is written small", f"write `{word}`"
    indented = start > 0 and error.tokens.text[start - 1] in " \t"
    cure = "does a `}` above close its network too early?" if indented and error.token else None
    return "expected `network` or `block`: layers and statements stand inside one", cure


def operand(error: Error) -> Message | None:
    """An operator without its value."""
    if k.NUMBER not in error.acceptable or k.OPERATORS["+"] in error.acceptable:
        return None
    if error.kind == k.OPERATORS["+"]:
        return "there is no sign `+`", "take it away"
    if error.kind in (k.COMMA, k.PAREN_CLOSE, k.BRACKET_CLOSE) and error.previous == k.COMMA:
        return "a value is missing between the commas", None
    if error.previous in OPERATOR_KINDS or error.previous in (k.AND, k.OR, k.NOT, k.EQUAL):
        before = error.text(error.token - 1)
        return f"expected a value after `{before}`, found {error.found}", None
    return None


def list_items(error: Error) -> Message | None:
    """`[1 2]`, `(a b)`."""
    if k.COMMA in error.acceptable and k.END not in error.acceptable:
        in_list = k.BRACKET_CLOSE in error.acceptable or k.PAREN_CLOSE in error.acceptable
        if in_list and error.kind in OPERAND_START:
            return f"expected `,` before {error.found}", "items in brackets are separated by commas"
    return None


RULES: tuple[Callable[[Error], Message | None], ...] = (
    colon,
    comma,
    equal,
    arrow,
    separate,
    braces,
    template,
    beginning,
    outside,
    operand,
    list_items,
)


def reserved(error: Error) -> Message | None:
    """A word of the language where a name should stand."""
    if error.kind < k.NETWORK or error.kind == k.AS or k.NAME not in error.acceptable:
        return None
    if k.LET in error.acceptable or error.kind == k.ELSE:
        return None
    if error.previous == k.ARROW or error.previous == k.LABEL_COLON:
        return None
    word = error.text(error.token)
    if k.END in error.acceptable and error.kind in (*OWN_STATEMENTS, *k.HEADERS, k.FROM):
        return f"`{word}` begins a statement of its own", "write it on a new line, or after `;`"
    cure = f"choose another name, for instance `{word}_`"
    if k.NUMBER in error.acceptable and error.previous not in NAMED_BEHIND:
        cure = "a label of this name is referred to in quotes"
        if word == "in":
            cure = "`in` has sizes, `in.channels` or `in.shape`; the tensor needs no name here"
    return f"`{word}` is a word of the language and cannot be a name", cure


def explain(tokens: Tokens, first: int, token: int, acceptable: set[int]) -> None:
    """Reports the error at a token of the statement that begins at `first`."""
    error = Error(tokens, first, token, acceptable)
    code = "syntax"
    word = error.text(first)
    message: Message | None = None
    if tokens.kinds[first] == k.NAME and word in FOREIGN_STATEMENTS:
        message = f"there is no `{word}` here", FOREIGN_STATEMENTS[word]
        token = first
    if message is None:
        message = reserved(error)
        if message is not None and "cannot be a name" in message[0]:
            code = "reserved-name"
    for rule in RULES:
        if message is None:
            message = rule(error)
    if message is None:
        message = f"expected {error.expected}, found {error.found}", None
    elif error.kind == k.BRACE_CLOSE and "closes nothing" in message[0]:
        code = "unmatched-bracket"
    start, end = tokens.starts[token], tokens.ends[token]
    if error.kind == k.END and tokens.starts[token] >= len(tokens.source.text) and token:
        start = end = tokens.ends[token - 1]
    tokens.report(
        code, message[0], start, min(max(end, start), len(tokens.source.text)), message[1]
    )
