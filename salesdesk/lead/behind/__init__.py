"""The rows behind a figure: exactly those it was counted from, by the same conditions."""
