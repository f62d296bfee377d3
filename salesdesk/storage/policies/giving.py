"""The shared pool given out by count: to an operator who does not see it, one client after another.

What they were given they see, and take it as they take what is their own.
"""

from salesdesk.storage.journal import GIVEN
from salesdesk.storage.policies.function import NOW, Function
from salesdesk.storage.policies.seeing import IS_GIVEN

_BEGINNING = -(2**62)
"""Before every key of the pool."""

_NOTE_GIVEN = f"""
    -- One after another, so that what is counted is all there is.
    PERFORM pg_advisory_xact_lock(hashtext('salesdesk_give'), CAST(me AS integer));
    IF (SELECT count(*) FROM audit_event AS given WHERE {IS_GIVEN.format(me="me")})
            >= salesdesk_pool_a_day() THEN
        RETURN false;
    END IF;
    INSERT INTO audit_event (at, operator_id, action, client_id, changes)
        VALUES (CAST(extract(epoch FROM clock_timestamp()) AS bigint), me, '{GIVEN}', wanted, '[]');
    RETURN true;
"""
_TAKE = f"""
    IF me IS NULL OR salesdesk_pool_a_day() IS NULL THEN
        RETURN NULL;
    END IF;
    -- Whoever says that it is later than it is takes nobody's client away.
    moment := least(at, {NOW});
    SELECT claim.place, claim.client_id INTO key_after, client_after FROM claim
        WHERE claim.operator_id = me AND claim.place IS NOT NULL AND claim.expires_at > moment
        ORDER BY claim.place DESC, claim.client_id DESC LIMIT 1;
    IF NOT FOUND THEN
        key_after := {_BEGINNING};
        client_after := 0;
    END IF;
    LOOP
        SELECT c.id, c.sort_key INTO client_there, key_there FROM client AS c
            WHERE c.pool AND c.owner_id IS NULL AND c.zone = ANY (zones)
            AND coalesce((SELECT claim.expires_at <= moment FROM claim WHERE claim.client_id = c.id), true)
            AND NOT EXISTS (SELECT FROM audit_event AS given
                            WHERE given.client_id = c.id AND {IS_GIVEN.format(me="me")})
            AND (c.sort_key, c.id) > (key_after, client_after)
            AND (c.sort_key, c.id) < (key_before, client_before)
            ORDER BY c.owner_id, c.sort_key, c.id LIMIT 1
            FOR NO KEY UPDATE OF c SKIP LOCKED;
        IF FOUND THEN
            INSERT INTO claim (client_id, operator_id, taken_at, expires_at, place)
                VALUES (client_there, me, at, until, key_there)
                ON CONFLICT (client_id) DO UPDATE SET operator_id = excluded.operator_id,
                    taken_at = excluded.taken_at, expires_at = excluded.expires_at, place = excluded.place
                WHERE claim.expires_at <= moment;
            IF FOUND THEN
                IF salesdesk_note_given(client_there) THEN
                    RETURN client_there;
                END IF;
                DELETE FROM claim WHERE claim.client_id = client_there AND claim.operator_id = me;
                RETURN NULL;
            END IF;
            -- Somebody was quicker: on behind them.
            key_after := key_there;
            client_after := client_there;
        ELSIF again OR key_after = {_BEGINNING} THEN
            RETURN NULL;
        ELSE
            -- Nobody is left behind those that one is on: from the beginning, once.
            again := true;
            key_after := {_BEGINNING};
        END IF;
    END LOOP;
"""

GIVING = (
    Function(
        "salesdesk_note_given(wanted bigint)", "boolean",
        _NOTE_GIVEN,
        declare="me bigint := salesdesk_me();",
        volatility="VOLATILE", callers=(),
    ),
    Function(
        "salesdesk_give(zones text[], at bigint, until bigint, key_before bigint, client_before bigint)",
        "bigint",
        _TAKE,
        declare="me bigint := salesdesk_me(); moment bigint; again boolean := false;"
        " key_after bigint; client_after bigint; key_there bigint; client_there bigint;",
        volatility="VOLATILE", callers=("operator",),
    ),
)  # fmt: skip
