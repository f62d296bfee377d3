"""Where figures are written, and on what they were taken."""

import os
import platform
from pathlib import Path

RESULTS = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def put(file: Path, name: str, text: str) -> None:
    """Replace what stands between the marks of that name."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    head, rest = file.read_text(encoding="utf-8").split(begin, 1)
    tail = rest.split(end, 1)[1]
    file.write_text(f"{head}{begin}\n\n{text}\n\n{end}{tail}", encoding="utf-8")


def processor() -> str:
    """Name the processor and how many of it this process may use."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} × {names[0] if names else platform.processor() or platform.machine()}"
