"""What people do at a desk, in any order: each does one thing to a client, chosen by a number."""

from datetime import timedelta

from builders import Desk, said, step
from hypothesis import strategies as st

from salesdesk.codes import GoalResult
from salesdesk.desk import calls, card, deals, editing, next_actions
from salesdesk.desk.undo import undo

NUMBERS = ("+74951112233", "+74954445566", "2-33-44")


def log(desk: Desk, client_id: int, n: int) -> None:
    outcomes = [*desk.context.catalogues.outcomes.values()]
    rule = outcomes[n % len(outcomes)]
    asked = rule.needs_time or rule.needs_date or (n % 5 == 0 and not rule.terminal)
    desk.write(
        calls.log_call,
        said(
            client_id,
            rule.code,
            result=[*GoalResult][n % 3],
            reason="price" if rule.needs_reason else None,
            next_step=step(desk.now + timedelta(hours=n), promise=True) if asked else None,
        ),
    )


def move(desk: Desk, client_id: int, n: int) -> None:
    kind = ("call", "meeting")[n % 2]
    desk.write(
        next_actions.move, client_id, step(desk.now + timedelta(hours=n), kind=kind, promise=n % 3 == 0)
    )


def edit(desk: Desk, client_id: int, n: int) -> None:
    stages = [*desk.context.catalogues.stages]
    column = (
        {"stage": stages[n % len(stages)], "reject_reason": "price"},
        {"do_not_call": "no" if n % 4 else "yes"},
        {"interest": str(n % 6), "expected_amount": str(n * 100), "name": f"Имя {n}", "city": "Омск"},
        {"owner": ("anna", "boris", "")[n % 3]},
    )[n % 4]
    desk.write(editing.edit_client, client_id, **column)


def change_number(desk: Desk, client_id: int, n: int) -> None:
    phones = desk.read(card.card, client_id).numbers()
    if n % 3 == 0 and phones:
        desk.write(editing.remove_phone, client_id, phones[0].id)
    else:
        known = phones[0].id if n % 3 == 1 and phones else None
        desk.write(editing.save_phone, client_id, known, raw=NUMBERS[n % 3])


def change_person(desk: Desk, client_id: int, n: int) -> None:
    people = desk.read(card.card, client_id).contacts
    if n % 3 == 0 and people:
        desk.write(editing.remove_contact, client_id, people[0].id)
    else:
        known = people[0].id if n % 3 == 1 and people else None
        desk.write(editing.save_contact, client_id, known, name=f"Человек {n}", email="a@b.ru")


def change_deal(desk: Desk, client_id: int, n: int) -> None:
    stages = [*desk.context.catalogues.stages]
    known = desk.read(card.card, client_id).deals
    deal_id = known[n % len(known)].id if known and n % 3 else None
    told = {"title": "Заказ", "amount": str(n), "stage": stages[n % len(stages)], "reject_reason": "price"}
    desk.write(deals.save_deal, client_id, deal_id, **told)


def add(desk: Desk, client_id: int, n: int) -> None:
    stage = {"stage": "new"} if n % 2 else {}
    desk.write(editing.add_client, f"Новый {n}", NUMBERS[n % 3], **stage)


def note(desk: Desk, client_id: int, n: int) -> None:
    desk.write(editing.add_note, client_id, f"заметка {n}")


def take_back(desk: Desk, client_id: int, n: int) -> None:
    desk.write(undo)


DONE = st.sampled_from(
    [log, log, log, move, edit, edit, change_number, change_person, change_deal, add, note, take_back]
)
