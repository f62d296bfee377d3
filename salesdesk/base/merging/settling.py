"""Cards that are apart again: each names only what is its own, is owed what it should be, and is found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.engine import Row

from salesdesk.base.deal_course import BESIDE, stage_order
from salesdesk.base.merging.numbers import CALL, PHONE, mark_of, numbers_of
from salesdesk.base.merging.owed import owe_where_nothing_is
from salesdesk.base.merging.tables import LOOSE, Loose
from salesdesk.base.never_call import mark_numbers
from salesdesk.base.placement import NEXT_ACTION, place, read_client, read_open_action
from salesdesk.base.search_document import documents
from salesdesk.codes import PhoneState
from salesdesk.context import Context
from salesdesk.models import Call, Client, Deal, NextAction, Phone, StageChange
from salesdesk.storage import search_index
from salesdesk.storage.among import among, within
from salesdesk.storage.journal import Journal, table_of

DEAL, CHANGE = table_of(Deal), table_of(StageChange)


def _strangers(loose: Loose) -> Select[Any]:
    """Select the rows of some cards that name a row of another of these."""
    table, target = loose.table, table_of(loose.target).alias("target")
    return (
        select(table.c.id, table.c.client_id, loose.named.label("named"), target.c.client_id.label("whose"))
        .join(target, target.c.id == loose.named)
        .where(
            among(table.c.client_id, "cards"), among(target.c.client_id, "cards"),
            target.c.client_id != table.c.client_id,
        )
        .order_by(table.c.id)
    )  # fmt: skip


_STRANGERS = {loose: _strangers(loose) for loose in LOOSE}
_STRANGE_NUMBERS = (
    select(CALL.c.id.label("call_id"), CALL.c.client_id.label("card"), PHONE)
    .join(PHONE, PHONE.c.id == CALL.c.phone_id)
    .where(
        among(CALL.c.client_id, "cards"), among(PHONE.c.client_id, "cards"),
        PHONE.c.client_id != CALL.c.client_id,
    )
)  # fmt: skip


@dataclass
class Apart:
    """Cards that were one, and what playing back left to be decided."""

    keep: int
    others: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    """Next actions that the merge closed."""
    put_back: list[int] = field(default_factory=list)
    """Numbers that are there again."""
    freed: list[int] = field(default_factory=list)
    """Numbers whose state is again what it was."""
    stood: Row[Any] | None = None
    """The card that stays, as it was before it was taken apart."""
    stage_stayed: bool = False

    @property
    def cards(self) -> list[int]:
        """All of them."""
        return [self.keep, *self.others]


def settle_apart(journal: Journal, context: Context, apart: Apart) -> None:
    """Bring cards in step that were one."""
    session = journal.session
    _part(journal, apart.cards)
    _part_numbers(journal, apart.cards)
    elsewhere = _never_again(journal, context, apart)
    _stay_in_work(journal, context, apart)
    for card in apart.cards:
        _stand(journal, context, card)
        _reopen(journal, context, card, apart.closed)
        owe_where_nothing_is(journal, context, card)
        _have_bought(journal, context, card)
    for card in (*apart.cards, *elsewhere):
        place(journal, context, card)
    search_index.replace(session, documents(session, apart.cards))


def _part(journal: Journal, cards: Sequence[int]) -> None:
    """Let no row name what is on another card now."""
    for loose in LOOSE:
        for row in journal.session.connection().execute(_STRANGERS[loose], {"cards": cards}).all():
            before = {"id": row.id, "client_id": row.client_id, loose.column: row.named}
            values = {"client_id": row.whose} if loose.follows else {loose.column: None}
            journal.change(loose.model, before, **values)


def _part_numbers(journal: Journal, cards: Sequence[int]) -> None:
    """Let calls name a number of their own card: one that went back stays there too, once it was called."""
    for row in journal.session.connection().execute(_STRANGE_NUMBERS, {"cards": cards}).all():
        own = numbers_of(journal.session, row.card)
        same = next((phone.id for phone in own if mark_of(phone) == mark_of(row)), None)
        if same is None:
            position = max((phone.position for phone in own), default=-1) + 1
            same = journal.add(
                Phone, client_id=row.card, contact_id=None, raw=row.raw, e164=row.e164,
                extension=row.extension, digits=row.digits, last4=row.last4, state=row.state,
                position=position,
            )  # fmt: skip
        journal.change(Call, {"id": row.call_id, "phone_id": row.id}, phone_id=same)


def _never_again(journal: Journal, context: Context, apart: Apart) -> set[int]:
    """Let nobody be called who has asked not to be since; give other cards whose numbers are free again."""
    session, other = journal.session, PHONE.alias("other")
    doubtful = [*apart.put_back, *apart.freed]
    asked = exists().where(
        other.c.e164 == PHONE.c.e164, other.c.id != PHONE.c.id, other.c.state == PhoneState.DO_NOT_CALL
    )
    wanted = select(PHONE).where(within(PHONE.c.id, doubtful), PHONE.c.state != PhoneState.DO_NOT_CALL, asked)
    for phone in session.execute(wanted).all():
        journal.change(Phone, phone, state=PhoneState.DO_NOT_CALL)
    for card in apart.cards:
        client = read_client(session, card)
        if client is not None and client.do_not_call:
            mark_numbers(journal, context, card, do_not_call=True)
    theirs = select(PHONE.c.client_id).where(within(PHONE.c.id, doubtful))
    return set(session.scalars(theirs)) - set(apart.cards)


def _stand(journal: Journal, context: Context, card: int) -> None:
    """Let a card stand where its open deal furthest along does, where it stands at none of them."""
    client = read_client(journal.session, card)
    if client is None:
        return
    open_deals = journal.session.execute(
        select(DEAL.c.stage, DEAL.c.stage_since).where(DEAL.c.client_id == card, DEAL.c.closed_at.is_(None))
    ).all()
    if not open_deals or client.stage in {deal.stage for deal in open_deals}:
        return
    along = stage_order(context)
    deal = max(open_deals, key=lambda deal: along.get(deal.stage, BESIDE))
    journal.change(Client, client, stage=deal.stage, stage_since=deal.stage_since)


def _stay_in_work(journal: Journal, context: Context, apart: Apart) -> None:
    """Leave a card in work that was closed before the merge, where something is owed to it since."""
    client, stood = read_client(journal.session, apart.keep), apart.stood
    entry = None if client is None else context.stage(client.stage)
    if client is None or stood is None or entry is None or entry.in_work:
        return
    if read_open_action(journal.session, apart.keep) is not None:
        journal.change(Client, client, stage=stood.stage, stage_since=stood.stage_since)
        apart.stage_stayed = True


def _have_bought(journal: Journal, context: Context, card: int) -> None:
    """Tell a card that it has bought, where its deal was won while it was part of another card."""
    client = read_client(journal.session, card)
    if client is None or client.won_at is not None:
        return
    won = [code for code, stage in context.catalogues.stages.items() if stage.won]
    deals = select(DEAL.c.id, DEAL.c.stage_since).where(DEAL.c.client_id == card, within(DEAL.c.stage, won))
    since = {deal.id: deal.stage_since for deal in journal.session.execute(deals)}
    if not since:
        return
    came = select(CHANGE.c.at).where(within(CHANGE.c.deal_id, [*since]), within(CHANGE.c.to_stage, won))
    journal.change(Client, client, won_at=min([*since.values(), *journal.session.scalars(came)]))


def _reopen(journal: Journal, context: Context, card: int, closed: Sequence[int]) -> None:
    """Open what the merge closed, where the card is owed nothing and may be owed something."""
    session = journal.session
    client = read_client(session, card)
    entry = None if client is None else context.stage(client.stage)
    over = client is None or client.do_not_call or (entry is not None and not entry.in_work)
    if over or read_open_action(session, card) is not None:
        return
    mine = select(NEXT_ACTION).where(NEXT_ACTION.c.client_id == card, within(NEXT_ACTION.c.id, closed))
    action = session.execute(mine.order_by(NEXT_ACTION.c.id.desc()).limit(1)).first()
    if action is not None:
        journal.change(NextAction, action, closed_at=None)
