"""From objects to text: one target a module, pure functions all."""
