"""What to say at a syntax error.

The tables know which tokens could have stood there; an author is better served by what is usually
meant (`slips.py`). Where none of that applies, the message says what was expected and what found.
"""

from __future__ import annotations

from archc.language import kinds as k
from archc.language.functions_of_python import as_block
from archc.language.mistake import Error
from archc.language.passages import Passage
from archc.language.said import Said, instead
from archc.language.slips import OWN_STATEMENTS, RULES
from archc.language.tokens import Tokens
from archc.language.unfinished import unfinished

FOREIGN_STATEMENTS = {
    "def": "a block is defined by `block Name(parameters) { … }`",
    "class": "a block is defined by `block Name(parameters) { … }`",
    "fn": "a block is defined by `block Name(parameters) { … }`",
    "function": "a block is defined by `block Name(parameters) { … }`",
    "module": "a block is defined by `block Name(parameters) { … }`",
    "model": "a network is defined by `network Name { … }`",
    "return": "the last tensor is the result; a further one is given by `output`",
    "while": "loops are `repeat n { … }` and `for x in list { … }`, of as many rounds as they say",
    **dict.fromkeys(("switch", "match", "case"), "arms are chosen by `if … { … } else { … }`"),
    "assert": "a claim is written `expect …`",
    "import": 'an import names its file: `from "file.arch" import Name`',
    "var": "a value is named by `let name = value`",
    "const": "a value is named by `let name = value`",
}
NAMED_BEHIND = frozenset((k.LET, k.BLOCK, k.NETWORK, k.FOR, k.IMPORT, k.AS))


def frozen(error: Error) -> Said | None:
    """`frozen conv1: conv 8 3x3`, `frozen let`, `frozen` and nothing."""
    tokens, token = error.tokens, error.token
    word = token - 2 if error.kind == k.LABEL_COLON else token - 1
    if word < 0 or tokens.kinds[word] != k.FROZEN:
        return None
    if error.kind == k.LABEL_COLON:
        label = error.text(token - 1)
        edits = (
            (tokens.starts[word], tokens.starts[token - 1], ""),
            (tokens.ends[token], tokens.ends[token], " frozen"),
        )
        return Said("a label stands before `frozen`", f"write `{label}: frozen …`", edits)
    if error.kind == k.FROZEN:
        return instead(error, "", "`frozen` stands here twice", "one is enough")
    if error.kind in OWN_STATEMENTS:
        found = error.text(token)
        help = "write `output frozen …`" if error.kind == k.OUTPUT else None
        return Said(f"`frozen` stands before a layer or braces, not before `{found}`", help)
    return Said(f"expected a layer behind `frozen`, found {error.found}")


def reserved(error: Error) -> Said | None:
    """A word of the language where a name should stand."""
    if error.kind < k.NETWORK or error.kind == k.AS or k.NAME not in error.acceptable:
        return None
    if k.LET in error.acceptable or error.kind == k.ELSE:
        return None
    if error.previous == k.ARROW or error.previous == k.LABEL_COLON:
        return None
    word = error.text(error.token)
    if k.END in error.acceptable and error.kind in (*OWN_STATEMENTS, *k.HEADERS, k.FROM):
        before = error.tokens.ends[error.token - 1]
        message = f"`{word}` begins a statement of its own"
        return Said(message, "put `;` in front of it", ((before, before, ";"),))
    if error.head == k.EXPECT and word in ("output", "input"):
        message = f"a claim compares figures, and `{word}` is a tensor: its shape is `{word}.shape`"
        return instead(error, f"{word}.shape", message)
    message = f"`{word}` is a word of the language and cannot be a name"
    if k.NUMBER in error.acceptable and error.previous not in NAMED_BEHIND:
        note = "a label of this name is referred to in quotes"
        if word == "in":
            help = "`in` is a tensor; for its number of channels write `in.channels`"
            return instead(error, "in.channels", message, help)
        return Said(message, note)
    return instead(error, f"{word}_", message, f"choose another name, for instance `{word}_`")


CAPITALISED = ("for", "if", "repeat")


def capital(error: Error) -> Said | None:
    """`Repeat 3 { … }`, `For i in …`."""
    labelled = error.tokens.kinds[error.first + 1] == k.LABEL_COLON
    first = error.first + 2 if labelled else error.first
    word = error.text(first)
    if word.lower() not in CAPITALISED or error.token == first:
        return None
    edit = error.tokens.starts[first], error.tokens.ends[first], word.lower()
    return Said(f"`{word}` is written small", f"write `{word.lower()}`", (edit,), first)


def counted_up(error: Error) -> Said | None:
    """`i++`."""
    plus = k.OPERATORS["+"]
    if error.kind != plus or error.kind_behind(1) != plus or error.token != error.first + 1:
        return None
    counts = f"`for {error.text(error.first)} in range(3) {{ … }}` counts by itself"
    return Said("a value is never changed", counts)


def explain(
    tokens: Tokens, first: int, token: int, acceptable: set[int], passage: Passage | None = None
) -> None:
    """Reports the error at a token of the statement that begins at `first`, or of a passage."""
    if passage is not None and passage.said is not None:
        message, help, edits = passage.said
        tokens.report("syntax", message, passage.start, passage.end, help, edits=edits)
        return
    error = Error(tokens, first, token, acceptable)
    code = "syntax"
    word = error.text(first)
    said: Said | None = None
    spec = k.NETWORK in tokens.kinds or k.BLOCK in tokens.kinds
    if spec and tokens.kinds[first] == k.NAME and word in FOREIGN_STATEMENTS:
        note = FOREIGN_STATEMENTS[word]
        said = as_block(tokens, first, note) or Said(f"there is no `{word}` here", note)
        token = first
    if said is None and error.head == k.NAME:
        said = capital(error) or counted_up(error)
    if said is None:
        said = unfinished(error) or frozen(error) or reserved(error)
        if said is not None and "cannot be a name" in said.message:
            code = "reserved-name"
    for rule in RULES:
        if said is None:
            said = rule(error)
    if said is None:
        said = Said(f"expected {error.expected}, found {error.found}")
    elif error.kind == k.BRACE_CLOSE and "closes nothing" in said.message:
        code = "unmatched-bracket"
    token = token if said.at is None else said.at
    start, end = tokens.starts[token], tokens.ends[token]
    if tokens.kinds[token] == k.END and tokens.starts[token] >= len(tokens.source.text) and token:
        start = end = tokens.ends[token - 1]
    end = min(max(end, start), len(tokens.source.text))
    tokens.report(code, said.message, start, end, said.help, edits=said.edits)
