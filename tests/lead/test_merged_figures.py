"""A merge changes no total of any report: what was called, sold and said was called, sold and said."""

from histories import dice_of, over, some_period, write_history

from salesdesk.base.merging import merge, undo_merge
from salesdesk.lead.reports.asking import report

REPORTS = ("calls", "sales", "rejected", "operators")
OF_CLIENTS = {
    "companies", "calls_per_company", "clients", "reviewed", "returned", "won_back", "won_back_share",
    "won_after_return", "amount_after_return",
}  # fmt: skip
"""By their definition (docs/metrics.md) these count different clients, of whom there are fewer afterwards."""


def totals(desk, period):
    return {
        (name, key): value
        for name in REPORTS
        for key, value in desk.read(report, name, period=period).total.items()
        if key not in OF_CLIENTS
    }


@over(sqlite=4)
def test_totals_stay(desk, seed):
    history, dice = write_history(desk, seed), dice_of(seed + 7)
    periods = [some_period(desk, dice) for _number in range(3)]
    before = [totals(desk, period) for period in periods]
    keep, *others = dice.sample([*history.clients], 3)
    done = desk.write(merge, keep, others)
    assert [totals(desk, period) for period in periods] == before
    desk.write(undo_merge, done.merge_id)
    assert [totals(desk, period) for period in periods] == before
