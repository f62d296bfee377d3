"""Everything that writes asks for a role: the table of docs/rights.md is held against the use cases."""

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

from salesdesk.codes import Role
from salesdesk.errors import NotAllowedError
from tests.rights.use_cases import writing_use_cases

DOCUMENT = Path(__file__).parents[2] / "docs" / "rights.md"
TABLE = dict(
    re.findall(
        r"^\| [^|]+ \| `([\w.]+)` \| (operator|lead|admin) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE
    )
)
INNER = {
    "base.importing.forbidding.forbid",
    "base.importing.remembering.remember",
    "base.whose_number.whose",
    "desk.client_columns.client_columns",
    "team.claims.take_free",
}
"""Parts of use cases that look like ones themselves."""
REFUSED = {Role.LEAD: "Only a team lead may do this", Role.ADMIN: "Only an administrator may do this"}


def test_the_document_names_everything_that_writes():
    assert set(TABLE) == writing_use_cases() - INNER
    assert len(TABLE) > 50


def tried(desk, name):
    """Ask for a use case with nothing but who asks; give what it says of who may."""
    module, _dot, use_case = name.rpartition(".")
    function = getattr(import_module(f"salesdesk.{module}"), use_case)
    nothing = [
        each
        for each in list(inspect.signature(function).parameters.values())[2:]
        if each.default is each.empty
    ]
    by_place = [None for each in nothing if each.kind is not each.KEYWORD_ONLY]
    by_name = {each.name: None for each in nothing if each.kind is each.KEYWORD_ONLY}
    try:
        desk.write(function, *by_place, **by_name)
    except NotAllowedError as refused:
        return str(refused)
    except Exception:  # noqa: BLE001  # nothing was given: what becomes of it does not matter here
        return ""
    return ""


def test_each_use_case_asks_for_its_role(lite):
    desks = {Role.OPERATOR: lite.beside("boris"), Role.LEAD: lite.beside("lead", Role.LEAD), Role.ADMIN: lite}
    order = [*desks]
    for name, said in TABLE.items():
        least = Role(said)
        for role, desk in desks.items():
            answer = tried(desk, name)
            if order.index(role) < order.index(least):
                assert REFUSED[least] in answer, (name, role)
            else:
                assert not answer.startswith(tuple(REFUSED.values())), (name, role)


def test_rehearsals_and_what_only_leads_read_ask_as_well(lite):
    boris = lite.beside("boris")
    for name in (
        "lead.sharing_out.rehearse", "lead.handing_over.rehearse_hand_over", "lead.coming_back.handovers",
        "lead.retiring.rehearse_retire", "lead.operators_now.operators_now", "lead.operators_now.calls_today",
        "lead.dropped.dropped", "lead.vip_dialogues.vip_dialogues", "lead.rejected_review.waiting",
        "lead.rejected_review.offer", "lead.call_reviews.calls_to_review", "lead.call_reviews.review_sheet",
        "lead.stand_up_turn.in_turn", "lead.stand_up_turn.day_of", "lead.stand_up_turn.card_of",
        "lead.stand_up_record.record", "lead.stand_up.stand_up",
    ):  # fmt: skip
        assert REFUSED[Role.LEAD] in tried(boris, name), name


def test_the_first_person_of_a_base_may_do_all(lite):
    assert lite.context.me.role is Role.ADMIN


@pytest.mark.parametrize("other", [Role.OPERATOR, Role.LEAD])
def test_only_an_admin_lets_somebody_work_here(desk, other):
    from salesdesk.team.operators import add_operator, operators

    with pytest.raises(NotAllowedError, match="Only an administrator"):
        desk.beside("boris", other).write(add_operator, "me too", role=Role.ADMIN)
    desk.write(add_operator, "vera")
    assert [one.login for one in desk.read(operators)] == ["anna", "boris", "vera"]


def test_a_base_is_carried_away_or_replaced_by_an_admin_alone(lite, sqlite_url, tmp_path):
    from sqlalchemy.engine import make_url

    from salesdesk.storage.who_opens import only_for_admins_of

    lite.beside("boris"), lite.beside("lead", Role.LEAD)
    url = make_url(f"sqlite:///{sqlite_url}")
    for login in (None, "anna"):
        only_for_admins_of(url, login)
    for login in ("boris", "lead", "nobody"):
        with pytest.raises(NotAllowedError):
            only_for_admins_of(url, login)
    # What cannot be asked stands in nobody's way: it is there to be put right.
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    for path in (damaged, tmp_path / "gone.db"):
        only_for_admins_of(make_url(f"sqlite:///{path}"), "boris")


def test_the_files_of_an_operators_workstation_do_not_overrule_the_base(lite, sqlite_url, tmp_path):
    from salesdesk.catalogues import packaged_data
    from salesdesk.storage.base import open_base

    lite.beside("boris")
    text = (packaged_data() / "team.toml").read_text("utf-8")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "team.toml").write_text(text.replace("list_rows = 500", "list_rows = 99999"), "utf-8")
    for login, rows in (("boris", 500), ("nobody", 500), ("anna", 99999), ("boris", 99999)):
        base = open_base(sqlite_url, data=(tmp_path / "own",), operator=login)
        assert base.catalogues.team.list_rows == rows, login
        base.close()
