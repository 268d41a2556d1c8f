"""Ways of writing a statement that other languages, papers and archc's own table have."""

from __future__ import annotations

import re

from archc.habits.behind import behind
from archc.habits.claims import CLAIMED
from archc.habits.habit import Habit, habit
from archc.habits.inputs import COMPUTED_ENTRY, ENTRIES
from archc.habits.links import in_links
from archc.habits.methods import METHODS, NOW, SCALED
from archc.habits.numbers import NUMBERS
from archc.habits.of_values import OF_VALUES
from archc.habits.pads import padded_by_mode, with_zeros
from archc.habits.words import (
    ARGUMENTS,
    BARE,
    BARE_WORDS,
    CURRENT,
    FOREIGN_WORDS,
    LAYERS,
    MERGES,
    NAMES,
    OPTIONS,
    OWN_CALL,
    STATEMENTS,
    WORDS,
)
from archc.habits.writing import (
    appended,
    as_range,
    branches,
    called,
    called_in_words,
    changed,
    compared,
    factor,
    joined,
    joined_to,
    of_axes,
    option,
    other_range,
    padded,
    repeated,
    section,
    short_names,
    sides,
    summed,
    tail,
    viewed,
)
from archc.layers.registry import KINDS

AXIS = r"[\w.()]+(?:\s*[*/+-]+\s*[\w.()]+)*"
"""An axis that is worked out, as in `8*width x 4 x 4`."""

SPATIAL = r"\A((?:\w+:\s*)?(?:conv\w*|maxpool|avgpool)\b[^>=]*?(?:\s\w+=\w+)*)(?<!pad)(?<!padding)"
"""A window with its arguments, in front of a word that tells its padding."""

WINDOWS = "|".join(word for word, kind in KINDS.items() if "kernel" in kind.arguments)

OBJECTS: tuple[Habit, ...] = (
    habit(r"(?<=[\w)\]]),\s*\Z", ""),
    # comments of other languages
    habit(r"(\S)\s*(?://|--)\s*(?=[A-Za-z\"'])(.*)\Z", r"\1  # \2"),
    habit(r"(\S)\s*/\*\s*(.*?)\s*\*/\Z", r"\1  # \2"),
    # Python's objects
    habit(r"\A(?:self|model|net)\.(\w+)\s*=\s*", r"\1 = "),
    habit(r"\Amodel\s*=\s*(?=[\w.]*Sequential\()", ""),
    habit(r"\A(?:model|net)\.add\((.*)\)\Z", r"\1"),
    habit(rf"\A(?:{'|'.join(CURRENT)})\s*=\s*(?=[\w.]+[( ])", ""),
)
"""What may stand around a statement."""


def _in_one_word(found: re.Match[str]) -> str:
    """`network "My net"`, `network my-net`."""
    words = re.findall(r"[A-Za-z0-9]+", found[2] or found[3])
    return f"{found[1]} {''.join(word[:1].upper() + word[1:] for word in words)}"


def _pool(found: re.Match[str]) -> str:
    """`max pool 3x3`."""
    return f"{found[1]}{'max' if found[2] == 'max' else 'avg'}pool"


def _pool_of_a_mode(found: re.Match[str]) -> str:
    """`pool 2x2 mode=max`."""
    return f"{found[1]}{'max' if found[3] == 'max' else 'avg'}pool{found[2]}"


def _dropped(found: re.Match[str]) -> str:
    """`dropout keep_prob=0.8`: the share that is kept, of which the rest is dropped."""
    return f"{found[1]} {1 - float(found[2]):.6g}"


def _in_small_letters(found: re.Match[str]) -> str:
    """`if deep == True`."""
    return re.sub(r"\b(?:True|False|None)\b", lambda word: word[0].lower(), found[0])


def _doubled(found: re.Match[str]) -> str:
    """`upconv 64 2x2`, which doubles a map as in the paper of the U-Net."""
    return f"{found[1]}conv_transpose {found[2]} 2x2 stride=2"


def _without_commas(found: re.Match[str]) -> str:
    """`conv 64, 7x7, stride=2`."""
    return re.sub(r"(?<=[\w\"']),\s+(?=[\w/])(?!(?:" + WORDS + r")\b)", " ", found[1])


HABITS: tuple[Habit, ...] = (
    *SCALED,
    habit(
        r"\A(?:mlp|ffn|feed_?forward)\s+(?:ratio=)?(\d+)x\Z",
        r"{ let c = in.channels; conv \1*c 1x1 -> gelu -> conv c 1x1 }",
    ),
    habit(r",\s+(?=(?:" + OPTIONS + r")\s+\d)", " "),
    habit(r"\A.*\Z", lambda found: in_links(found[0])),
    habit(r"\A(?:repeat\s*)?\(?(\d+)\s*x?\s*\)?\s*(?:times)?\Z", r"repeat \1"),
    habit(
        r"\A(?:repeat|loop|for|do|times)\s+([a-z]\w*|\d+)\s+(?:times|x|do|rounds)\Z", r"repeat \1"
    ),
    habit(r"\Afor\s+(\d+)\Z", r"repeat \1"),
    habit(r"\A((?:\w+:\s*)?)([A-Z]\w*(?:\(.*\)|\s[^*]*?)?)\s*\*\s*(\d+)\Z", r"\1repeat \3 { \2 }"),
    habit(r"\A(?:unflatten|view)\s+(?=\d+x)", "reshape "),
    habit(
        rf"\A(?:from\s+)?[\[(]?([a-z_]\w*(?:\s*,\s*[a-z_]\w*)+)[\])]?\s*->\s*({MERGES})\Z",
        lambda m: f"{m[2]} {{ {'; '.join(f'from {one.strip()}' for one in m[1].split(','))} }}",
    ),
    habit(r"\A(network|block)\s+(?:\"([^\"]+)\"|(\w+(?:-\w+)+))(?=\s|\(|\Z)", _in_one_word),
    habit(
        rf"\A((?:\w+:\s+)?(?:[A-Z]\w*|{LAYERS}))((?:\s+[a-z_]\w*:\s*[\w.]+)+)\Z",
        lambda m: m[1] + re.sub(r":\s*", "=", m[2]),
    ),
    habit(r"\A\+\s*([a-z_]\w*)\Z", r"add { identity; from \1 }"),
    habit(rf"\A((?:\w+:\s*)?(?:{MERGES}))\s+from\s+([\w.]+)\Z", r"\1 { identity; from \2 }"),
    habit(r"\Arepeat\s+(\w+)\s*(?:in|of|:)\s*(\d+)\Z", r"for \1 in range(\2)"),
    habit(r"\Arepeat\s+(\w+)\s+(?:as|with|using|for)\s+([a-z]\w*)\Z", r"for \2 in range(\1)"),
    habit(
        rf"\A(?:(?:{NOW})\s*=\s*)?(?:{NOW})\s*(\+=?|\*=?)\s*((?:{LAYERS}|[A-Z]\w*)\b.*)\Z", changed
    ),
    habit(rf"\A(?:{NOW})\s*(\+=|\*=)\s*(\w+)\Z", changed),
    habit(rf"\A((?:{LAYERS})\b[^\n{{}}+]*?)\s+\+\s+({NOW}|[a-z_]\w*)\Z", joined_to),
    habit(rf"\A(?:from\s+)?(?:{NOW})\s*->\s*", ""),
    habit(rf"\s*->\s*(?:{NOW})\Z", ""),
    habit(r"\Ainput\s*->\s*", ""),
    habit(rf"\Afrom\s+(?:{NOW})\Z", "identity"),
    habit(r"\bpad(?:ding)?\s*=\s*(\(?[a-z]\w*(?:\s*-\s*1\))?)\s*/\s*2(?!\d)", r"pad=\1//2"),
    habit(
        r"\bpad(\s*=\s*|\s+)[(\[]\s*(\d+(?:\s*,\s*\d+){3}(?:\s*,\s*\d+\s*,\s*\d+)?)\s*[)\]]", sides
    ),
    habit(r"\A(?:if|let)\s.*\sis\s.*\Z", compared),
    habit(r"\A([a-z]\w*)\s*=\s*(?=[\w.]+\s*(?:\*\*?|[+-]|//?)\s*\d[\d.]*\Z)", r"let \1 = "),
    habit(rf"(?<!\w)(?:reshape|view)\s+({AXIS}(?:\s+x\s+{AXIS})+)(?=\s*(?:->|=>|\Z))", of_axes),
    habit(
        r"\A(?P<what>(?:[A-Z(]|(?!(?:for|upsample|input|output|expect|let)\b)[a-z]\w*[ (]).*?)"
        r"(?<![\s,=]\d)(?<![\s,=]\d\d)(?<![\s,=]\d{3})\s+[x*\u00d7]\s*(?P<times>\d+)\Z",
        repeated,
    ),
    habit(r"\A(?P<what>[A-Z(].*?)\s*(?<=\))[x*\u00d7]\s*(?P<times>\d+)\Z", repeated),
    habit(r"\A(?P<times>\d+)\s*[x*\u00d7]\s+(?P<what>[A-Z(]\w*.*|(?:conv|linear)\s.*)\Z", repeated),
    habit(r"\A(?!let\b)(?:\w+:\s*)?[a-z]\w*\s.*\b(?:k|ks|s|p|d|g|c|ch)\s*=.*\Z", short_names),
    habit(r"\A((?:\w+:\s*)?conv)\s+(\d+x\d+)(?=\s+[a-z_]+=|\s*->|\Z)", r"\1 in.channels \2"),
    habit(
        r"\A(?:([A-Za-z_]\w*)\s*[:=]\s*)?((?:"
        + LAYERS
        + r")\b(?:[^\n{}]*?))\s+(?:"
        + "|".join(CURRENT)
        + r")\Z",
        called_in_words,
    ),
    habit(r"\A(?:" + "|".join(CURRENT) + r")\s*=\s*(?=(?:" + WORDS + r")\b)", ""),
    habit(r"(?<=\w=)\((\d+)\s*,\s*\1\)", r"\1"),
    habit(r"(?<=\w)\s+(?:\|>?|>>)\s+(?=[A-Za-z])", " -> "),
    habit(rf"(?<=[\w)\]])\s+-\s+(?=(?:{WORDS})\b)", " -> "),
    # what is not trained
    habit(r"\A((?:\w+:\s*)?)(?:freeze|fixed|untrainable)\s+(?=[a-zA-Z])", r"\1frozen "),
    habit(
        r"\A((?:\w+:\s*)?)(?!frozen\b)([a-zA-Z][^\n{}>:]*?)\s+(?:(?:frozen|freeze)(?:\s*=\s*(?:[tT]rue|1))?"
        r"|(?:trainable|requires_grad)\s*=\s*(?:[fF]alse|0))\Z",
        r"\1frozen \2",
    ),
    habit(r"\A((?:\w+:\s*)?)(?:unfrozen|unfreeze|trainable)\s+(?=[a-zA-Z])", r"\1"),
    # words of the language in other letters
    habit(r"(?i)\A(network|block)(?=\s+[A-Z])", lambda m: m[1].lower()),
    habit(r"(?i)\A(" + "|".join(STATEMENTS[2:]) + r")\b(?=\s|\Z|:|\()", lambda m: m[1].lower()),
    habit(r"(?i)\A(let|const|var|auto|val)\s+(?=\w+\s*=)", "let "),
    # the input
    *ENTRIES,
    habit(r"\A\[([a-z_]+)\]\s+((?:\w+\s*=\s*\S+\s*)+)\Z", section),
    COMPUTED_ENTRY,
    habit(r"\A(?:image|img|data)\s*[:=]?\s*((?:\d+x)+\d+)\Z", r"input \1"),
    habit(r"(?<=\d)\s+(?:filters?|channels|kernels|maps|units|neurons|nodes)\b(?!\s*=)", ""),
    habit(r"(?<=\dx\d)\s+(?:kernels?|windows?|filters?)\b(?!\s*=)", ""),
    habit(r"\A((?:\w+:\s*)?conv)\s+(?:with|of)\s+(?=\d)", r"\1 "),
    habit(r"\A((?:\w+:\s*)?dropout\w*)\s+keep(?:_?prob)?\s*=\s*(0?\.\d+)", _dropped),
    habit(r"\A((?:\w+:\s*)?)pool(?:ing)?\s+(max|avg|average)\b", _pool),
    habit(r"\A(?:\d+\s*[.:)]\s+)(?=[a-zA-Z])", ""),
    habit(r"\A(layer|block|stage)\s+(\d+)\s*:\s*", r"\1\2: "),
    habit(r"\s+(?:[+/&]\s*)?\((" + BARE_WORDS + r")\)\Z", r" -> \1"),
    habit(r"\A((?:\w+:\s*)?[a-z]\w*\([^()]*),\s*(" + BARE_WORDS + r")\s*\)\Z", r"\1) -> \2"),
    habit(r"(?<=\w)\s+[/&]\s+(" + BARE_WORDS + r")\Z", r" -> \1"),
    habit(r"\A(?:else\s+)?if\s.*\b(?:True|False|None)\b.*\Z", _in_small_letters),
    habit(r"\A(?:activation|activate|act|nonlinearity)\s+(\w+)\Z", r"\1"),
    habit(r"\A((?:\w+:\s*)?)(max|avg|average)[\s_-]+pool(?:ing)?\b", _pool),
    habit(r"\A((?:\w+:\s*)?)up_?conv(?:olution)?\s+(\w+)\s+2(x2)?\Z", _doubled),
    habit(rf"\A((?:\w+:\s*)?(?:{WINDOWS})\s[^()\[\]]*)\Z", _without_commas),
    habit(
        r"\A(?!(?:"
        + "|".join((*KINDS, *STATEMENTS, "frozen"))
        + r")\s)([a-z]\w*)\s+(?=(?:"
        + WORDS
        + r")\s+\S)",
        r"\1: ",
    ),
    # loops and values
    habit(r"\A(?:let\s+)?([a-z]\w*)\s*(?::=?|=)\s*(?=\d[\d.]*\Z|\[)", r"let \1 = "),
    habit(r"\Aview\s+(?:-1\s+)?((?:[\w.*/]+\s+)+[\w.*/]+)\Z", viewed),
    habit(
        r"\Afor\s+\(?(\w+)\)?\s+(?:in|=|of|from)\s+(\d+)"
        r"\s*(\.\.[=<.]?|:|\bto\b|\buntil\b|-)\s*(\w+)(?![\w.])",
        as_range,
        other_range,
    ),
    habit(r"\Afor\s+\(?(\w+)\)?\s+(?:in|of)\s+(\d+|[a-z]\w*)\s*:?\Z", r"for \1 in range(\2)"),
    habit(r"\A(for\s+.*\brange\([^()]*\))\s*:\Z", r"\1"),
    habit(r"\A(for\s+.*\brange\([^()]*\)):?\s+([A-Za-z].*)\Z", r"\1 { \2 }"),
    habit(r"\Arepeat\s+(\w+(?:\s*,\s*\w+)*\s+in)\b", r"for \1"),
    habit(r"\Arepeat\s*[x(]?\s*(\d+)\s*\)?\s*(?:times)?\s*:?\Z", r"repeat \1"),
    habit(r"\Arepeat\s+(\d+|[a-z]\w*):?\s+([A-Za-z].*)\Z", r"repeat \1 { \2 }"),
    habit(r"\A(?:let\s+)?([A-Za-z_]\w*)\s*:?=\s*\Z", r"\1:"),
    habit(
        r"\A(?:let\s+)?([A-Za-z_]\w*)\s*:?=\s*(?=(?:" + "|".join(KINDS) + r")\b(?:\s+[\w(]|\Z|\())",
        r"\1: ",
    ),
    habit(r"\A([A-Za-z_]\w*)\s*=\s*(?=[A-Z]\w*(?:\s+\w|\())", r"\1: "),
    habit(
        r"\brange\((?:start\s*=\s*)?([\w.*]+)\s*,\s*(?:stop\s*=\s*|end\s*=\s*)?([\w.*]+)\s*,\s*step\s*=\s*",
        r"range(\1, \2, ",
    ),
    habit(r"\brange\((?:start\s*=\s*)?([\w.*]+)\s*,\s*(?:stop|end)\s*=\s*", r"range(\1, "),
    habit(r"\A((?:\w+:\s*)?(?:concat|add|mul))\s*\(?\s*(?:axis|dim)\s*=\s*-?\d\s*\)?\Z", r"\1"),
    habit(r"\A(?:loop|do|times)\s+(\d+|\w+)\Z", r"repeat \1"),
    habit(r"\Aforeach\b", "for"),
    habit(r"\Arepeat\s+\w+\s*=\s*(\d+)\Z", r"repeat \1"),
    habit(r"\A(for\s+.*\bin)\s+([^\[\]{}()]+,[^\[\]{}()]+)\Z", r"\1 [\2]"),
    habit(r"\A(if\s+[^{}]+?)\s*(?::|\bthen\b)\s*([A-Za-z].*)\Z", r"\1 { \2 }"),
    habit(r"\A(if\s+.*?)\s+then\Z", r"\1"),
    habit(r"\A(let\s+\w+\s*=\s*[\w.]+),\s*(\w+\s*=)", r"\1; let \2"),
    habit(r"\A(?:branch|group|module)\s+(\w+)\Z", r"\1:"),
    habit(r"\A(?:parallel|branches|fork)\Z", "concat"),
    habit(r"\A(?:skip|take|get|use|load)\s+from\s+(\w+)\Z", r"from \1"),
    habit(r"\Afrom\s+(\w+)\s*\+\s*(?:from\s+)?(\w+)\Z", r"add { from \1; from \2 }"),
    *CLAIMED,
    # merges and earlier values
    habit(r"\A(add|concat|mul)\s*\(([^()]+,[^()]+)\)\Z", branches),
    habit(r"\A(?:([A-Za-z_]\w*)\s*[:=]\s*)?([A-Za-z_]\w*(?:\s*\+\s*[A-Za-z_]\w*)+)\Z", summed),
    habit(r"\A(?:([A-Za-z_]\w*)\s*[:=]\s*)?([A-Za-z_]\w*(?:\s*\*\s*[A-Za-z_]\w*)+)\Z", summed),
    habit(
        r"\A(?:(\w+)\s*[:=]\s*)?(?:[\w.]*\.)?(cat|concat\w*|Concat\w*|add|Add|mul\w*|Mul\w*)"
        r"(?:\([^()]*\))?\(" + NAMES + r"\)\Z",
        joined,
    ),
    habit(
        r"\A(concat|add|mul)(?:\s+|\s*\()\[?((?!\{)[a-z_]\w*(?:[\s,]+[a-z_]\w*)*)\]?\)?\Z", appended
    ),
    *OF_VALUES,
    habit(r"\A([A-Z]\w*)\(([a-z_]\w*)\)\Z", r"from \2 -> \1"),
    habit(
        r"\A(\w+:\s*)?(?!(?:" + "|".join(KINDS) + r")\()([a-z]\w*)\(([a-z_]\w*)\)\Z",
        r"from \3 -> \1share \2",
    ),
    habit(r"\A([A-Z]\w*)\(([a-z_]\w*)\s*,\s*(.*)\)\Z", r"from \2 -> \1(\3)"),
    *NUMBERS,
    # arguments
    habit(
        r"\A.*\bpad(?:ding)?_mode\b.*\Z",
        lambda found: padded_by_mode(found[0]),
        lambda found: "".join(with_zeros(found[0])),
    ),
    habit(r"\A([^(]*\w=\d+),\s*(\d+),\s*(\d+)(?!\S)", r"\1x\2x\3"),
    habit(r"\A([^(]*\w=\d+),\s*(\d+)(?!\S)", r"\1x\2"),
    habit(r"\b[fFrRbBuU]{1,2}(?=['\"])", ""),
    habit(r"'([^']*)'", r'"\1"'),
    habit(r"\b(bias|affine|ceil|track)\s*=\s*(?:0|False|no|off|[nN]one)\b", r"\1=false"),
    habit(r"\b(bias|affine|ceil|track)\s*=\s*(?:1|True|yes|on)\b", r"\1=true"),
    habit(r"\bno[\s_]*bias\b", "bias=false"),
    habit(r"(?<=\s)/(\d)(?!\S)", r"stride=\1"),
    habit(r"(?<=\d)/(\d)(?!\S)", r" stride=\1"),
    habit(r"\s(?:padding|pad)\s*=\s*\"?valid\"?(?!\w)", ""),
    habit(r"\b(padding|pad)\s*=\s*\"?same\"?(?!\w)", "pad=same"),
    habit(SPATIAL + r"\s+\"?(?:same|SAME)\"?(?=\s+\w+=|\s*(?:->|\Z))", r"\1 pad=same"),
    habit(SPATIAL + r"\s+\"?(?:valid|VALID)\"?(?=\s+\w+=|\s*(?:->|\Z))", r"\1"),
    habit(r"(?<=\d\s)s=?(\d)(?!\S)", r"stride=\1"),
    habit(r"(?<=\d\s)p=?(\d)(?!\S)", r"pad=\1"),
    habit(r"(?<=\s)(" + OPTIONS + r")\s+(?=\S)(?!=)([\w.]+)(?!\S)", option),
    habit(r"\A(?:\w+:\s*)?[a-z]\w*[\s(].*=.*\Z", behind),
    habit(OWN_CALL + r"\s+norm\s*=\s*\"?(?:bn|batch(?:_?norm)?)\"?", r"\1 -> batchnorm"),
    habit(r"\s+activation\s*=\s*\"?(\w+)\"?([^()>]*)\Z", r"\2 -> \1"),
    habit(OWN_CALL + r"\s+(?:act|nonlinearity)\s*=\s*\"?(\w+)\"?([^()>]*)\Z", r"\1\3 -> \2"),
    habit(rf"\A(?!(?:if|expect|let)\b)([^=\n]*\s)({'|'.join(ARGUMENTS)})==(?=\w)", r"\1\2="),
    # other layers
    habit(r"\A((?:\w+:\s*)?)(?:bn|batch_norm)\s+\d+\Z", r"\1batchnorm"),
    habit(r"\A((?:\w+:\s*)?)(?:ln|layer_norm)\s+\d+\Z", r"\1layernorm"),
    habit(r"\A((?:\w+:\s*)?)(?:gn|group_norm)\s+(\d+)\s+\d+\Z", r"\1groupnorm \2"),
    habit(r"\A\.(\w+)\(\)\Z", lambda m: BARE.get(m[1].lower(), m[0])),
    habit(r"\b(conv\s+\d+)\s*@\s*(\d+x\d+)", r"\1 \2"),
    habit(r"\b(conv\s+\d+)\s*@\s*(\d+)(?![\dx])", r"\1 \2x\2"),
    habit(r"\A(?:resize|interpolate)\Z", "upsample 2", "with a factor of your own"),
    habit(r"\A((?:\w+:\s*)?conv)\s+(\d+)x(\d+)x\3\b", r"\1 \2 \3x\3"),
    habit(r"(?<=->)(\s*)(" + FOREIGN_WORDS + r")(?=\s*(?:->|\Z))", lambda m: m[1] + BARE[m[2]]),
    habit(r"\A(?:avgpool|pool)\s+\"?global\"?\Z", "global_avgpool"),
    habit(
        r"\A((?:\w+:\s*)?)(?:max|avg|average)?_?pool(?:ing)?(\s[^>]*?)\s+(?:mode|type|op|method|kind)"
        r"\s*=\s*\"?(max|avg|ave|mean)\w*\"?",
        _pool_of_a_mode,
    ),
    habit(r"\Aglobal\s+(?:avg|average)?\s*pool\Z", "global_avgpool"),
    habit(r"\Amaxpool\s+global\Z|\Aglobal_?\s?max_?pool\Z", "adaptive_maxpool 1"),
    habit(r"\Aconv\s+(\d+x\d+)[,\s]+(\d+)(?![\dx])", r"conv \2 \1"),
    habit(r"\Aln\Z", "layernorm"),
    habit(r"\Agn\b", "groupnorm"),
    habit(r"\A(?:resize|interpolate)\b", "upsample"),
    habit(r"\Aupsample\s+(?:(?:by\s*|x\s*)(\d+)x?|(\d+)x)(\s+[a-z][\w=]*)?\Z", factor),
    *METHODS,
    habit(r"\A((?:\w+:\s*)?conv\s.*?\b(\d)x\d\b.*?)\s+(?:pad|padding|padded)\Z", padded),
    habit(
        r"\A((?:\w+:\s*)?\w+)(.*?)(?<!->)(?<!:)((?:\s*[+,]?\s+(?:" + BARE_WORDS + r"))+)\Z", tail
    ),
    # a layer called as a function of the current tensor
    habit(
        r"\A((?:\w+:\s*)?)([a-z]\w*)\((?:" + "|".join(CURRENT) + r")\s*(?:,\s*(.*))?\)\Z",
        called,
    ),
    habit(rf"\A((?:\w+:\s*)?(?:{LAYERS}))\s+-(\d+)(?!\S)", r"\1 (-\2)"),
    habit(r"(?<=[\w)\]])\s+-(?=[\w(])", " - "),
    # expressions
    habit(
        r"([\w.]+\s*[=!<>]=?\s*[\w.]+|\w+)\s*\?\s*([\w.]+)\s*:\s*([\w.]+)", r"(\2 if \1 else \3)"
    ),
    habit(r"(\d+)\s*%(?!\s*\w)", lambda m: str(int(m[1]) / 100)),
    habit(r"\Aexpect\s+([\w.]+)\s+(?=\d)", r"expect \1 == "),
    habit(r"\Aexpect\s+output\s*(?=[=!~])", "expect output.shape "),
    habit(r"\A((?:\w+:\s*)?)(?:" + "|".join(CURRENT) + r")\Z", r"\1identity"),
)
"""In the order in which they are looked for: one line may have several."""
