"""Products of a file's deals that no deal of the base has: new ones, or known ones in another spelling."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from sqlalchemy import select
from sqlmodel import Session

from salesdesk.base.importing.incoming import fingerprint
from salesdesk.base.importing.order import UnknownProduct
from salesdesk.base.importing.seen import Seen
from salesdesk.models import Deal
from salesdesk.storage.journal import table_of

_DEAL = table_of(Deal).c
_KNOWN = select(_DEAL.product).where(_DEAL.product.is_not(None), _DEAL.product != "").distinct()
_ALIKE = 0.85
LISTED = 20
# A team sells few things. More are a column that holds something else: they are counted, not kept.
_KEPT = 10_000
_COMPARED = 500


class Products:
    """Counts the products of one import that are new to the base, as it stood before."""

    def __init__(self, session: Session) -> None:
        self._known = {_key(name): name for name in session.scalars(_KNOWN)}
        self._rows: dict[str, int] = {}
        self._spelled: dict[str, str] = {}
        self._seen = Seen()
        self.count = 0

    def take(self, product: str) -> None:
        """See the product of one more row."""
        key = _key(product)
        if key in self._known:
            return
        self.count += self._seen.count(fingerprint(key)) == 1
        if key in self._rows:
            self._rows[key] += 1
        elif len(self._rows) < _KEPT:
            self._rows[key], self._spelled[key] = 1, product

    def listed(self) -> tuple[UnknownProduct, ...]:
        """Give the first of them: those that are nearly a known one, then those of the most rows."""
        found = sorted(self._rows, key=lambda key: -self._rows[key])
        near = dict(_near(found[:_COMPARED], self._known))
        found.sort(key=lambda key: key not in near)
        return tuple(
            UnknownProduct(self._spelled[key], self._rows[key], near.get(key)) for key in found[:LISTED]
        )


def _key(product: str) -> str:
    """Fold case and blanks, and nothing else: a sign may be all that tells two products apart."""
    return " ".join(product.split()).casefold()


def _near(keys: Sequence[str], known: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Give, for each that is nearly a known product, the known one that is nearest."""
    by_length: dict[int, list[str]] = defaultdict(list)
    for key in sorted(known):
        by_length[len(key)].append(key)
    for key in keys:
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(key)
        best = max(_alike(matcher, by_length, len(key)), default=None)
        if best is not None:
            yield key, known[best[1]]


def _alike(
    matcher: "SequenceMatcher[str]", by_length: dict[int, list[str]], length: int
) -> Iterable[tuple[float, str]]:
    """Give likeness and key of those that are alike enough; those of another length cannot be."""
    shortest, longest = length * _ALIKE / (2 - _ALIKE), length * (2 - _ALIKE) / _ALIKE
    for other in [other for other in by_length if shortest <= other <= longest]:
        for key in by_length[other]:
            matcher.set_seq1(key)
            if matcher.quick_ratio() >= _ALIKE and (ratio := matcher.ratio()) >= _ALIKE:
                yield ratio, key
