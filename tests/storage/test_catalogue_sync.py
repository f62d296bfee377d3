"""Catalogues in the base: in step with the files, and nothing that rows name is ever lost."""

from builders import Desk, said

from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.desk import calls, card
from salesdesk.models import CallGoal
from salesdesk.storage.base import open_base

OURS = """
[[goal]]
code = "visit"
key = "z"
title = { en = "agree on a visit", ru = "договориться о визите" }
"""


def test_what_the_files_change_changes_and_what_they_drop_stays_for_the_rows_that_name_it(
    sqlite_url, tmp_path
):
    from salesdesk.catalogues import packaged_data

    shipped = (packaged_data() / "goals.toml").read_text("utf-8")
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "goals.toml").write_text(shipped + OURS, "utf-8")
    base = open_base(sqlite_url, data=[tmp_path / "ours"])
    desk = Desk(base, context_of(base, Clock()))
    client_id = desk.client()
    desk.write(calls.log_call, said(client_id, "goal_reached", goal="visit", result="partial"))
    base.close()

    base = open_base(sqlite_url)  # without our own folder again
    with base.read() as session:
        assert session.get_one(CallGoal, "visit").active is False
    again = Desk(base, context_of(base, Clock()))
    assert again.read(card.card, client_id).timeline[-1].goal == "visit"
    assert list(base.catalogues.goals)[-1] == "visit"
    base.close()


def test_a_base_reads_its_own_catalogues_back_as_they_were(base):
    again = open_base(base.engine.url.render_as_string(hide_password=False))
    assert again.catalogues == base.catalogues
    assert again.catalogues.team.zone.key == "Europe/Moscow"
    again.close()
