"""An operator who wants to change another's client: by number, by a card that was open, by a file."""

from datetime import timedelta

import pytest
from builders import owed, said, step

from salesdesk.base.filters import Everything
from salesdesk.desk import calls, deals, drafts, editing, next_actions
from salesdesk.desk.undo import undo
from salesdesk.errors import NotAllowedError, NotFoundError
from salesdesk.lead.handing_over import Asked, hand_over
from salesdesk.lead.sharing_out import To
from salesdesk.team.claims import claim
from tests.cli.attacks.conftest import tells_nothing
from tests.cli.conftest import one_line

TABLES = (
    "call",
    "next_action",
    "note",
    "contact",
    "phone",
    "deal",
    "draft",
    "claim",
    "client",
    "audit_event",
)


def everything(desk, client, contact, phone, deal):
    """Give all that is done from an open card."""
    return {
        "log": lambda: desk.write(calls.log_call, said(client, "busy")),
        "move": lambda: desk.write(next_actions.move, client, step(desk.now + timedelta(days=1))),
        "edit": lambda: desk.write(editing.edit_client, client, name="Моя"),
        "take over": lambda: desk.write(editing.edit_client, client, owner=desk.context.me.login),
        "note": lambda: desk.write(editing.add_note, client, "моя"),
        "person": lambda: desk.write(editing.save_contact, client, None, name="Мой"),
        "change a person": lambda: desk.write(editing.save_contact, client, contact, name="Мой"),
        "remove a person": lambda: desk.write(editing.remove_contact, client, contact),
        "number": lambda: desk.write(editing.save_phone, client, None, raw="+7 495 000-11-22"),
        "remove a number": lambda: desk.write(editing.remove_phone, client, phone),
        "deal": lambda: desk.write(deals.save_deal, client, None, title="", amount="1", stage="new"),
        "change a deal": lambda: desk.write(deals.save_deal, client, deal, title="", amount="1", stage="new"),
        "draft": lambda: desk.write(drafts.keep, client, {"note": "моя"}),
        "claim": lambda: desk.write(claim, client),
    }


def test_a_card_whose_client_was_handed_over_meanwhile_changes_nothing(attacked):
    boris = attacked.desk.beside("boris")
    client = attacked.his
    contact = boris.write(editing.save_contact, client, None, name="Пётр")
    deal = boris.write(deals.save_deal, client, None, title="", amount="5", stage="new")
    phone = boris.write(editing.save_phone, client, None, raw="+7 495 222-33-44")
    boris.write(editing.add_note, client, "было")
    attacked.desk.write(hand_over, Asked("boris", (To("vera"),), Everything()))
    before = [attacked.rows(table) for table in TABLES]
    for name, do in everything(boris, client, contact, phone, deal).items():
        with pytest.raises(NotFoundError, match=f"There is no client {client} among those that you see"):
            do()
        assert [attacked.rows(table) for table in TABLES] == before, name
    with pytest.raises(NotAllowedError, match="somebody else's by now"):
        boris.write(undo)
    # A row of another's card by way of one's own does not go either.
    with pytest.raises(NotFoundError):
        boris.write(editing.save_phone, attacked.free, phone, raw="+7 495 000-11-22")
    # Whose it is now does all of it.
    vera = attacked.desk.beside("vera")
    for name, do in everything(vera, client, contact, phone, deal).items():
        if name != "change a person" and not name.startswith("remove"):
            do()


def test_commands_change_nothing_of_hers(attacked, tmp_path):
    file = tmp_path / "hers.csv"
    file.write_text("external_id;name;phone;owner\nS-77;Моя;+7 812 345-67-89;boris\n", encoding="utf-8")
    before = [attacked.rows(table) for table in TABLES]
    for words in (
        ("log", attacked.hers, "--outcome", "not_interested", "--reason", "no_need"),
        ("log", "ext:S-77", "--outcome", "busy"),
        ("merge", attacked.his, attacked.hers), ("merge", attacked.hers, attacked.free),
        ("merge", attacked.his, attacked.hers, "--dry-run"),
        ("merge", attacked.his, attacked.free, "--take", f"name={attacked.hers}", "--dry-run"),
        ("duplicates", "--not", attacked.his, attacked.hers),
        ("import", file, "--source", "crm"), ("import", file, "--source", "crm", "--dry-run"),
        ("import", file, "--source", "crm", "--dry-run", "--rows", "--json"),
        ("import", file, "--source", "new", "--duplicates", "replace"),
        ("undo",),
    ):  # fmt: skip
        ran = attacked(*words)
        one_line(ran)
        if words[0] != "log" or words[1] != "ext:S-77":  # that is the word which was typed
            tells_nothing(ran)
        assert [attacked.rows(table) for table in TABLES] == before, words


def test_undo_takes_back_only_ones_own(attacked):
    assert attacked("log", attacked.free, "--outcome", "busy", who="galina").status == 0
    one_line(attacked("undo"))
    assert attacked("undo", who="galina").status == 0
    # Given away by a wrong key, a client comes back by undo, though it is not seen any more.
    boris = attacked.desk.beside("boris")
    boris.write(editing.edit_client, attacked.his, owner="vera")
    one_line(attacked("card", attacked.his))
    assert attacked("undo").status == 0
    assert attacked("card", attacked.his).status == 0


def test_what_is_owed_by_one_to_anothers_client_is_theirs_to_do(attacked):
    boris = attacked.desk.beside("boris")
    other = attacked.desk.beside("vera").client(
        "Общая", stage="new", owes=owed(attacked.desk.now) | {"operator_id": boris.me}
    )
    assert attacked("card", other).status == 0
    logged = attacked("log", other, "--outcome", "busy")
    assert (logged.status, logged.out) == (0, "Logged. What comes next is its owner's.\n")
    one_line(attacked("card", other))
    assert attacked("undo").status == 0
    assert attacked("card", other).status == 0


def test_a_demoted_lead_goes_on_with_nothing_at_an_open_desk(attacked):
    from sqlalchemy import text

    from salesdesk.codes import Role
    from salesdesk.team.rights import only_while_working

    lead = attacked.desk.beside("lead", Role.LEAD)
    lead.read(only_while_working)
    with attacked.desk.base.write() as session:
        session.execute(text("UPDATE operator SET role = 'operator' WHERE login = 'lead'"))
    with pytest.raises(NotAllowedError, match="open the desk anew"):
        lead.read(only_while_working)
