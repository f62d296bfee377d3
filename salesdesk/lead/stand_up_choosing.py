"""Which cards a stand-up looks at: pure, over what each rule offers."""

from collections.abc import Iterator, Mapping, Sequence

from salesdesk.codes import CardRule
from salesdesk.lead.stand_up_rows import Candidate, Chosen

SHARES: Mapping[CardRule, int] = {
    CardRule.OLDEST_TAIL: 1,
    CardRule.LARGEST_STUCK: 2,
    CardRule.PROMISE_TODAY: 2,
    CardRule.REJECTED: 1,
    CardRule.RANDOM: 1,
}
"""How many cards each rule gives, in the order in which they are looked at."""

MOST = sum(SHARES.values())
LEAST = 5
"""Where the shares give fewer, the rules give more than their share."""


def choose(offered: Mapping[CardRule, Sequence[Candidate]]) -> tuple[Chosen, ...]:
    """Choose up to seven clients, each once, under the first rule that comes to it.

    A rule passes over whom a rule before it has taken, and offers its next one. Where that comes to fewer
    than five, each rule in turn gives one more, until there are five or nobody is left. Every rule
    must offer its first `MOST`, where it has so many.
    """
    taken: dict[int, Chosen] = {}
    left = {rule: _left(rule, offered.get(rule, ()), taken) for rule in SHARES}
    for rule, share in SHARES.items():
        for _ in range(share):
            _take(left[rule], taken)
    before = -1
    while before < len(taken) < LEAST:
        before = len(taken)
        for rule in SHARES:
            if len(taken) < LEAST:
                _take(left[rule], taken)
    order = list(SHARES)
    return tuple(sorted(taken.values(), key=lambda chosen: order.index(chosen.rule)))


def _left(rule: CardRule, offered: Sequence[Candidate], taken: Mapping[int, Chosen]) -> Iterator[Chosen]:
    """Give what a rule offers, without those that are taken by the time it is asked."""
    for one in offered:
        if one.client_id not in taken:
            yield Chosen(one.client_id, one.name, rule)


def _take(left: Iterator[Chosen], taken: dict[int, Chosen]) -> None:
    chosen = next(left, None)
    if chosen is not None:
        taken[chosen.client_id] = chosen
