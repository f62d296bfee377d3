"""Several cards become one: in one unit of work, and with all that it takes to have them back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from salesdesk.base.handed import end_what_is_over
from salesdesk.base.merging.fields import NEXT_ACTION, Card, check_chosen, kept_from, lost, merged_columns
from salesdesk.base.merging.keyed import move_keyed
from salesdesk.base.merging.numbers import move_numbers, numbers_of
from salesdesk.base.merging.owed import hand_over, move_owed, owe_where_nothing_is
from salesdesk.base.merging.people import Moved, move_people, remove_people
from salesdesk.base.merging.results import Merged
from salesdesk.base.merging.tables import COUNTED, MOVED
from salesdesk.base.never_call import mark_numbers
from salesdesk.base.placement import place, take_client
from salesdesk.base.references import current_id
from salesdesk.base.search_document import documents
from salesdesk.base.visible import not_there, sees
from salesdesk.base.zones import client_zone
from salesdesk.context import Context
from salesdesk.errors import InputError, NotAllowedError
from salesdesk.i18n import _
from salesdesk.models import Client, Deal, Merge, MergedClient, Note, Operator
from salesdesk.storage import search_index
from salesdesk.storage.among import within
from salesdesk.storage.journal import MERGE, Change, Journal, table_of
from salesdesk.team.claims import claimed_by
from salesdesk.team.rights import leads

DEAL, MERGES = table_of(Deal), table_of(Merge)


def merge(
    session: Session,
    context: Context,
    keep: int,
    others: Sequence[int],
    chosen: Mapping[str, int] | None = None,
    run_id: int | None = None,
) -> Merged:
    """Make the card `keep` out of itself and of `others`, which go; nothing that they say is lost.

    `chosen` says of a field whose value stays, where not the rule's. `run_id` is the first merge of a
    run of many. Raises NotFoundError for no such client, InputError for nothing to merge or a wrong
    choice, NotAllowedError for another operator's client or one that somebody is on now.
    """
    chosen = _by_card(session, chosen or {})
    cards = take_cards(session, context, keep, others)
    check_chosen(chosen, [card.id for card in cards])
    _nobody_is_on(session, context, cards)
    journal = Journal(session)
    merge_id = _begin(journal, context, cards[0].id, run_id)
    kept = kept_from(context, cards, cards_with_open_deals(session, cards), chosen)
    values = merged_columns(cards, kept)
    if values["stage"] is None and any(card.stage for card in cards):
        raise InputError(_("Who was in conversation has a stage: choose one."), "take")
    zone = _zone(session, context, cards, values)
    never = values["do_not_call"]
    closed = move_owed(journal, context, cards, chosen.get(NEXT_ACTION), values["stage"], never=never)
    names = operator_names(session)
    keep_id, gone = cards[0].id, [card.id for card in cards[1:]]
    for other in cards[1:]:
        people = _move_rows(journal, context, other, keep_id)
        _leave_number(journal, other, keep_id, merge_id)
        head = _("Merged into this card: {number} {name}").format(number=other.id, name=other.name)
        lines = [line for code, line in lost(context, other, values, names) if code != "name"]
        _write_down(journal, context, keep_id, head, [*lines, *people.lost])
    own = [line for _code, line in lost(context, cards[0], values, names)] + closed
    if own:
        _write_down(journal, context, keep_id, _("Changed by the merge:"), own)
    journal.change(Client, cards[0], **values, zone=zone, updated_at=context.now)
    _settle(journal, context, cards[0], cards, values["owner_id"])
    _end(journal, context, merge_id, keep_id, run_id)
    return Merged(merge_id, keep_id, values["name"], tuple(gone), _moved(journal.changes, gone))


def _by_card(session: Session, chosen: Mapping[str, int]) -> dict[str, int]:
    return {field: current_id(session, client) for field, client in chosen.items()}


def take_cards(session: Session, context: Context, keep: int, others: Sequence[int]) -> list[Card]:
    """Read the cards whole to change them, the one that stays first. Raises what `merge` raises."""
    wanted = [*dict.fromkeys(current_id(session, client) for client in (keep, *others))]
    if len(wanted) < 2:
        raise InputError(_("Give two different cards: one that stays, and what goes into it."))
    # In one order, whoever asks: two who merge the same cards must not wait for each other for ever.
    found = {client: take_client(session, client) for client in sorted(wanted)}
    cards: list[Card] = []
    for client in wanted:
        card = found[client]
        if card is None or not sees(session, context, card):
            raise not_there(context, client)
        cards.append(card)
    may_merge(session, context, cards)
    return cards


def may_merge(session: Session, context: Context, cards: Sequence[Card]) -> None:
    """Let an operator go on with clients that are theirs or nobody's. Raises NotAllowedError."""
    if leads(context):
        return
    for card in cards:
        if card.owner_id not in (None, context.me.id):
            raise NotAllowedError(
                _("{name} is {owner}'s client: a team lead may merge it.").format(
                    name=card.name, owner=operator_names(session).get(card.owner_id, "")
                )
            )


def cards_with_open_deals(session: Session, cards: Sequence[Card]) -> set[int]:
    """Tell which cards have a deal that is open."""
    ids = [card.id for card in cards]
    wanted = select(DEAL.c.client_id).where(within(DEAL.c.client_id, ids), DEAL.c.closed_at.is_(None))
    return set(session.scalars(wanted.distinct()))


def _nobody_is_on(session: Session, context: Context, cards: Sequence[Card]) -> None:
    for card in cards:
        other = claimed_by(session, context, card.id)
        if other is not None:
            raise NotAllowedError(
                _("{name} is on {client} now: merge when the call is over.").format(
                    name=other, client=card.name
                )
            )


def _begin(journal: Journal, context: Context, keep: int, run_id: int | None) -> int:
    merge_id = journal.add(
        Merge, at=context.now, operator_id=context.me.id, client_id=keep, run_id=run_id, changes=[],
        undone_at=None,
    )  # fmt: skip
    journal.changes.clear()  # the merge itself is no part of what it changed
    return merge_id


def _move_rows(journal: Journal, context: Context, other: Card, keep: int) -> Moved:
    """Let all that hangs on a card hang on another."""
    people = move_people(journal, other.id, keep)
    move_numbers(journal, other.id, keep, people)
    remove_people(journal, other.id, people)
    for model in MOVED:
        journal.repoint(model, "client_id", other.id, keep)
    move_keyed(journal, context, other.id, keep)
    return people


def _leave_number(journal: Journal, other: Card, keep: int, merge_id: int) -> None:
    """Take a card out, and let its number, its name and its id in its source find the one that stays."""
    journal.remove(Client, other)
    search_index.drop(journal.session, [other.id])
    journal.add_keyed(
        MergedClient, client_id=other.id, kept_id=keep, merge_id=merge_id, source=other.source,
        external_id=other.external_id, name=other.name,
    )  # fmt: skip


def _write_down(journal: Journal, context: Context, keep: int, head: str, lines: Sequence[str]) -> None:
    """Keep in a note on the card that stays what it does not say itself."""
    text = "\n".join([head, *lines])
    journal.add(
        Note, client_id=keep, operator_id=context.me.id, at=context.now, text=text, to_operator_id=None,
        seen_at=None,
    )  # fmt: skip


def _settle(
    journal: Journal, context: Context, keep: Card, cards: Sequence[Card], owner_id: int | None
) -> None:
    """Bring in step what follows: whose what is owed is, marks of numbers, the lists, search."""
    session = journal.session
    if any(card.do_not_call for card in cards):
        mark_numbers(journal, context, keep.id, do_not_call=True)
    hand_over(journal, context, cards, owner_id)
    end_what_is_over(journal, context, [keep.id])
    owe_where_nothing_is(journal, context, keep.id)
    place(journal, context, keep.id)
    search_index.replace(session, documents(session, [keep.id]))


def _end(journal: Journal, context: Context, merge_id: int, keep: int, run_id: int | None) -> None:
    """Keep the changes with the merge; the trail has but a line of it."""
    journal.session.execute(update(MERGES).where(MERGES.c.id == merge_id).values(changes=journal.changes))
    trail = Journal(journal.session)
    trail.changes.append((MERGES.name, merge_id, None, {"id": merge_id, "run_id": run_id}))
    trail.close(MERGE, at=context.now, operator_id=context.me.id, client_id=keep)


def _moved(changes: Sequence[Change], others: Sequence[int]) -> dict[str, int]:
    """Count what went over, by the names of `COUNTED`."""
    gone = set(others)
    counts = Counter(
        table
        for table, _row, before, _after in changes
        if before is not None and before.get("client_id") in gone
    )
    return {
        code: counts[table_of(model).name] for code, model in COUNTED.items() if counts[table_of(model).name]
    }


def _zone(session: Session, context: Context, cards: Sequence[Card], values: Mapping[str, Any]) -> str:
    """Give the zone: the kept card's, unless it knew neither place nor number and had to take the team's."""
    keep, *others = cards
    known = keep.region or keep.city or any(phone.e164 for phone in numbers_of(session, keep.id))
    if known:
        return str(keep.zone)
    numbers = [phone.e164 for card in others for phone in numbers_of(session, card.id) if phone.e164]
    if not (numbers or values.get("region") or values.get("city")):
        return str(keep.zone)
    return client_zone(numbers, values.get("region"), values.get("city"), context.catalogues.team.zone.key)


def operator_names(session: Session) -> dict[int, str]:
    """Give everybody's name, by id."""
    found = session.execute(select(col(Operator.id), col(Operator.name)))
    return {row[0]: row[1] for row in found}
