"""What the full-text index holds of a client: folded words, and the digit runs of its numbers."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from salesdesk.base.folding import fold
from salesdesk.models import Client, Contact, MergedClient, Phone
from salesdesk.storage.search_index import LONGEST, digit_runs

_LONGEST_TEXT = 2000


def document(
    name: str,
    contacts: Iterable[str] = (),
    city: str | None = None,
    tax_id: str | None = None,
    email: str | None = None,
    phone_digits: Iterable[str] = (),
) -> str:
    """Make a client's document. Of what goes on and on, nobody looks for the end."""
    texts = (name, *contacts, city or "", tax_id or "", email or "")
    words = fold(" ".join(text[:_LONGEST_TEXT] for text in texts)).split()
    runs = filter(None, map(digit_runs, dict.fromkeys(phone_digits)))
    return " ".join((*(word[:LONGEST] for word in words), *runs))


def documents(session: Session, client_ids: Sequence[int]) -> list[tuple[int, str]]:
    """Make the documents of clients out of what the base says of them now."""
    people: dict[int, list[str]] = {}
    for client_id, name, email in session.execute(
        select(col(Contact.client_id), col(Contact.name), col(Contact.email))
        .where(col(Contact.client_id).in_(client_ids))
        .order_by(col(Contact.id))
    ):
        people.setdefault(client_id, []).append(f"{name} {email or ''}")
    for client_id, name, external_id in session.execute(
        select(col(MergedClient.kept_id), col(MergedClient.name), col(MergedClient.external_id))
        .where(col(MergedClient.kept_id).in_(client_ids))
        .order_by(col(MergedClient.client_id))
    ):
        # Who knows a card that went into this one by its name or its id finds this one.
        people.setdefault(client_id, []).append(f"{name} {external_id or ''}")
    numbers: dict[int, list[str]] = {}
    for client_id, digits in session.execute(
        select(col(Phone.client_id), col(Phone.digits))
        .where(col(Phone.client_id).in_(client_ids))
        .order_by(col(Phone.id))
    ):
        numbers.setdefault(client_id, []).append(digits)
    clients = session.execute(
        select(
            col(Client.id), col(Client.name), col(Client.city), col(Client.tax_id), col(Client.email)
        ).where(col(Client.id).in_(client_ids))
    )
    return [
        (row[0], document(row[1], people.get(row[0], ()), row[2], row[3], row[4], numbers.get(row[0], ())))
        for row in clients
    ]
