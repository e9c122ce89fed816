"""Composition: parts in drawing order."""
