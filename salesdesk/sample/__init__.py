"""The sample base: believable clients and months of history, to look around in and to measure on."""

from salesdesk.sample.filling import SampleCancelledError, SampleCounts, fill

__all__ = ["SampleCancelledError", "SampleCounts", "fill"]
