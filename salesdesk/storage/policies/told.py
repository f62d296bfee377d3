"""What is told of clients whom one does not see: one thing each, and only what somebody has to know."""

from salesdesk.catalogues.book import WHOSE_A_DAY
from salesdesk.storage.journal import ASKED_WHOSE
from salesdesk.storage.policies.function import NOW, Function

# One after another, so that their numbers are in the order in which they stand in the trail.
_HAVING = """
        SELECT phone.client_id FROM phone WHERE phone.e164 = wanted
        UNION SELECT own.id FROM client AS own WHERE own.email IS NOT NULL
                                               AND lower(substr(own.email, 1, 100)) = wanted
        UNION SELECT contact.client_id FROM contact WHERE contact.email IS NOT NULL
                                                    AND lower(substr(contact.email, 1, 100)) = wanted
"""
_ASK_WHOSE = f"""
    IF me IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied to ask';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('salesdesk_ask_whose'), CAST(me AS integer));
    theirs := (SELECT min(c.id) FROM client AS c WHERE c.owner_id IS NOT NULL AND c.id IN ({_HAVING}));
    IF theirs IS NULL AND NOT salesdesk_pool_seen() THEN
        -- Nobody's, and what is nobody's is given out: to whoever is rung up by it as well.
        PERFORM salesdesk_note_given(min(c.id)) FROM client AS c
            WHERE c.owner_id IS NULL AND c.id IN ({_HAVING})
            HAVING min(c.id) IS NOT NULL AND NOT salesdesk_sees(min(c.id));
    END IF;
    INSERT INTO audit_event (at, operator_id, action, client_id, changes)
        VALUES (CAST(extract(epoch FROM clock_timestamp()) AS bigint), me, '{ASKED_WHOSE}', theirs, '[]')
        RETURNING id INTO asked;
    RETURN asked;
"""
_TOLD_WHOSE = f"""
    -- Whoever has written nothing yet sees only what is committed: nothing is told that the trail may lose.
    IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied before what was asked is committed';
    END IF;
    RETURN QUERY WITH told AS (
        SELECT event.client_id, (
            SELECT count(*) FROM audit_event AS before WHERE before.operator_id = me AND before.id <= asked
            AND before.action = '{ASKED_WHOSE}' AND before.at > {NOW} - 86400
        ) > coalesce((SELECT CAST(CAST(setting.value AS jsonb)->>'whose_a_day' AS bigint)
                      FROM setting WHERE setting.key = 'team'), {WHOSE_A_DAY}) AS too_often
        FROM audit_event AS event WHERE event.id = asked AND event.operator_id = me
        AND event.action = '{ASKED_WHOSE}' AND event.at > {NOW} - 60)
    SELECT told.too_often, CASE WHEN NOT told.too_often THEN CAST(operator.name AS text) END
        FROM told LEFT JOIN client ON client.id = told.client_id
        LEFT JOIN operator ON operator.id = client.owner_id;
"""

TOLD = (
    Function(
        "salesdesk_ask_whose(wanted text)", "bigint",
        _ASK_WHOSE,
        declare="me bigint := salesdesk_me(); theirs bigint; asked bigint;",
        volatility="VOLATILE", callers=("operator",),
    ),
    Function(
        "salesdesk_told_whose(asked bigint)", "TABLE (too_often boolean, whose text)",
        _TOLD_WHOSE,
        declare="me bigint := salesdesk_me();",
        callers=("operator",), rows="ROWS 1",
    ),
    Function(
        "salesdesk_zones()", "SETOF text",
        """
        RETURN QUERY WITH RECURSIVE skip(zone) AS (SELECT min(client.zone) FROM client UNION ALL
            SELECT (SELECT min(client.zone) FROM client WHERE client.zone > skip.zone)
            FROM skip WHERE skip.zone IS NOT NULL)
            SELECT CAST(skip.zone AS text) FROM skip WHERE skip.zone IS NOT NULL;
        """,
        rows="ROWS 20",
    ),
    Function(
        "salesdesk_never_called(numbers text[])", "TABLE (number text, client bigint, never boolean)",
        """
        RETURN QUERY SELECT CAST(phone.e164 AS text), c.id, c.do_not_call
            FROM phone JOIN client AS c ON c.id = phone.client_id
            WHERE phone.e164 = ANY (numbers) AND phone.state = 'do_not_call';
        """,
    ),
    Function(
        "salesdesk_never_call(wanted bigint)", "void",
        """
        IF NOT salesdesk_sees(wanted) THEN
            RAISE insufficient_privilege USING MESSAGE = 'permission denied for this client';
        END IF;
        -- Cards that are not seen have the number, too: there as well nobody may call it from now on.
        UPDATE phone SET state = 'do_not_call'
            WHERE state <> 'do_not_call' AND NOT salesdesk_sees(client_id) AND e164 IN (
                SELECT own.e164 FROM phone AS own
                WHERE own.client_id = wanted AND own.state = 'do_not_call' AND own.e164 IS NOT NULL);
        """,
        volatility="VOLATILE", callers=("operator",),
    ),
    Function(
        "salesdesk_loads(people bigint[])", "TABLE (person bigint, owed bigint)",
        """
        RETURN QUERY SELECT n.operator_id, count(*) FROM next_action AS n
            WHERE n.operator_id = ANY (people) AND n.closed_at IS NULL AND n.hold IS NULL
            GROUP BY n.operator_id;
        """,
    ),
)  # fmt: skip
