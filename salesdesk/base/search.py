"""Finding a client as one types: company, person, any run of phone digits, tax id, e-mail, city.

What is typed is looked for as it is. Where nobody has it, it may have been typed on the other layout
of the keyboard, with a blank too many, or with a slip of the finger; the result says what was understood.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import BigInteger, bindparam, func, select
from sqlmodel import Session

from salesdesk.base import mistyping
from salesdesk.base.layouts import looks_switched, switched
from salesdesk.base.search_asked import PHONE_LIKE, Asked, Word, readings, run_of, words_of
from salesdesk.base.search_matches import Around, clients, ordered, shown
from salesdesk.base.visible import seen_among
from salesdesk.context import Context
from salesdesk.models import Client, Phone
from salesdesk.rows import SearchResult
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of
from salesdesk.storage.planning import plan_once
from salesdesk.storage.policies import by_login
from salesdesk.storage.search_index import (
    RUN,
    SHORTEST_RUN,
    Group,
    Term,
    match,
    match_digits,
    match_groups,
    texts_of,
)
from salesdesk.storage.walking import is_sqlite
from salesdesk.team.claims import claimed_among
from salesdesk.team.rights import leads

CANDIDATES = 100
"""How many clients are counted at the most, unless more are asked for: a common prefix would be slow."""

RANKED = 40
"""How many of them are read and ranked. What is surest comes first: the ends of numbers, then names."""

OWN_AMONG = 2000
"""Among so many names that begin alike SQLite looks for one's own clients, where there are too many."""

FURTHER = 10
"""So many times further is looked where what was found first is others': an operator sees none of those."""

MOST_WORDS = 6
"""In a longer text no slip is looked for: it was pasted."""

_EXAMPLES = 300
_LONGEST_NUMBER = 15
_NOBODY = SearchResult((), 0)
_Slipping = Callable[[str], mistyping.Slips]

C, P = table_of(Client).c, table_of(Phone).c

# Made once: making a statement takes longer than the database takes to answer it.
_NAMED = C.name_key >= bindparam("key"), C.name_key < bindparam("beyond")
_NAMES = select(C.id).where(*_NAMED).order_by(C.name_key).limit(bindparam("most"))
_FIRST_NAMES = select(C.id, C.owner_id).where(*_NAMED).order_by(C.name_key).limit(OWN_AMONG).subquery()
_OWN_AMONG_FIRST = (
    select(_FIRST_NAMES.c.id).where(_FIRST_NAMES.c.owner_id == bindparam("me")).limit(bindparam("most"))
)
# A server has the names of each person's own clients in an index.
_OWN_NAMES = _NAMES.where(C.owner_id == bindparam("me"))
_ENDS = (
    select(P.client_id)
    .where(P.last4 == bindparam("last4"), P.digits.like(bindparam("ending")))
    .order_by(P.client_id)
    .limit(bindparam("most"))
)
# Under the rules of a base these pass others' by with less ado than a statement under them does.
_MOST = bindparam("most", type_=BigInteger)
_NAMES_BY_LOGIN = select(func.salesdesk_named(bindparam("key"), bindparam("beyond"), _MOST))
_ENDS_BY_LOGIN = select(func.salesdesk_called(bindparam("run"), _MOST))
_HOLDS = select(P.client_id).where(among(P.client_id, "among"), P.digits.like(bindparam("holding")))
_CALLED = select(P.e164).where(among(P.e164, "numbers")).distinct().limit(5)


def search(session: Session, context: Context, text: str, limit: int = 20) -> SearchResult:
    """Find clients by what was typed so far, best first; none for nothing typed, nor any not seen."""
    if by_login(session):  # names are looked for by a function, which has that planned for each
        plan_once(session, by_keys=False)
    seeker = _Seeker(session, context, limit)
    if looks_switched(text):  # folding would take the letters that are on the keys of signs
        for other in switched(text, set()):
            found = seeker.as_typed(other)
            if found.rows:
                return replace(found, understood=other)
    found = seeker.as_typed(text)
    if found.rows or not words_of(text):
        return found
    return seeker.as_meant(text)


class _Seeker:
    """Looks for one text, in as many ways as it takes."""

    def __init__(self, session: Session, context: Context, limit: int) -> None:
        self.session = session
        self.context = context
        self.limit = limit
        # Under the rules of a base what a server gives is what this person sees.
        self.by_login = by_login(session)
        self.sees_all = leads(context) or self.by_login

    # -- as it is --------------------------------------------------------------------------------

    def as_typed(self, text: str) -> SearchResult:
        """Find what was typed."""
        for asked in readings(text):
            found = self.found(asked)
            if found.rows:
                return found
        return _NOBODY

    def found(self, asked: Asked) -> SearchResult:
        """Find clients, the best of them first."""
        most, ranked = max(CANDIDATES, self.limit), max(RANKED, self.limit)
        ends, holds, cut = self._by_digits(asked.digits, most // 2) if asked.digits else ([], [], False)
        groups = [word.group for word in asked.words]
        matched, more = self._seen(lambda wanted: match_groups(self.session, groups, wanted), most)
        cut = cut or more
        named = self._by_name(asked.key, ranked // 2)
        ids = [*dict.fromkeys((*ends, *holds, *named, *matched))][:most]
        if not ids:
            return _NOBODY
        rows = clients(self.session, ids[:ranked])
        called = dict.fromkeys(holds, 2) | dict.fromkeys(ends, 1)
        best = ordered(self.context, rows, asked, called)
        if not asked.has_runs:
            best = best[: self.limit]
        shown_first = [row.id for row in best]
        around = Around(self.session, shown_first)
        others = claimed_among(self.session, self.context, shown_first)
        found = [row for row in (shown(row, asked, around) for row in best) if row is not None]
        found = [
            replace(row, claimed_by=others[row.client_id]) if row.client_id in others else row
            for row in found
        ]
        total = len(ids) - (len(best) - len(found))
        exact = not cut and len(ids) < most
        return SearchResult(tuple(found[: self.limit]), total, total_is_exact=exact, marks=asked.marks)

    def _by_name(self, key: str, most: int) -> list[int]:
        """Give clients whose folded name begins with what was typed: those are never cut away.

        One's own come first where there are too many of them.
        """
        if len(key) < 2:  # one letter begins too many names to tell anything
            return []
        given = {"key": key, "beyond": key + "\U0010ffff", "most": most, "me": self.context.me.id}
        connection = self.session.connection()
        named = _NAMES_BY_LOGIN if self.by_login else _NAMES
        names, more = self._seen(
            lambda wanted: connection.execute(named, given | {"most": wanted}).scalars().all(), most
        )
        own_names = _OWN_AMONG_FIRST if is_sqlite(self.session) else _OWN_NAMES
        own = connection.execute(own_names, given).scalars().all() if more else ()
        return [*own, *names]

    def _by_digits(self, run: str, most: int) -> tuple[list[int], list[int], bool]:
        """Give clients with a number that ends with this run, and those with one that holds it.

        No more than `most` of each, and whether there may be more.
        """
        connection = self.session.connection()
        ends: list[int] = []
        holds: list[int] = []
        cut = False
        if len(run) >= RUN:  # the last four are indexed by themselves
            ending = {"last4": run[-RUN:], "ending": f"%{run}", "run": run}
            called = _ENDS_BY_LOGIN if self.by_login else _ENDS
            ends, cut = self._seen(
                lambda wanted: connection.execute(called, ending | {"most": wanted}).scalars().all(), most
            )
        if len(run) >= SHORTEST_RUN and not cut:
            holds, cut = self._seen(lambda wanted: match_digits(self.session, run, wanted), most)
            if len(run) > RUN:
                given = {"among": holds, "holding": f"%{run}%"}
                holds = [*connection.execute(_HOLDS, given).scalars().all()]
        return ends, holds, cut

    def _seen(self, find: Callable[[int], Sequence[int]], most: int) -> tuple[list[int], bool]:
        """Give `most` of the clients that are found and that this person sees; and whether there may be more.

        A few more than a screen holds are enough: only where others' stand before one's own is looked on.
        """
        found = find(most)
        if self.sees_all:
            return [*found], len(found) >= most
        seen, more = seen_among(self.session, self.context, found), len(found) >= most
        if more and len(seen) < min(most, self.limit):
            found = find(most * FURTHER)
            seen, more = seen_among(self.session, self.context, found), len(found) >= most * FURTHER
        return seen[:most], more or len(seen) > most

    # -- as it may have been meant ---------------------------------------------------------------

    def as_meant(self, text: str) -> SearchResult:
        """Find what may have been meant; the result says what that is."""
        parts = text.split()
        if len(parts) > MOST_WORDS:
            return _NOBODY
        unknown = {part for part in parts if len(parts) == 1 or not self._is_known(part)}
        others = [*switched(text, unknown)]
        for other in others:
            found = self.as_typed(other)
            if found.rows:
                return replace(found, understood=other)
        for slipped in (text, *others[:1]):
            for found in (self._joined(slipped), self._slipped(slipped, mistyping.one_slip)):
                if found.rows:
                    return found
        return self._slipped(text, mistyping.two_slips)

    def _is_known(self, part: str) -> bool:
        words = words_of(part)
        if self._seen(lambda wanted: match(self.session, words, wanted), 1)[0]:
            return True
        asked = next(readings(part), None)
        return asked is not None and asked.digits != "" and bool(self._by_digits(asked.digits, 1)[1])

    def _joined(self, text: str) -> SearchResult:
        """Find the words with a blank less."""
        for words in mistyping.joined(words_of(text)):
            found = self.found(Asked(tuple(Word((word,)) for word in words), " ".join(words)))
            if found.rows:
                return replace(found, understood=" ".join(words))
        return _NOBODY

    def _slipped(self, text: str, slips: _Slipping) -> SearchResult:
        """Find the words, or the number, with a slip of the finger in each that nobody has."""
        if PHONE_LIKE.fullmatch(text.strip()) and slips is mistyping.one_slip:
            found = self._misdialled(text)
            if found.rows:
                return found
        asked = [*readings(text)][-1]
        places = [place for place, word in enumerate(asked.words) if self._may_slip(word)]
        unknown = [place for place in places if len(asked.words) == 1 or not self._holds(asked.words[place])]
        if unknown:
            return self._mended(asked, unknown, slips)
        # Each is somebody's, all are nobody's: a slip made another word of one, of the longest most likely.
        for place in sorted(places, key=lambda place: -len(asked.words[place].spelled[0]))[:2]:
            found = self._mended(asked, [place], slips)
            if found.rows:
                return found
        return _NOBODY

    @staticmethod
    def _may_slip(word: Word) -> bool:
        return len(word.spelled) == 1 and mistyping.may_be_mistyped(word.spelled[0])

    def _holds(self, word: Word) -> bool:
        return bool(self._seen(lambda wanted: match_groups(self.session, [word.group], wanted), 1)[0])

    def _mended(self, asked: Asked, places: Sequence[int], slips: _Slipping) -> SearchResult:
        """Find the words with those at some places mended."""
        if len(places) > 2:  # each takes a hundredth of a second, and is a guess
            return _NOBODY
        mistyped = {place: asked.words[place].spelled[0] for place in places}
        if slips is mistyping.two_slips and min(map(len, mistyped.values())) < mistyping.SHORTEST_OF_TWO:
            return _NOBODY
        of = {place: slips(word) for place, word in mistyped.items()}
        groups = [
            _ways(mistyped[place], of[place]) if place in of else word.group
            for place, word in enumerate(asked.words)
        ]
        examples = match_groups(self.session, groups, _EXAMPLES) if all(groups) else []
        examples = seen_among(self.session, self.context, examples)
        if not examples:
            return _NOBODY
        texts = texts_of(self.session, examples)
        words = [
            _meant(word, of[place], texts) if place in of else word for place, word in enumerate(asked.words)
        ]
        said = " ".join(word.said for word in words)
        return replace(self.found(Asked(tuple(words), said)), understood=said)

    def _misdialled(self, text: str) -> SearchResult:
        """Find a whole number with one slip in its digits."""
        digits = "".join(sign for sign in text if sign.isdecimal() and sign.isascii())
        numbers = {f"+{other}" for whole in self._whole(digits) for other in mistyping.of_number(whole)}
        given = {"numbers": sorted(numbers)}
        for number in self.session.connection().execute(_CALLED, given).scalars() if numbers else ():
            found = self.as_typed(str(number))
            if found.rows:
                return replace(found, understood=str(number))
        return _NOBODY

    def _whole(self, digits: str) -> Iterator[str]:
        """Give digits as those of a whole number, in the writings of the team's country."""
        if not mistyping.SHORTEST_NUMBER <= len(digits) <= _LONGEST_NUMBER:
            return
        from phonenumbers import country_code_for_region

        code = str(country_code_for_region(self.context.catalogues.team.country))
        run = run_of(digits)
        yield run
        if not run.startswith(code) or run != digits:
            yield code + run


def _ways(word: str, slips: mistyping.Slips) -> Group:
    """Give what a mistyped word may be in the index: another word, the beginning of one, or two words."""
    return (
        *((Term(each, whole=True),) for each in slips.whole),
        *((Term(each),) for each in slips.begun),
        *((Term(one, whole=True), Term(other)) for one, other in mistyping.splits(word) if slips.whole),
    )


def _meant(word: Word, slips: mistyping.Slips, texts: Sequence[str]) -> Word:
    """Tell what a mistyped word stands for, by documents in which it was found."""
    meant = slips.meant(texts)
    if meant:
        return Word(meant, word.digits)
    held = [text.split() for text in texts]
    for one, other in mistyping.splits(word.spelled[0]):
        if any(one in words and any(each.startswith(other) for each in words) for words in held):
            return Word((one, other), together=True)
    return word
