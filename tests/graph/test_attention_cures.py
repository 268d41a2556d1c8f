"""The block that is told for attention over rows is that of PyTorch, in weights and in values."""

from __future__ import annotations

import pytest

from archc import load
from archc.mend import mended
from tests.each import each

torch = pytest.importorskip("torch")

from tests.emit.pytorch.compiled import module_of  # noqa: E402

LINES = (
    "attention 3",
    "multihead_attention 24 3",
    "MultiheadAttention(embed_dim=24, num_heads=3)",
    "attention heads=3",
)


@each("line", LINES)
def test_attention_over_rows_is_that_of_pytorch(line: str) -> None:
    text = f"network N {{\n    input 16x24\n    {line}\n    layernorm axis=-1\n}}\n"
    (error,) = load(text).errors
    assert error.cure is not None
    file = load(mended(error.span.source, [error.cure])[0])
    assert not file.errors
    own = module_of(file.text).N()
    attention, norm = own[0], own[1]
    torch.manual_seed(0)
    theirs = torch.nn.MultiheadAttention(24, 3, batch_first=True)
    parts = (attention.query, attention.key, attention.value)
    with torch.no_grad():
        for bias in (theirs.in_proj_bias, theirs.out_proj.bias):
            bias.normal_()
        for place, part in enumerate(parts):
            part.weight.copy_(theirs.in_proj_weight[24 * place : 24 * (place + 1)])
            part.bias.copy_(theirs.in_proj_bias[24 * place : 24 * (place + 1)])
        attention.out.load_state_dict(theirs.out_proj.state_dict())
        x = torch.randn(2, 16, 24)
        torch.testing.assert_close(own(x), norm(theirs(x, x, x)[0]))
    weights = sum(one.numel() for one in theirs.parameters())
    assert file.network.params == weights + 2 * 24
