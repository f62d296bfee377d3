"""The list of the day: its order, who is in it, and that everything else agrees with it."""

from datetime import timedelta

from builders import Desk, owed, random_base
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from salesdesk.base.placement import CLIENT, NEXT_ACTION
from salesdesk.codes import Band, Hold
from salesdesk.desk import day, queue
from salesdesk.desk.reasons import why
from salesdesk.models import Claim
from salesdesk.scheduler import PROMISE_GRACE, band_order, callable_until

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def names(desk: Desk) -> list[str]:
    return [row.name for row in desk.read(queue.page).rows]


def listed(desk: Desk, limit: int = 50) -> list[int]:
    """Walk the whole list page by page."""
    found, cursor = [], None
    while True:
        page = desk.read(queue.page, after=cursor, limit=limit)
        assert [row.rank for row in page.rows] == [*range(len(found) + 1, len(found) + len(page.rows) + 1)]
        found += [row.client_id for row in page.rows]
        cursor = page.next
        if cursor is None:
            return found


def test_a_due_promise_then_late_ones_then_bands_with_what_is_overdue_first(desk):
    now = desk.now
    with desk.filling() as base:
        for name, due, columns in (
            ("promise due", owed(now + timedelta(minutes=9), promise=True), {"stage": "paused"}),
            ("promise of an hour ago", owed(now - HOUR, promise=True), {"stage": "paused"}),
            ("promise of yesterday", owed(now - DAY, promise=True), {"stage": "new"}),
            ("promise of last week", owed(now - 7 * DAY, promise=True), {"stage": "new"}),
            ("new overdue", owed(now - DAY), {"stage": "new", "interest": 0}),
            ("new hot", owed(now - HOUR), {"stage": "new", "interest": 5, "expected_minor": 1}),
            ("new dear", owed(now - HOUR), {"stage": "new", "expected_minor": 9_000_000}),
            ("new likelier", owed(now - HOUR), {"stage": "proposal", "expected_minor": 6_000_000}),
            ("new touched long ago", owed(now - HOUR), {"stage": "new", "last_call_at": now - 9 * DAY}),
            ("new touched lately", owed(now - HOUR), {"stage": "new", "last_call_at": now - DAY}),
            ("new untouched", owed(now - HOUR), {"stage": "new"}),
            ("active", owed(now - DAY), {"stage": "invoice", "interest": 5}),
            ("bought, asks anew", owed(now - HOUR), {"stage": "new", "won_at": now, "interest": 5}),
            ("paused", owed(now - HOUR), {"stage": "paused", "interest": 5}),
            ("cold, owed a call", owed(now - 2 * DAY), {}),
            ("cold, hot", None, {"interest": 5}),
            ("cold, nobody's", None, {"interest": 4, "owner_id": None}),
            ("cold", None, {"interest": 1}),
        ):
            base.client(name, owes=due, **columns)
    wanted = [
        "promise of an hour ago", "promise due", "promise of yesterday", "promise of last week",
        "new overdue", "new hot", "new likelier", "new dear", "new untouched", "new touched long ago",
        "new touched lately", "active", "bought, asks anew", "paused", "cold, owed a call", "cold, hot",
        "cold, nobody's", "cold",
    ]  # fmt: skip
    assert names(desk) == wanted
    afternoon = names(desk.at(now + 5 * HOUR))
    assert afternoon.index("active") < afternoon.index("new overdue") < afternoon.index("paused")


def test_a_promise_stands_where_its_time_will_be_and_comes_to_the_top_when_due(desk):
    with desk.filling() as base:
        for place in range(12):
            base.client(f"client {place:02}", stage="new", owes=owed(desk.now - HOUR), interest=3)
        base.client("at 11:04", stage="paused", owes=owed(desk.now + timedelta(minutes=40), promise=True))
        base.client("at 10:45", stage="paused", owes=owed(desk.now + timedelta(minutes=21), promise=True))
        base.client("tomorrow", stage="new", owes=owed(desk.now + DAY, promise=True))
    # One call is four minutes of this team: after six calls it is 10:48.
    assert names(desk)[6] == "at 10:45"
    assert names(desk)[10] == "at 11:04"
    assert names(desk.later(minutes=31))[:2] == ["at 10:45", "at 11:04"]


def test_a_promise_at_an_hour_of_the_clients_own_choice_is_kept(desk):
    """Late evening in Kamchatka: only what was agreed for about now."""
    with desk.filling() as base:
        for name, due in (("agreed", 0.5), ("agreed before", -0.9), ("late", -1.1)):
            at = owed(desk.now + due * HOUR, promise=True)
            base.client(name, stage="new", owes=at, zone="Asia/Kamchatka")
    assert names(desk) == ["agreed before", "agreed"]
    assert names(desk.at(desk.now + 17 * HOUR)) == ["agreed", "agreed before", "late"]  # the next morning


def test_what_a_row_says(desk):
    late = owed(desk.now - 3 * DAY, moves=2, attempt=4, goal="get_invoice")
    desk.client("ООО «Ромашка»", stage="proposal", owes=late, phones=("!+74951112233", "8 (495) 123-45-67"))
    row = desk.read(queue.page).rows[0]
    assert (row.days_late, row.overdue, row.moves, row.attempt, row.max_attempts) == (3, True, 2, 4, 6)
    assert (row.phone, row.goal, row.weighted_minor) == (
        "+74951234567",
        "get_invoice",
        5_000_000 * 30 * 3 // 500,
    )
    said = desk.read(why, row.client_id).reason
    for part in ("New prospects", "3 days late", "moved 2 times", "interest 3 of 5", "attempt 4 of 6"):
        assert part in said


ABSENT = (
    ("do_not_call", {"do_not_call": True}),
    ("rejected", {"stage": "rejected"}),
    ("no_number", {"phones": ()}),
    ("no_number", {"phones": ("!+74951234567",), "stage": "new", "due": -1}),
    ("attempts_used_up", {"stage": "new", "attempts": 6, "due": -1, "hold": Hold.ATTEMPTS_USED_UP}),
    ("outside_calling_hours", {"zone": "Asia/Kamchatka"}),
    ("outside_calling_hours", {"zone": "Asia/Kamchatka", "stage": "new", "due": -2, "promise": True}),
    ("called_recently", {"stage": "new", "attempts": 2, "due": 1}),
    ("not_due", {"stage": "new", "due": 30, "promise": True}),
    ("not_due", {"stage": "new", "due": 1}),
    ("no_next_action", {"stage": "new"}),
    ("not_mine", {"owner": "boris"}),
    ("not_mine", {"owner": "boris", "stage": "new", "due": -1}),
    ("claimed", {"claimed": True}),
    ("claimed", {"claimed": True, "stage": "new", "due": -1}),
)


def test_who_is_not_in_the_list_and_why(desk):
    boris = desk.beside("boris").me
    absent = []
    with desk.filling() as base:
        for code, told in ABSENT:
            columns = dict(told)
            owner = boris if columns.pop("owner", None) else desk.me
            action = {name: columns.pop(name) for name in ("promise", "hold") if name in columns}
            due, claimed = columns.pop("due", None), columns.pop("claimed", False)
            owes = None if due is None else owed(desk.now + due * HOUR, operator_id=owner, **action)
            absent.append((code, told, base.client(owes=owes, owner_id=owner, **columns)))
            if claimed:
                base.claim(absent[-1][-1], boris, desk.now + HOUR)
    assert listed(desk) == []
    for code, told, client_id in absent:
        found = desk.read(why, client_id)
        assert found.block_codes == (code,), told
        assert found.blocks[0] in found.reason


def oracle(desk: Desk) -> list[int]:
    """Make the list by the rules, out of every row of the base: slowly, and in another way."""
    context, now = desk.context, desk.now
    soon, tomorrow = now + timedelta(minutes=context.catalogues.team.notice_minutes), context.midnight + DAY
    top, late, coming = [], [], []
    bands = {(band, rank): [] for band in Band for rank in (0, 1)}
    with desk.base.read() as session:
        clients = {row.id: row for row in session.execute(select(CLIENT))}
        actions = session.execute(select(NEXT_ACTION).where(NEXT_ACTION.c.closed_at.is_(None))).all()
        claims = session.scalars(select(Claim)).all()
    taken = {claim.client_id for claim in claims if claim.operator_id != desk.me and claim.expires_at > now}
    awake = {row.id for row in clients.values() if callable_until(row.zone, now, context.calling)}
    for row in actions:
        due, client_id = row.due_at, row.client_id
        if row.operator_id != desk.me or row.hold or client_id in taken or due >= tomorrow:
            continue
        if row.promise and (client_id in awake or due > now - PROMISE_GRACE):
            (late if due < context.midnight else top if due <= soon else coming).append((due, client_id))
        elif not row.promise and client_id in awake and due <= now:
            bands[row.band, int(due >= context.midnight)].append((row.sort_key, client_id))
    for row in clients.values():
        if row.pool and row.owner_id in {desk.me, None} and row.id in awake - taken:
            bands[Band.TELEMARKETING, 1].append((row.sort_key, row.id))
    day_head = desk.read(queue.header)
    found = [client for _due, client in sorted(top)] + [client for _due, client in sorted(late, reverse=True)]
    for band in band_order(now, day_head.half_at):
        found += [client for rank in (0, 1) for _key, client in sorted(bands[band, rank])]
    for due, client in sorted(coming):
        each = timedelta(minutes=context.catalogues.team.minutes_per_call)
        place = next((rank for rank in range(len(found)) if now + each * rank >= due), len(found))
        while place < len(found) and found[place] in {other for _due, other in coming}:
            place += 1
        found.insert(place, client)
    return found


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],  # to shrink an example by a database would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 10**9), page=st.integers(1, 40), hours=st.sampled_from([0, 0, 0.5, 5, 9, 20]))
def test_pages_counts_and_reasons_agree_with_the_rules(desk, seed, page, hours):
    random_base(desk, seed, clients=25)
    desk = desk.at(desk.now + hours * HOUR)
    wanted = oracle(desk)
    assert listed(desk, page) == wanted
    assert len(set(wanted)) == len(wanted)
    with desk.base.read() as session:
        clients = session.scalars(select(CLIENT.c.id)).all()
        assert {found for found in clients if why(session, desk.context, found).listed} == set(wanted)
    rows = desk.read(queue.page, limit=10_000).rows
    counts = desk.read(day.counts)
    assert counts.bands == {band: sum(row.band == band for row in rows) for band in Band}
    assert counts.overdue == sum(row.overdue for row in rows)
    assert counts.promises == sum(row.promise for row in rows)
