"""Who asks, which clients they see, and looking for clients among those."""

from salesdesk.storage.journal import ASKED_WHOSE, GIVEN
from salesdesk.storage.policies.function import NOW, Function
from salesdesk.storage.word_lookup import look_up

IS_GIVEN = f"given.operator_id = {{me}} AND given.action = '{GIVEN}' AND given.at > {NOW} - 86400"
"""Whether a line `given` of the trail says that somebody was given a client of the shared pool lately."""
# What this transaction wrote has no age: who takes the line back must not have seen the client.
_GIVEN = f"{IS_GIVEN} AND age(given.xmin) > 0"
_SEEN = f"""
    c.owner_id = ANY ({{people}})
    OR (c.owner_id IS NULL AND {{me}} IS NOT NULL AND ({{pool_seen}} OR EXISTS (
        SELECT FROM audit_event AS given WHERE given.client_id = c.id AND {_GIVEN} OFFSET 0)))
    OR EXISTS (SELECT FROM next_action AS owed WHERE owed.client_id = c.id AND owed.closed_at IS NULL
               AND owed.operator_id = ANY ({{people}}) OFFSET 0)
    OR EXISTS (SELECT FROM claim WHERE claim.client_id = c.id AND claim.operator_id = {{me}}
               AND claim.expires_at > {NOW} AND (c.owner_id IS NOT NULL OR {{pool_seen}}))
    -- What was changed in this transaction was seen in it: it stays so until its end.
    OR (c.xmin = CAST(pg_current_xact_id_if_assigned() AS xid) AND {{me}} IS NOT NULL)
"""
"""Whether a client `c` is seen by an operator: the rule of `team/sight.py`.

What is owed is looked up client by client: for want of the `OFFSET` a server would first gather all that
somebody owes, for a page of names.
"""

_SEER = (
    "me bigint := salesdesk_me(); people bigint[] := salesdesk_people();"
    " pool_seen boolean := salesdesk_pool_seen();"
)
"""What a function knows of who asks."""


def _seen_by(me: str = "me", people: str = "people", pool_seen: str = "pool_seen") -> str:
    return _SEEN.format(me=me, people=people, pool_seen=pool_seen)


SEEING = (
    Function(
        "salesdesk_me()", "bigint",
        "RETURN (SELECT id FROM operator WHERE login = session_user AND active);",
    ),
    Function(
        "salesdesk_role()", "text",
        "RETURN (SELECT role FROM operator WHERE login = session_user AND active);",
    ),
    Function(
        # Whose promises somebody keeps: their own, and those of the absent for whom they stand in.
        "salesdesk_people()", "bigint[]",
        f"""
        RETURN CASE WHEN me IS NOT NULL THEN me || ARRAY(
            SELECT id FROM operator WHERE substitute_id = me AND active AND absent_until > {NOW}) END;
        """,
        # Asked at nearly every statement: by what an index finds, not among all who work here.
        declare="me bigint := (SELECT id FROM operator WHERE login = session_user AND active);",
    ),
    Function(
        "salesdesk_pool_a_day()", "bigint",
        """
        RETURN (SELECT CAST(CAST(setting.value AS json)->>'pool_a_day' AS bigint)
                FROM setting WHERE setting.key = 'team');
        """,
    ),
    Function(
        # Whether the shared pool is seen as it is, or given out by count.
        "salesdesk_pool_seen()", "boolean",
        """
        RETURN NOT EXISTS (SELECT FROM setting WHERE setting.key = 'team'
                           AND CAST(setting.value AS json)->>'pool_a_day' IS NOT NULL);
        """,
    ),
    Function(
        # Clients that are owed something by them, or held, or were given to them: asked without the rules of
        # those tables, which a server would plan anew with every statement that asks for clients.
        "salesdesk_theirs()", "SETOF bigint",
        # What is owed in two parts, each by an index of its own: in lists, and held back from them.
        f"""
        RETURN QUERY
            SELECT client_id FROM next_action
                WHERE closed_at IS NULL AND hold IS NULL AND operator_id = ANY (people)
            UNION ALL SELECT client_id FROM next_action
                WHERE closed_at IS NULL AND hold IS NOT NULL AND operator_id = ANY (people)
            UNION ALL SELECT claim.client_id FROM claim
                WHERE claim.operator_id = me AND claim.expires_at > {NOW} AND (pool_seen OR EXISTS (
                    SELECT FROM client WHERE client.id = claim.client_id AND client.owner_id IS NOT NULL));
        IF NOT pool_seen THEN
            RETURN QUERY SELECT given.client_id FROM audit_event AS given
                JOIN client ON client.id = given.client_id AND client.owner_id IS NULL
                WHERE {_GIVEN.format(me="me")};
        END IF;
        """,
        declare=_SEER,
        rows="ROWS 1000",
    ),
    Function(
        "salesdesk_sees(wanted bigint)", "boolean",
        f"""
        -- Hardly ever is more to be asked: one's own, or nobody's.
        IF EXISTS (SELECT FROM client WHERE id = wanted AND me IS NOT NULL
                   AND (owner_id = me OR (owner_id IS NULL AND pool_seen))) THEN
            RETURN true;
        END IF;
        people := salesdesk_people();
        RETURN EXISTS (SELECT FROM client AS c WHERE c.id = wanted AND ({_seen_by()}));
        """,
        declare="me bigint := salesdesk_me(); people bigint[];"
        " pool_seen boolean := salesdesk_pool_seen();",
        # It asks the base three times: for a comparison a server would ask it of every row there is.
        costs="COST 10000",
    ),
    Function(
        "salesdesk_mine_alone(wanted bigint)", "boolean",
        f"""
        RETURN NOT EXISTS (SELECT FROM call WHERE client_id = wanted AND operator_id <> salesdesk_me())
           AND NOT EXISTS (SELECT FROM note WHERE client_id = wanted AND operator_id <> salesdesk_me())
           AND NOT EXISTS (SELECT FROM message WHERE client_id = wanted AND operator_id <> salesdesk_me())
           AND NOT EXISTS (SELECT FROM stage_change
                           WHERE client_id = wanted AND operator_id <> salesdesk_me())
           AND NOT EXISTS (SELECT FROM import_row WHERE client_id = wanted)
           AND NOT EXISTS (SELECT FROM merged_client WHERE kept_id = wanted)
           AND EXISTS (SELECT FROM audit_event WHERE client_id = wanted AND operator_id = salesdesk_me())
           AND NOT EXISTS (SELECT FROM audit_event WHERE client_id = wanted
                           AND operator_id IS DISTINCT FROM salesdesk_me()
                           AND action <> '{ASKED_WHOSE}');
        """,
    ),
    Function(
        "salesdesk_search(words text, most integer)", "SETOF bigint",
        # Asked of each client: joined with them, many would be looked at that have no such word.
        "RETURN QUERY "
        + look_up(
            "words", "most",
            seen="EXISTS (SELECT FROM client AS c WHERE c.id = document.client_id"
            f" AND ({_seen_by()}) OFFSET 0)",
        ) + ";",
        declare=_SEER,
        rows="ROWS 50",
    ),
    # Where a few rows are looked for among others' as well, what is seen is asked of each that is met: to
    # gather all that is theirs first, as for a list, would take longer than to find them.
    Function(
        "salesdesk_named(begins text, beyond text, most bigint)", "SETOF bigint",
        f"""
        RETURN QUERY EXECUTE $words$
            SELECT c.id FROM client AS c
            WHERE c.name_key >= $1 COLLATE "C" AND c.name_key < $2 COLLATE "C"
            AND ({_seen_by("$4", "$5", "$6")}) ORDER BY c.name_key LIMIT $3 $words$
            USING begins, beyond, most, salesdesk_me(), salesdesk_people(), salesdesk_pool_seen();
        """,
        rows="ROWS 50",
    ),
    Function(
        "salesdesk_called(ending text, most bigint)", "SETOF bigint",
        f"""
        RETURN QUERY SELECT phone.client_id FROM phone JOIN client AS c ON c.id = phone.client_id
            WHERE phone.last4 = right(ending, 4) AND right(phone.digits, length(ending)) = ending
            AND ({_seen_by()}) ORDER BY phone.client_id LIMIT most;
        """,
        declare=_SEER,
        rows="ROWS 50",
    ),
)  # fmt: skip
