"""How far along the pipeline deals are, and when they are over."""

from collections.abc import Mapping

from salesdesk.codes import Band
from salesdesk.context import Context
from salesdesk.models.catalogue import StageEntry

BESIDE = -1
"""How far a deal is that stands beside the pipeline."""


def stage_order(context: Context) -> Mapping[str, int]:
    """Tell how far along the pipeline each of its stages is; those beside it are not among them."""
    stages = context.catalogues.stages
    along = (code for code, entry in stages.items() if entry.band != Band.OTHER)
    return {code: at for at, code in enumerate(along)}


def deal_ends(context: Context, entry: StageEntry) -> bool:
    """Tell whether a deal is over at a stage: lost, or at the end of the pipeline.

    An order there is done, and the next one is a deal of its own.
    """
    stages = context.catalogues.stages
    last_won = next((code for code in reversed([*stages]) if stages[code].won), None)
    return not entry.in_work or entry.code == last_won
