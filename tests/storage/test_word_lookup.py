"""Words are found in the same documents whichever way a database takes, and by a login in what it may see."""

import random

import pytest
from builders import Desk
from sqlalchemy import text

from salesdesk.codes import Role
from salesdesk.storage import policies, search_index, word_lookup
from salesdesk.storage.search_index import Group, Term, match_groups

DOCUMENTS = 60
READ_ON, LOOKED_UP = "1000000000", "-1"
"""How many documents a server is told there are: so many that it reads on, or not counted."""

LEGAL = ("ооо", "ип", "ооо")
NAMES = ("ромашка", "ромашкино", "рог", "рога", "орел", "о", "щетки", "ежик", "рама", "ромашка2")
RUNS = ("x1234", "x123", "x2345", "x234", "x1235", "12345")


@pytest.fixture
def few_tried(monkeypatch):
    """Let a base of a few documents be tried as one of many is."""
    monkeypatch.setattr(word_lookup, "TRIED", 20)
    monkeypatch.setattr(word_lookup, "COMMON", 6)


def take(monkeypatch, there_are: str) -> None:
    monkeypatch.setattr(word_lookup, "_OF_ALL", there_are)
    statement = text(word_lookup.look_up("CAST(:query AS text)", ":most"))
    monkeypatch.setattr(search_index, "_POSTGRESQL", statement)


def filled(desk: Desk, dice: random.Random, owners: tuple[int, ...]) -> dict[int, str]:
    """Fill a base; give the documents of its clients, some words in most of them and some in one."""
    with desk.filling() as base:
        documents = {
            base.client(phones=(), owner_id=dice.choice(owners)): " ".join(
                (dice.choice(LEGAL), dice.choice(NAMES[: number + 1]), *dice.sample((*NAMES[:4], *RUNS), 2))
            )
            for number in range(DOCUMENTS)
        }
    with desk.base.write() as session:
        search_index.replace(session, [*documents.items()])
    return documents


def asked(dice: random.Random) -> list[Group]:
    """Ask for some words: beginnings and whole ones, alone, of several ways, several of one way."""

    def term() -> Term:
        word = dice.choice((*LEGAL, *NAMES, *RUNS, "нет"))
        return Term(word, whole=True) if dice.random() < 0.3 else Term(word[: dice.randint(1, len(word))])

    def group() -> Group:
        return tuple(
            tuple(term() for _ in range(dice.choice((1, 1, 2)))) for _ in range(dice.choice((1, 1, 1, 2)))
        )

    return [group() for _ in range(dice.choice((1, 1, 2, 3)))]


def having(documents: dict[int, str], groups: list[Group]) -> list[int]:
    """Tell by the documents themselves whose are as is asked."""

    def has(document: str, term: Term) -> bool:
        words = document.split()
        return term.word in words if term.whole else any(word.startswith(term.word) for word in words)

    return [
        client_id
        for client_id, document in documents.items()
        if all(any(all(has(document, term) for term in way) for way in group) for group in groups)
    ]


def assert_found(session, documents: dict[int, str], dice: random.Random) -> None:
    for _ in range(150):
        groups, most = asked(dice), dice.choice((1, 5, 1000))
        found, there = match_groups(session, groups, most), having(documents, groups)
        assert len({*found}) == len(found) == min(most, len(there)), groups
        assert {*found} <= {*there}, groups


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("base", "there_are"),
    [("sqlite", None), ("postgresql", READ_ON), ("postgresql", LOOKED_UP)],
    indirect=["base"],
)
def test_words_are_found_where_they_are(desk, few_tried, monkeypatch, there_are, seed):
    if there_are is not None:
        take(monkeypatch, there_are)
    dice = random.Random(seed)  # noqa: S311  # no secret
    documents = filled(desk, dice, (desk.me,))
    with desk.base.read() as session:
        assert_found(session, documents, dice)


@pytest.mark.parametrize("there_are", [READ_ON, LOOKED_UP])
def test_by_a_login_they_are_found_in_what_it_sees(roled, few_tried, there_are):
    vera, boris = (roled.desk(login, Role.OPERATOR) for login in ("vera", "boris"))
    dice = random.Random(3)  # noqa: S311  # no secret
    with pytest.MonkeyPatch.context() as patched:
        take(patched, there_are)
        policies.renew(roled.owner.engine)
        documents = filled(vera, dice, (vera.me, boris.me, boris.me))
        try:
            for desk in (vera, boris):
                with roled.connected(desk.context.me.login) as connection:
                    seen = {number for (number,) in connection.execute("SELECT id FROM client")}
                assert 0 < len(seen) < DOCUMENTS
                theirs = {number: words for number, words in documents.items() if number in seen}
                with desk.person.read() as session:
                    assert_found(session, theirs, dice)
        finally:
            patched.undo()
            policies.renew(roled.owner.engine)


@pytest.mark.parametrize("base", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("query", "of", "looked_up"),
    [("'о':*", 5, False), ("'нет':*", 5, True), ("'о':* & 'нет':*", 5, True), ("('о':*|'р':*)", 5, True)],
)
def test_what_many_have_is_read_and_what_few_have_is_looked_up(
    desk, few_tried, monkeypatch, query, of, looked_up
):
    take(monkeypatch, READ_ON)
    filled(desk, random.Random(4), (desk.me,))  # noqa: S311  # no secret
    statement = text(f"EXPLAIN (ANALYZE, FORMAT JSON) {search_index._POSTGRESQL}")
    with desk.base.read() as session:
        # Of so few documents all would be read at any rate.
        session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = session.execute(statement, {"query": query, "most": of}).scalar_one()[0]["Plan"]
    (all_of_them,) = (
        node for node in nodes(plan) if node.get("Alias") == "document" and "Relation Name" in node
    )
    assert all_of_them["Node Type"] == "Bitmap Heap Scan"
    assert (all_of_them["Actual Loops"] > 0) == looked_up


def nodes(plan):
    """Give every node of a plan."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)
