"""Planning once: for one unit of work, which stays what it was."""

import pytest
from sqlalchemy import event

from salesdesk.base import listing
from salesdesk.base.filters import Everything
from salesdesk.gateway import Gateway
from salesdesk.lead.funnel import funnel
from salesdesk.lead.reports.asking import report
from salesdesk.lead.vip_dialogues import vip_dialogues
from salesdesk.opening import Opened, Start
from salesdesk.storage.planning import plan_anew, plan_once, planned_once

pytestmark = pytest.mark.parametrize("base", ["postgresql"], indirect=True)

SETTINGS = ("plan_cache_mode", "enable_seqscan", "transaction_read_only")
PLANNED = ("force_generic_plan", "off")
USUAL = ("auto", "on")


def settings(session):
    shown = ", ".join(f"current_setting('{name}')" for name in SETTINGS)
    return tuple(session.connection().exec_driver_sql(f"SELECT {shown}").one())


@pytest.mark.parametrize(("unit", "reads_only"), [("read", "on"), ("write", "off")])
def test_what_is_planned_once_holds_for_one_unit_which_reads_or_writes_as_before(base, unit, reads_only):
    with getattr(base, unit)() as session:
        plan_once(session)
        assert settings(session) == (*PLANNED, reads_only)
    with getattr(base, unit)() as session:
        assert settings(session) == (*USUAL, reads_only)


def test_a_unit_that_has_begun_can_still_plan_once(base):
    for _unit in range(3):  # on one connection: what is sent again is prepared
        with base.write() as session:
            assert settings(session) == (*USUAL, "off")
            plan_once(session)
            assert settings(session) == (*PLANNED, "off")


def test_what_is_not_found_by_keys_alone_may_be_gone_through(base):
    with base.read() as session:
        plan_once(session, by_keys=False)
        assert settings(session) == (PLANNED[0], USUAL[1], "on")


COUNTED = [
    lambda session, context: report(session, context, "vip"),
    funnel,
    vip_dialogues,
    listing.listed,
    lambda session, context: listing.count(session, context, Everything()),
]


@pytest.mark.parametrize("use_case", COUNTED)
def test_figures_and_lists_are_planned_for_what_they_are_asked_about(base, context, use_case):
    with base.read() as session:
        use_case(session, context)
        assert settings(session) == ("force_custom_plan", "on", "on")
        assert session.connection().exec_driver_sql("SHOW random_page_cost").scalar_one() == "1.1"
    with base.read() as session:
        assert settings(session) == (*USUAL, "on")
        assert session.connection().exec_driver_sql("SHOW random_page_cost").scalar_one() == "4"


def test_what_was_said_first_of_a_unit_holds(base):
    with base.read() as session:
        plan_once(session)
        plan_anew(session)
        assert settings(session) == (*PLANNED, "on")


@planned_once
def settings_met(session, _context):
    return settings(session)


async def test_a_desk_begins_so_what_is_planned_once_before_it_asks_anything(base, context):
    gateway, sent = Gateway(Start(operator="anna")), []
    gateway.opened = Opened(base, context)
    event.listen(base.engine, "before_cursor_execute", lambda *about: sent.append(about[2]))
    try:
        for run, reads_only in ((gateway.read, "on"), (gateway.write, "off")):
            assert await run(settings_met) == (*PLANNED, reads_only)
    finally:
        await gateway.close()
    assert not [each for each in sent if "set_config" in each]
