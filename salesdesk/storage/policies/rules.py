"""Who may do what with each table of a base with login roles: one rule a table, and none without one.

An operator's conditions are SQL over the row, kept by the server whatever program asks. Leads and
administrators see every row, so that their statements are planned as if there were no rules; what they may
not touch, they are not granted.
"""

from dataclasses import dataclass

from salesdesk.storage.journal import ASKED_WHOSE, GIVEN

ME = "(SELECT salesdesk_me())"
"""Who is connected: asked once a statement, not once a row."""
_PEOPLE = "ANY (CAST((SELECT salesdesk_people()) AS bigint[]))"
"""Among those whose promises they keep: asked once a statement, too."""
_MINE = f"operator_id = {ME}"
_ALL = "true"
_WORKING = f"{ME} IS NOT NULL"

READ, ADD, CHANGE, REMOVE = "SELECT", "INSERT", "UPDATE", "DELETE"
EVERYTHING = (READ, ADD, CHANGE, REMOVE)


@dataclass(frozen=True, slots=True)
class Rule:
    """What an operator may do with a row (a condition; None: nothing), and what leads and administrators may.

    `columns` are those that an operator may change; none named: all.
    """

    read: str | None = None
    add: str | None = None
    change: str | None = None
    remove: str | None = None
    columns: tuple[str, ...] = ()
    leads: tuple[str, ...] = EVERYTHING
    admins: tuple[str, ...] = EVERYTHING
    leads_add: str | None = None
    """Which rows leads and administrators may add; None: any."""
    leads_change: str | None = None
    leads_remove: str | None = None
    """And which they may change, and remove."""
    serves: tuple[str, ...] = ()
    """What whoever lets browsers in may do with every row; of clients that is nothing."""


_SEES = "salesdesk_sees(client_id)"
"""Whether a row's client is seen, asked of each row: for what is read of one client, or written."""


def _with_client(table: str) -> str:
    """Say the same in words that a server can plan: for what is read of many clients at once."""
    return f"EXISTS (SELECT FROM client WHERE client.id = {table}.client_id)"


def _of_seen(
    read: str = _SEES, *, add: str | None = _ALL, remove: str | None = _ALL, change: str | None = _ALL
) -> Rule:
    """Make the rule of what hangs on a client: seen with it, and then as the conditions say."""

    def both(condition: str | None, seen: str) -> str | None:
        return None if condition is None else seen if condition == _ALL else f"{condition} AND {seen}"

    return Rule(read, both(add, _SEES), both(change, read), both(remove, read))


_CATALOGUE = Rule(_ALL, leads=(READ,), admins=(READ, ADD, CHANGE))
_OF_LEADS = Rule()
_BOTH = (
    "EXISTS (SELECT FROM client WHERE client.id = {0}.first_id)"
    " AND EXISTS (SELECT FROM client WHERE client.id = {0}.second_id)"
)
_NO_CATALOGUE = "key NOT IN ('team', 'holidays', 'catalogues') OR (SELECT salesdesk_role()) = 'admin'"
_GONE = "(NOT active AND role = 'operator')"
_SEEN = f"""
    owner_id = {_PEOPLE} OR (owner_id IS NULL AND {_WORKING} AND (SELECT salesdesk_pool_seen()))
    OR id IN (SELECT salesdesk_theirs())
    OR (pg_current_xact_id_if_assigned() IS NOT NULL AND salesdesk_sees(id))
"""
"""Whether a client is seen, in words that a server can plan: a function asked of each row of a large base
takes seconds. What is theirs besides what they own is gathered once a statement, and only where it meets a
client of somebody else. Only a transaction that has changed something asks the function too: it looks at the
row as it stands, not as it is to become, so that a client can be given away."""

RULES: dict[str, Rule] = {
    "alembic_version": Rule(_ALL, leads=(READ,), admins=(READ,), serves=(READ,)),
    "audit_event": Rule(
        # Whose a number was asked for, the line says: that is told by a function alone, and written by it. So
        # is that a client of the pool was given out.
        f"({_MINE} AND action <> '{ASKED_WHOSE}') OR {_SEES}",
        add=f"{_MINE} AND action NOT IN ('{ASKED_WHOSE}', '{GIVEN}')", change=_MINE, columns=("undone_at",),
        # What a lead types is one event as long as they type, and of cards that are made one the trail goes
        # to the one that stays; what may change of an event, a trigger says.
        leads=(READ, ADD, "UPDATE (at, client_id, changes, undone_at)"),
        admins=(READ, ADD, "UPDATE (at, client_id, changes, undone_at)"),
        # Their own deeds, and what comes about by itself: nobody's.
        leads_add=f"{_MINE} OR operator_id IS NULL",
    ),
    "call": Rule(
        f"{_MINE} OR {_with_client('call')}",
        add=f"{_MINE} AND {_SEES}",
        remove=_MINE,
    ),
    "call_goal": _CATALOGUE,
    "call_review": Rule(_MINE),
    "call_score": Rule("EXISTS (SELECT FROM call_review WHERE call_review.id = call_score.review_id)"),
    "campaign": Rule(_ALL, add=_ALL),
    "checklist_item": _CATALOGUE,
    # Not by the rule of clients: that asks for claims itself.
    "claim": Rule(
        # Those of the shared pool, which everybody sees, whoever takes the next passes by, one after another.
        f"{_MINE} OR place IS NOT NULL OR {_SEES}",
        add=f"{_MINE} AND {_SEES}", change=f"{_MINE} OR {_SEES}", remove=_MINE,
    ),
    "client": Rule(
        _SEEN, add=f"owner_id = {ME} OR (owner_id IS NULL AND {_WORKING})", change=_SEEN,
        remove=f"owner_id = {ME} AND salesdesk_mine_alone(id)",
    ),
    "client_search": _of_seen(_with_client("client_search")),
    "contact": _of_seen(_with_client("contact")),
    "deal": _of_seen(_with_client("deal")),
    "draft": _of_seen(add=_MINE, change=_MINE, remove=_MINE),
    "forbidden_number": Rule(_ALL),
    "hand_on": Rule(
        f"from_id = {ME} OR to_id = {ME} OR {_SEES}",
        add=f"from_id = {ME} AND to_id <> {ME} AND {_SEES}",
        change=f"from_id = {ME} OR to_id = {ME} OR {_SEES}",
        remove=f"from_id = {ME}",
    ),
    "handover": _OF_LEADS,
    # What brought the clients that one sees: the card's history says so.
    "import_batch": Rule("EXISTS (SELECT FROM import_row WHERE import_row.batch_id = import_batch.id)"),
    "import_row": _of_seen(add=None, change=None, remove=None),
    "known_mapping": _OF_LEADS,
    "likely_duplicate": Rule(_BOTH.format("likely_duplicate")),
    "login_guess": Rule(leads=(), admins=(), serves=EVERYTHING),
    "merge": Rule(
        leads=(READ, ADD, "UPDATE (changes, run_id, undone_at)"),
        admins=(READ, ADD, "UPDATE (changes, run_id, undone_at)"),
        leads_add=_MINE,
    ),
    "merged_client": Rule("EXISTS (SELECT FROM client WHERE client.id = merged_client.kept_id)"),
    "message": _of_seen(add=_MINE, change=None, remove=_MINE),
    "next_action": Rule(f"{_MINE} OR {_SEES}", add=_SEES, change=_SEES, remove=_SEES),
    "next_action_past": Rule(
        *4 * ("EXISTS (SELECT FROM next_action WHERE next_action.id = next_action_past.next_action_id)",)
    ),
    "not_duplicate": Rule(
        _BOTH.format("not_duplicate"), add=f"{_MINE} AND {_BOTH.format('not_duplicate')}", remove=_MINE
    ),
    "note": Rule(
        f"{_MINE} OR to_operator_id = {ME} OR {_SEES}",
        add=f"{_MINE} AND {_SEES}",
        change=f"to_operator_id = {ME}", columns=("seen_at",),
        remove=_MINE,
    ),
    "open_form": _of_seen(add=_MINE, change=_MINE, remove=_MINE),
    "operator": Rule(
        _ALL,
        # Imports name people who are gone, and take them out again; others stay, and so does their login.
        leads=(READ, ADD, "UPDATE (active, absent_until, substitute_id)", REMOVE),
        admins=(
            READ, ADD, REMOVE,
            "UPDATE (name, role, specialty, zone, active, absent_until, substitute_id)",
        ),
        leads_add=f"{_GONE} OR (SELECT salesdesk_role()) = 'admin'",
        leads_remove=_GONE,
        serves=(READ,),
    ),
    "operator_cost": _OF_LEADS,
    "outcome": _CATALOGUE,
    "phone": _of_seen(_with_client("phone")),
    "read_mark": _OF_LEADS,
    "receipt": Rule(_MINE, add=_MINE, change=_MINE, remove=_MINE),
    "reject_reason": _CATALOGUE,
    "review": _of_seen(_with_client("review"), add=None, change=None, remove=None),
    "script": _CATALOGUE,
    "segment": Rule(
        f"owner_id = {ME} OR shared", add=f"owner_id = {ME}", change=f"owner_id = {ME}",
        remove=f"owner_id = {ME}",
    ),
    "service_policy": _CATALOGUE,
    "setting": Rule(
        _ALL, leads=(READ, ADD, CHANGE), admins=(READ, ADD, CHANGE),
        leads_add=_NO_CATALOGUE, leads_change=_NO_CATALOGUE,
    ),
    "stage": _CATALOGUE,
    "stage_change": Rule(
        f"{_MINE} OR {_with_client('stage_change')}",
        add=f"{_MINE} AND {_SEES}",
        remove=_MINE,
        # Of cards that are made one, the history goes to the one that stays; nothing else of it changes.
        leads=(READ, ADD, REMOVE, "UPDATE (client_id, deal_id)"),
        admins=(READ, ADD, REMOVE, "UPDATE (client_id, deal_id)"),
    ),
    "stand_up": Rule(_MINE),
    "stand_up_card": Rule("EXISTS (SELECT FROM stand_up WHERE stand_up.id = stand_up_card.stand_up_id)"),
    "target": Rule(f"operator_id IS NULL OR {_MINE}"),
}  # fmt: skip
"""Every table of a base; a test says so."""
