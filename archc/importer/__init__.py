"""From a model that runs to a spec that reads.

The stages, one a file and in this order: `export` asks PyTorch for the operations of a model,
`operations` makes layers of them, `calls` finds the tree of modules again, `nest` turns each body
into branches and chains, `loops` and `unify` make loops and blocks of what is alike, `write` writes
it down, `prove` holds the result to the model. PyTorch is imported in `export` and `prove` alone.
"""
