"""Real files that may lie beside the project; what reads them skips, and says so, where they do not."""

from pathlib import Path

DATA = Path(__file__).parents[2] / "shared" / "data"
NAUGHTY = DATA / "naughty_strings" / "blns.json"
