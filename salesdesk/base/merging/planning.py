"""The rehearsal of a merge: what each card says, what stays of it, what goes over. Nothing is written."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlmodel import Session

from salesdesk.base.merging.fields import FIELDS, NEXT_ACTION, Card, check_chosen, kept_from, said
from salesdesk.base.merging.one_card import cards_with_open_deals, operator_names
from salesdesk.base.merging.owed import open_actions, said_owed, stays_open
from salesdesk.base.merging.results import MergePlan, PlannedCard, PlannedField
from salesdesk.base.merging.what_moves import added_up, counts_of
from salesdesk.base.placement import CLIENT
from salesdesk.base.references import current_id
from salesdesk.base.visible import not_there, sees
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import _
from salesdesk.storage.among import within


def rehearse_merge(
    session: Session,
    context: Context,
    clients: Sequence[int],
    keep: int | None = None,
    chosen: Mapping[str, int] | None = None,
) -> MergePlan:
    """Tell what making one card of these would do; the cards stay in the order in which they are given.

    `keep` is the card that stays: where not said, the one that most was done with. Raises NotFoundError,
    and InputError for a wrong choice.
    """
    wanted = [*dict.fromkeys(current_id(session, client) for client in clients)]
    if len(wanted) < 2:
        raise InputError(_("Give two different cards: one that stays, and what goes into it."))
    found = {row.id: row for row in session.execute(select(CLIENT).where(within(CLIENT.c.id, wanted)))}
    for client in wanted:
        if client not in found or not sees(session, context, found[client]):
            raise not_there(context, client)
    counts = counts_of(session, wanted)
    keep = best_to_keep([*found.values()], counts) if keep is None else current_id(session, keep)
    if keep not in found:
        raise InputError(_("Client {number} is none of the cards to merge.").format(number=keep))
    taken = {field: current_id(session, client) for field, client in (chosen or {}).items()}
    check_chosen(taken, wanted)
    cards = [found[client] for client in wanted]
    names = operator_names(session)
    return MergePlan(
        keep,
        tuple(_card(card, counts.get(card.id, {}), names) for card in cards),
        tuple(_fields(session, context, cards, keep, taken)),
        added_up(counts, [client for client in wanted if client != keep]),
    )


def best_to_keep(cards: Sequence[Card], counts: Mapping[int, Mapping[str, int]]) -> int:
    """Choose the card that most was done with: deals, calls, all else; of equals the oldest."""

    def weight(card: Card) -> tuple[Any, ...]:
        mine = counts.get(card.id, {})
        talk = mine.get("calls", 0) + mine.get("messages", 0)
        return (
            card.won_at is not None, mine.get("deals", 0), card.stage is not None, talk, sum(mine.values()),
            -card.id,
        )  # fmt: skip

    return int(max(cards, key=weight).id)


def _card(card: Row[Any], counts: Mapping[str, int], names: Mapping[int, str]) -> PlannedCard:
    return PlannedCard(
        client_id=card.id, name=card.name, external_id=card.external_id, source=card.source,
        owner=names.get(card.owner_id), created_at=card.created_at, last_call_at=card.last_call_at,
        do_not_call=card.do_not_call, counts=counts,
    )  # fmt: skip


def _fields(
    session: Session, context: Context, cards: Sequence[Card], keep: int, chosen: Mapping[str, int]
) -> list[PlannedField]:
    in_order = sorted(cards, key=lambda card: card.id != keep)
    kept = kept_from(context, in_order, cards_with_open_deals(session, cards), chosen)
    names = operator_names(session)
    planned = [
        PlannedField(
            field.code,
            tuple(getattr(card, field.columns[0]) for card in cards),
            tuple(said(context, field, card, names) for card in cards),
            kept.get(field.code),
            field.open,
        )
        for field in FIELDS
    ]
    actions = open_actions(session, [card.id for card in cards])
    stays = stays_open(actions, chosen.get(NEXT_ACTION))
    owed = [actions.get(card.id) for card in cards]
    planned.append(
        PlannedField(
            NEXT_ACTION,
            tuple(action.id if action is not None else None for action in owed),
            tuple(said_owed(context, action) if action is not None else "" for action in owed),
            stays,
            open=True,
        )
    )
    return planned
