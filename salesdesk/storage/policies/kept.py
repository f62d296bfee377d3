"""What triggers keep: whose a client is, what was handed on, and the trail."""

from salesdesk.storage.journal import EXPORT, GOES_ON, LISTED, WRITE_DOWN
from salesdesk.storage.policies.function import NOW, Function

_LAST = """NOT EXISTS (SELECT FROM hand_on AS later
                        WHERE later.client_id = h.client_id AND later.id > h.id)"""
_WAITS_FROM_ME = f"""h.from_id = me AND h.to_id <> me AND h.closed_at IS NULL
        AND h.confirmed_at IS NULL AND h.declined_at IS NULL AND {_LAST}"""
"""Whether a hand-on `h` is the last of its client, its giver's own, and not answered yet."""
_TAKEN_BACK = f"""(
        (h.to_id = {{owner}} AND {_WAITS_FROM_ME})
        OR (h.to_id = me AND h.from_id = {{owner}} AND h.declined_at IS NOT NULL AND {_LAST}))"""
"""Whether a client of an owner is to be taken back: handed on and not answered, or declined, by mistake."""
_HANDED = f"""
                        {_TAKEN_BACK.format(owner="OLD.owner_id")}
                        -- Handed on: nobody's, what they stand in for, or what is owed by them.
                        OR (h.to_id = NEW.owner_id AND {_WAITS_FROM_ME}
                            AND (OLD.owner_id IS NULL OR OLD.owner_id = ANY (people)
                                 OR EXISTS (SELECT FROM next_action AS owed WHERE owed.client_id = OLD.id
                                            AND owed.closed_at IS NULL AND owed.operator_id = me)))
                        -- Answered in the place of who is absent.
                        OR (OLD.owner_id = ANY (people) AND {_LAST} AND (
                            (h.to_id = me AND h.confirmed_at IS NOT NULL AND NEW.owner_id = me)
                            OR (h.to_id = OLD.owner_id AND h.declined_at IS NOT NULL AND NEW.owner_id <> me)))
"""
"""Whether a hand-on `h` lets an operator change whose a client is."""

_GOES_ON = int(GOES_ON.total_seconds())
_TRAIL_KEPT = f"""
    IF salesdesk_role() IS NULL THEN  -- the owner of the base
        RETURN NEW;
    END IF;
    IF OLD.undone_at IS DISTINCT FROM NEW.undone_at AND OLD.operator_id IS DISTINCT FROM salesdesk_me()
            AND (salesdesk_role() = 'operator' OR OLD.undone_at IS NOT NULL) THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied to change the trail';
    END IF;
    IF CAST(OLD.changes AS jsonb) IS DISTINCT FROM CAST(NEW.changes AS jsonb) OR OLD.at <> NEW.at THEN
        -- What is still being typed grows, while nothing else was done; what rows were before it began stays.
        IF OLD.operator_id IS DISTINCT FROM salesdesk_me() OR OLD.undone_at IS NOT NULL
                OR OLD.action <> '{WRITE_DOWN}' OR NEW.at NOT BETWEEN OLD.at AND OLD.at + {_GOES_ON}
                OR EXISTS (SELECT FROM audit_event AS later WHERE later.operator_id = OLD.operator_id
                           AND later.id > OLD.id AND later.undone_at IS NULL)
                OR jsonb_array_length(CAST(NEW.changes AS jsonb))
                   <> jsonb_array_length(CAST(OLD.changes AS jsonb))
                OR EXISTS (
                    SELECT FROM jsonb_array_elements(CAST(OLD.changes AS jsonb)) AS was
                    WHERE jsonb_typeof(was->2) <> 'object' OR jsonb_typeof(was->3) <> 'object'
                    OR NOT EXISTS (
                        SELECT FROM jsonb_array_elements(CAST(NEW.changes AS jsonb)) AS now
                        WHERE (now->0) = (was->0) AND (now->1) = (was->1) AND (now->2) @> (was->2))) THEN
            RAISE insufficient_privilege USING MESSAGE = 'permission denied to change the trail';
        END IF;
    END IF;
    RETURN NEW;
"""

_TRAIL_FOLLOWS = """
    -- As the transaction ends: by then the cards are made one, or apart again.
    IF salesdesk_role() IS NOT NULL
            AND NOT EXISTS (
                SELECT FROM merged_client AS gone WHERE gone.client_id = OLD.client_id AND gone.kept_id IN (
                    NEW.client_id, (SELECT kept_id FROM merged_client WHERE client_id = NEW.client_id))
                AND NOT EXISTS (SELECT FROM client WHERE client.id = OLD.client_id))
            AND NOT EXISTS (
                SELECT FROM merge WHERE merge.client_id = OLD.client_id AND merge.undone_at IS NOT NULL
                AND CAST(merge.changes AS jsonb) @> jsonb_build_array(jsonb_build_array('audit_event', OLD.id,
                    jsonb_build_object('client_id', NEW.client_id),
                    jsonb_build_object('client_id', OLD.client_id)))) THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied to move the trail';
    END IF;
    RETURN NULL;
"""
# Who takes clients of nobody leaves a line for each. What this transaction wrote, or wrote anew, has no age.
_TAKING_NOTED = """
    IF salesdesk_role() = 'operator'
            AND NOT EXISTS (SELECT FROM audit_event AS event WHERE event.client_id = NEW.id
                            AND event.operator_id = salesdesk_me() AND age(event.xmin) <= 0) THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied to take a client unsaid';
    END IF;
    RETURN NULL;
"""
# What a day's exports and lists are counted by is no workstation's clock.
_EXPORT_DATED = f"""
    IF (NEW.action LIKE '{EXPORT} %' OR NEW.action LIKE '{LISTED} %') AND salesdesk_role() = 'operator' THEN
        NEW.at := {NOW};
    END IF;
    RETURN NEW;
"""
_MERGE_KEPT = """
    IF salesdesk_role() IS NOT NULL AND CAST(OLD.changes AS jsonb) <> '[]'
            AND CAST(OLD.changes AS jsonb) <> CAST(NEW.changes AS jsonb) THEN
        RAISE insufficient_privilege USING MESSAGE = 'permission denied to change what a merge was';
    END IF;
    RETURN NEW;
"""

KEPT = (
    Function(
        "salesdesk_owner_changed()", "trigger",
        f"""
        IF salesdesk_role() = 'operator' AND OLD.owner_id IS DISTINCT FROM NEW.owner_id THEN
            me := salesdesk_me();
            people := salesdesk_people();
            IF OLD.owner_id IS DISTINCT FROM me AND NOT (OLD.owner_id IS NULL AND NEW.owner_id = me)
                    AND NOT EXISTS (SELECT FROM hand_on AS h WHERE h.client_id = OLD.id AND ({_HANDED}))
                    THEN
                RAISE insufficient_privilege USING MESSAGE = 'permission denied to take a client';
            END IF;
        END IF;
        -- From here on this transaction has a number: the rule of clients asks whether it changed one.
        PERFORM pg_current_xact_id();
        RETURN NEW;
        """,
        declare="me bigint; people bigint[];", volatility="VOLATILE", callers=(),
    ),
    Function(
        "salesdesk_hand_on_kept()", "trigger",
        """
        IF salesdesk_role() = 'operator' THEN
            me := salesdesk_me();
            IF NEW.client_id <> OLD.client_id OR NEW.from_id <> OLD.from_id
                    OR ((NEW.to_id <> OLD.to_id OR NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at
                         OR NEW.declined_at IS DISTINCT FROM OLD.declined_at)
                        AND OLD.to_id <> me
                        AND NOT (NEW.to_id IN (OLD.to_id, me) AND OLD.to_id = ANY (salesdesk_people())))
                    -- Nobody declines what they do not have.
                    OR (NEW.declined_at IS NOT NULL AND NEW.declined_at IS DISTINCT FROM OLD.declined_at
                        AND NOT EXISTS (SELECT FROM client
                                        WHERE id = OLD.client_id AND owner_id = OLD.to_id)) THEN
                RAISE insufficient_privilege USING MESSAGE = 'permission denied to answer for another';
            END IF;
        END IF;
        RETURN NEW;
        """,
        declare="me bigint;", volatility="VOLATILE", callers=(),
    ),
    Function(
        "salesdesk_reach_back(wanted bigint)", "void",
        # What is written in a transaction is seen in it.
        f"""
        IF EXISTS (SELECT FROM client AS c JOIN hand_on AS h ON h.client_id = c.id
                   WHERE c.id = wanted AND {_TAKEN_BACK.format(owner="c.owner_id")}) THEN
            UPDATE client SET zone = zone WHERE id = wanted;
        END IF;
        """,
        declare="me bigint := salesdesk_me();", volatility="VOLATILE",
    ),
    Function(
        "salesdesk_trail_kept()", "trigger",
        _TRAIL_KEPT,
        volatility="VOLATILE", callers=(),
    ),
    Function("salesdesk_trail_follows()", "trigger", _TRAIL_FOLLOWS, volatility="VOLATILE", callers=()),
    Function("salesdesk_taking_noted()", "trigger", _TAKING_NOTED, volatility="VOLATILE", callers=()),
    Function("salesdesk_export_dated()", "trigger", _EXPORT_DATED, volatility="VOLATILE", callers=()),
    Function("salesdesk_merge_kept()", "trigger", _MERGE_KEPT, volatility="VOLATILE", callers=()),
)  # fmt: skip

TRIGGERS = (
    ("operator", "AFTER INSERT OR UPDATE OF login, role, active", "salesdesk_operator_changed()"),
    ("client", "BEFORE UPDATE OF owner_id", "salesdesk_owner_changed()"),
    ("audit_event", "BEFORE UPDATE", "salesdesk_trail_kept()"),
    ("hand_on", "BEFORE UPDATE", "salesdesk_hand_on_kept()"),
    ("audit_event", "BEFORE INSERT", "salesdesk_export_dated()"),
    ("merge", "BEFORE UPDATE OF changes", "salesdesk_merge_kept()"),
)
AT_THE_END = (
    (
        "audit_event", "AFTER UPDATE OF client_id", "OLD.client_id IS DISTINCT FROM NEW.client_id",
        "salesdesk_trail_follows()",
    ),
    (
        "client", "AFTER UPDATE OF owner_id", "OLD.owner_id IS NULL AND NEW.owner_id IS NOT NULL",
        "salesdesk_taking_noted()",
    ),
)  # fmt: skip
"""What is asked as a transaction ends: by then all that belongs together is written."""
