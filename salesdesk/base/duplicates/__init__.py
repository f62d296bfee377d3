"""Duplicates: who of the base is likely the same client as who else, how likely, and why."""
