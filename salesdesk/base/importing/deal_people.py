"""Whom the deals of a file are with: people, numbers and notes, added to the deals' clients."""

from collections.abc import Iterator, Mapping
from functools import partial

from sqlmodel import Session

from salesdesk.base.forbidden import Forbidden, forbidden_among, number_key
from salesdesk.base.importing.deal_reader import IncomingDeal
from salesdesk.base.importing.incoming import state_of
from salesdesk.base.importing.known import Known, clients_of
from salesdesk.base.importing.reaching import bring_people
from salesdesk.base.phones import ParsedPhone
from salesdesk.base.placement import place, read_client
from salesdesk.base.search_document import documents
from salesdesk.base.zones import client_zone
from salesdesk.codes import PhoneState
from salesdesk.context import Context
from salesdesk.models import Client, Note
from salesdesk.storage import search_index
from salesdesk.storage.journal import Journal


class DealPeople:
    """Adds them, a chunk at a time."""

    def __init__(self, session: Session, context: Context) -> None:
        self._session = session
        self._context = context
        self._forbidden = Forbidden()

    def bring(
        self, deals: Mapping[int, list[IncomingDeal]], journals: Mapping[int, Journal]
    ) -> Iterator[tuple[int, int]]:
        """Add what the deals of each client say; give each client that changed, and the row that did it."""
        phones = [phone for each in deals.values() for deal in each for phone, _person in deal.reached.phones]
        self._forbidden = forbidden_among(
            self._session, [number_key(phone.e164, phone.digits) for phone in phones]
        )
        changed = []
        for client_id, known in clients_of(self._session, deals).items():
            journal = journals[client_id]
            before = len(journal.changes)
            self._add(journal, known, deals[client_id])
            if len(journal.changes) > before:
                place(journal, self._context, client_id)
                changed.append((client_id, deals[client_id][0].row))
        if changed:
            search_index.replace(
                self._session, documents(self._session, [client_id for client_id, _row in changed])
            )
        yield from changed

    def _state_of(self, known: Known, phone: ParsedPhone) -> PhoneState:
        never = known.client.do_not_call or number_key(phone.e164, phone.digits) in self._forbidden
        return PhoneState.DO_NOT_CALL if never else state_of(phone)

    def _add(self, journal: Journal, known: Known, deals: list[IncomingDeal]) -> None:
        people = [person for deal in deals for person in deal.reached.people]
        phones = [pair for deal in deals for pair in deal.reached.phones]
        bring_people(journal, known, people, phones, state_of=partial(self._state_of, known))
        mails = [mail for deal in deals for mail in deal.reached.emails]
        current = read_client(self._session, known.client.id)
        if current is not None:
            facts = {"email": mails[0]} if mails else {}
            for deal in deals:
                facts |= deal.of_client
            said = {name: text for name, text in facts.items() if getattr(current, name) in {None, ""}}
            if phones and not known.phones:
                numbers = [phone.e164 for phone, _person in phones if phone.e164]
                region, city = said.get("region", current.region), said.get("city", current.city)
                said["zone"] = client_zone(numbers, region, city, current.zone)
            journal.change(Client, current, **said)
        for text in dict.fromkeys(text for deal in deals for text in deal.said):
            if text not in known.notes:
                journal.add(
                    Note,
                    client_id=known.client.id,
                    operator_id=self._context.me.id,
                    at=self._context.now,
                    text=text,
                )
