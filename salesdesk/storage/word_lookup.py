"""How a PostgreSQL server looks for the documents that hold words: one statement, planned the same for any.

An index of words brings every document that has a word before it gives the first. What many have is found
sooner by reading on from the first document there is, until there are enough; a handful of them tells which
takes less. And of several words those that very many have are asked of what the others bring.
"""

TRIED = 400
"""In so many documents, the first there are, it is counted how many have a word."""

COMMON = 20
"""What so many of those tried have is looked up only where there is no rarer word; and where so many have all
that is asked for, no more need be counted."""

READING = 1.5
"""So many times as long takes a document that is read as one that the index brings."""

PATIENCE = 4
"""So many times as many as should do are read at the most: those tried may be unlike those behind them."""

BETWEEN = " & "
"""Stands between what is asked for together, and nowhere within it."""

WORDS = "array_to_tsvector(string_to_array({0}text, ' '))"
"""The words of a document, as they are indexed; the table's name and a dot may stand before its column."""

DEAR = "(client_id > 0 OR to_tsvector(text) IS NOT NULL)"
"""Always true, and hardly asked: it tells a server what it costs to look at a document without its index.

To make its words anew takes as long as a hundred of the comparisons for which a server takes it. Rare words
would be looked for in one document after another.
"""

_LOOKED_UP = f"(held < {COMMON} OR held = (SELECT held FROM rarest))"
_OF_ALL = "(SELECT reltuples FROM pg_class WHERE oid = CAST('client_search' AS regclass))"
"""How many documents there are; fewer than none where nobody has counted them yet: then none are read."""


def look_up(query: str, most: str, seen: str = "true") -> str:
    """Write the statement that gives `most` of the clients whose documents are as a query says.

    `query` and `most` are written as the statement gets them, a text and a number. `seen` is a condition over
    `document.client_id`, asked only of what has the words. It is planned alike whatever it is given: it hides
    that behind queries of one value, or a server would plan it anew for these very words.
    """
    whole = f"{WORDS.format('document.')} @@ (SELECT CAST({query} AS tsquery))"
    holds = f"{_has_the('rarest')} AND {whole} AND {seen}"
    tried = _first(f"(SELECT CASE WHEN held > 0 THEN {TRIED} ELSE 0 END FROM rarest)")
    read = _first(
        f"(SELECT CASE WHEN reads * {READING} < brings THEN reads * {PATIENCE} ELSE 0 END FROM effort)"
    )
    return f"""
        WITH {_parts(query)}, effort AS MATERIALIZED (
            SELECT held * {_OF_ALL} / {TRIED} AS brings,
            {most} * {TRIED} / (
                SELECT nullif(count(*), 0)
                FROM (SELECT FROM {tried} AS document WHERE {holds} LIMIT {COMMON}) AS counted
            ) AS reads
            FROM rarest
        ), near AS MATERIALIZED (
            SELECT document.client_id FROM {read} AS document WHERE {holds}
            ORDER BY document.client_id LIMIT {most}
        )
        SELECT client_id FROM near WHERE (SELECT count(*) FROM near) = {most}
        UNION ALL (
            SELECT document.client_id FROM client_search AS document
            WHERE (SELECT count(*) FROM near) < {most}
            AND {WORDS.format("document.")} @@ (
                SELECT CAST(string_agg(asked, '{BETWEEN}') AS tsquery) FROM part WHERE {_LOOKED_UP}
            )
            AND ((SELECT bool_and({_LOOKED_UP}) FROM part) OR ({_has_the("commonest")} AND {whole}))
            AND {DEAR} AND {seen}
            LIMIT {most}
        )
    """


def _parts(query: str) -> str:
    """Take a query apart, and count who has each; of what goes one of several ways no word need be there."""
    return f"""
        part AS MATERIALIZED (
            SELECT asked, word, (
                SELECT count(*) FROM {_first(TRIED)} AS tried
                WHERE {_has("tried.text", "word", "' ' || word")}
            ) AS held
            FROM (
                SELECT asked, CASE WHEN strpos(asked, '|') = 0 THEN split_part(asked, '''', 2) END AS word
                FROM unnest(string_to_array((SELECT {query}), '{BETWEEN}')) AS asked
            ) AS taken_apart
        ), rarest AS MATERIALIZED (
            SELECT word, ' ' || word AS later, held FROM part ORDER BY held LIMIT 1
        ), commonest AS MATERIALIZED (
            SELECT word, ' ' || word AS later FROM part ORDER BY held DESC LIMIT 1
        )
    """


def _first(count: object) -> str:
    return f"(SELECT client_id, text FROM client_search ORDER BY client_id LIMIT {count})"


def _has_the(part: str) -> str:
    """Say that a document has the rarest word, or the commonest."""
    return _has("document.text", f"(SELECT word FROM {part})", f"(SELECT later FROM {part})")


def _has(text: str, word: str, later: str) -> str:
    """Say that a document has a word that begins so: sooner told than by making its words anew."""
    return f"(starts_with({text}, {word}) OR strpos({text}, {later}) > 0)"
