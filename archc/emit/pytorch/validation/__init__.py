"""The tree is run on the graph, without PyTorch, with these arguments and with others."""
