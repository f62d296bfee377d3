"""Filters: which clients, in a line that people type and programs pass. See docs/filters.md."""

from salesdesk.base.filters.parsing import parse_filter
from salesdesk.base.filters.tree import (
    AllOf,
    AnyOf,
    Condition,
    Everything,
    Filter,
    FilterError,
    Not,
    These,
    condition_of,
)
from salesdesk.base.filters.values import parse_period, period_ends

__all__ = [
    "AllOf",
    "AnyOf",
    "Condition",
    "Everything",
    "Filter",
    "FilterError",
    "Not",
    "These",
    "condition_of",
    "parse_filter",
    "parse_period",
    "period_ends",
]
