"""`salesdesk standup`: the record, as a table and as JSON."""

from datetime import datetime, timedelta

from salesdesk.clock import Clock
from salesdesk.codes import CardRule
from salesdesk.context import context_of
from salesdesk.lead.stand_up import begin, decide_next_action, decide_note, finish, write_down
from salesdesk.lead.stand_up_rows import Became
from salesdesk.rows import NextStep
from salesdesk.storage.base import open_base
from tests.cli.conftest import NOW, one_line


def held(path, now=NOW):
    """Hold a stand-up with ivanova by hand; give its rows."""
    base = open_base(str(path))
    context = context_of(base, Clock(fixed=datetime.fromisoformat(now)), "anna")
    operator = base.operator("ivanova").id
    with base.write() as session:
        begun = begin(session, context, operator)
    card = next(card for card in begun.cards if card.rule is not CardRule.REJECTED)
    step = NextStep("call", "get_request", context.now + timedelta(hours=2), promise=True)
    with base.write() as session:
        write_down(session, context, card.id, "=план", "замечание")
        decide_next_action(session, context, card.id, step)
        decide_note(session, context, card.id, "возьми [b]прайс[/b]")
        finish(session, context, begun.id)
    base.close()
    return begun, card


def test_the_record_as_json(desk, tmp_path):
    begun, card = held(tmp_path / "base.db")
    found = desk("standup", "--json", "--limit", "1").document["rows"]
    (row,) = [row for row in found if row["id"] == begun.id]
    assert (row["operator"], row["started_at"], row["decisions"]) == ("ivanova", NOW, 1)
    (one,) = [one for one in row["cards"] if one["client"] == card.client_id]
    assert (one["plan"], one["remarks"], one["note"]["text"]) == ("=план", "замечание", "возьми [b]прайс[/b]")
    assert one["next_action"]["became"] == Became.WAITING
    assert one["next_action"]["due_at"] == "2026-11-23T12:24:00+03:00"
    assert all(
        row["operator"] == "ivanova"
        for row in desk("standup", "--operator", "ivanova", "--json").document["rows"]
    )


def test_the_record_for_people(desk, tmp_path):
    held(tmp_path / "base.db")
    said = desk("--lang", "ru", "standup", "--operator", "ivanova").out
    assert "срок ещё не подошёл" in said
    assert "возьми [b]прайс[/b]" in said


def test_wrong_calls(desk, tmp_path):
    assert "no operator nobody" in one_line(desk("standup", "--operator", "nobody"))
    assert "Only a team lead" in one_line(desk("--operator", "ivanova", "standup"))
    one_line(desk("standup", "--limit", "0"), status=2)
