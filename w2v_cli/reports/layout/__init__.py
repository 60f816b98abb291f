"""Vectors -> places on a map, the same bytes on every run."""
