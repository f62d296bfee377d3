"""The terminal desk of a telephone sales department."""

__version__ = "0.1.0"
