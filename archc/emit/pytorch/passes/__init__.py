"""Passes over a written class: each gives plainer statements that do the same."""
