"""The sample base: a file of its own, so that nothing made up ever stands among a team's clients."""

from pathlib import Path
from typing import TYPE_CHECKING

from salesdesk.gateway import Progress

if TYPE_CHECKING:
    from salesdesk.context import Context
    from salesdesk.storage.base import Base

CLIENTS = 500
SEED = 1


def make_sample_base(_base: "Base", context: "Context", path: Path, progress: Progress) -> str:
    """Make the sample base, or keep the one that is there; give the login of who sits at it.

    Raises SalesdeskError where it cannot be made or was stopped; an empty base is left then.
    """
    from salesdesk.sample import fill
    from salesdesk.storage.base import open_base

    sample = open_base(str(path), operator=context.me.login)
    try:
        if sample.empty:
            fill(
                sample,
                clients=CLIENTS,
                seed=SEED,
                now=context.now,
                progress=progress.report,
                cancelled=lambda: progress.cancelled,
            )
        return sample.operator().login
    finally:
        sample.close()
