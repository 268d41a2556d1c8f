"""An action of the text in both methods: a layer, a block, what a parameter holds."""
