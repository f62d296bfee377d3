"""Where its deals put a client: at the open one furthest along, else at what the last ones came to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from salesdesk.base.deal_course import BESIDE, stage_order
from salesdesk.context import Context
from salesdesk.models.catalogue import StageEntry


@dataclass(slots=True)
class DealState:
    """What of a deal its client depends on."""

    id: int
    stage: StageEntry
    since: datetime
    open: bool
    amount_minor: int
    currency: str
    owner_id: int | None


@dataclass(frozen=True, slots=True)
class Followed:
    """A client as its deals have it. `leading` is the open deal furthest along."""

    stage: StageEntry | None
    since: datetime | None
    won_at: datetime | None
    expected_minor: int | None
    leading: DealState | None


def follow(
    context: Context,
    deals: Iterable[DealState],
    stage: StageEntry | None,
    since: datetime | None,
    won_at: datetime | None,
    *,
    worked: bool,
) -> Followed:
    """Tell it for a client that stands at a stage, was first won at a time, and was worked with here or not.

    A lost deal rejects nobody who has an open one or was won; nor does an old deal move whom calls moved.
    """
    deals = list(deals)
    won_at = min(filter(None, [won_at, *(deal.since for deal in deals if deal.stage.won)]), default=None)
    leading = _leading(context, [deal for deal in deals if deal.open])
    moved = leading
    if leading is None and (stage is None or not worked):
        moved = _last(deals, won=won_at is not None)
    if moved is not None and moved.stage is not stage:
        stage, since = moved.stage, moved.since
    return Followed(stage, since, won_at, _expected(context, deals), leading)


def _leading(context: Context, deals: list[DealState]) -> DealState | None:
    along = stage_order(context)

    def order(deal: DealState) -> tuple[int, datetime, int]:
        return along.get(deal.stage.code, BESIDE), deal.since, deal.id

    return max(deals, key=order, default=None)


def _last(deals: list[DealState], *, won: bool) -> DealState | None:
    """Give the deal that was over last: of a client that was won, the last one won."""
    over = [deal for deal in deals if deal.stage.won or not won]
    return max(over, key=lambda deal: (deal.since, deal.id), default=None)


def _expected(context: Context, deals: list[DealState]) -> int | None:
    """Give what the open deals come to in the base's currency; None where none tells."""
    ours = context.catalogues.team.currency
    amounts = [deal.amount_minor for deal in deals if deal.open and deal.currency == ours]
    return sum(amounts) if amounts else None
