"""What the card that stays says afterwards, field by field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Row

from salesdesk import wording
from salesdesk.base.deal_course import deal_ends
from salesdesk.base.folding import fold, name_key
from salesdesk.codes import Band, ClientClass
from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.formatting import amount
from salesdesk.i18n import N_, _

Card = Row[Any]
Chosen = Mapping[str, int]
"""Field to the client whose value stays, where the rule would choose another."""

NEXT_ACTION = "next_action"
_CLASSES = (ClientClass.C, ClientClass.B, ClientClass.A, ClientClass.VIP)
_PLACE = ("region", "city", "address", "postal_code")
"""One place: pieces of two would make a third that is nowhere."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the card: its columns, which go together, and what it is called."""

    code: str
    columns: tuple[str, ...]
    title: str
    open: bool = True


FIELDS: tuple[Field, ...] = (
    Field("name", ("name",), N_("name")),
    Field("external_id", ("external_id", "source"), N_("external id")),
    Field("campaign", ("campaign",), N_("campaign")),
    Field("tax_id", ("tax_id",), N_("tax id")),
    Field("industry", ("industry",), N_("industry")),
    Field("region", ("region",), N_("region")),
    Field("city", ("city",), N_("city")),
    Field("address", ("address",), N_("address")),
    Field("postal_code", ("postal_code",), N_("postal code")),
    Field("website", ("website",), N_("website")),
    Field("email", ("email",), N_("e-mail")),
    Field("owner", ("owner_id",), N_("owner")),
    Field("stage", ("stage", "stage_since"), N_("stage")),
    Field("class", ("client_class",), N_("class")),
    Field("interest", ("interest",), N_("interest")),
    Field("expected_amount", ("expected_minor",), N_("expected amount")),
    Field("do_not_call", ("do_not_call",), N_("do not call"), open=False),
)
TITLES = {field.code: field.title for field in FIELDS} | {NEXT_ACTION: N_("next action")}


def field_title(code: str) -> str:
    """Name a field."""
    return _(TITLES[code])


def check_chosen(chosen: Chosen, cards: Sequence[int]) -> None:
    """Refuse a field that is not to be chosen, and a client that is none of the cards. Raises InputError."""
    known = {field.code: field.open for field in FIELDS} | {NEXT_ACTION: True}
    for code, client in chosen.items():
        if code not in known:
            raise InputError(
                _("“{field}” is not a field of the card; these are: {fields}.").format(
                    field=code, fields=", ".join(code for code, may in known.items() if may)
                ),
                "take",
            )
        if not known[code]:
            raise InputError(
                _("“{field}” is not to be chosen: who asked never to be called is never called.").format(
                    field=code
                ),
                "take",
            )
        if client not in cards:
            raise InputError(
                _("{field}: client {number} is none of the cards to merge.").format(
                    field=code, number=client
                ),
                "take",
            )


def kept_from(
    context: Context, cards: Sequence[Card], open_deals: set[int], chosen: Chosen
) -> dict[str, int]:
    """Tell for each field the card whose value stays; the first card is the one that stays.

    `open_deals` are the cards with a deal that is open. A field that no card says anything of is left out.
    """
    found: dict[str, int] = {}
    for field in FIELDS:
        if field.code in chosen:
            card = next(card for card in cards if card.id == chosen[field.code])
        else:
            card = _RULES.get(field.code, _first_said)(_Asked(context, field, cards, open_deals))
        if _says(card, field) or field.code in chosen:
            found[field.code] = card.id
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    context: Context
    field: Field
    cards: Sequence[Card]
    open_deals: set[int]


def _first_said(asked: _Asked) -> Card:
    """Take the kept card's value; where it is empty the next one's, and of a place only if it is the same."""
    kept, *others = asked.cards
    for card in (kept, *others):
        if _says(card, asked.field) and (
            card is kept or asked.field.code not in _PLACE or _one_place(kept, card)
        ):
            return card
    return kept


def _one_place(kept: Card, other: Card) -> bool:
    return not any(
        getattr(kept, name)
        and getattr(other, name)
        and not same_text(getattr(kept, name), getattr(other, name))
        for name in _PLACE
    )


def _furthest(asked: _Asked) -> Card:
    """Take the stage that is further along. What is over stands behind a deal that is open."""
    return max(asked.cards, key=lambda card: _way(asked, card))


def _way(asked: _Asked, card: Card) -> tuple[int, int]:
    entry = asked.context.stage(card.stage)
    if entry is None:
        return (0, 0)
    at = [*asked.context.catalogues.stages].index(entry.code)
    if not entry.in_work:
        return (1, at)
    over = deal_ends(asked.context, entry) and bool(asked.open_deals - {card.id})
    if over and card.id not in asked.open_deals:
        return (2, at)
    return (4, at) if entry.band != Band.OTHER else (3, -at)


def _most(column: str) -> Callable[[_Asked], Card]:
    def most(asked: _Asked) -> Card:
        return max(asked.cards, key=lambda card: getattr(card, column))

    return most


def _highest_class(asked: _Asked) -> Card:
    return max(
        asked.cards,
        key=lambda card: _CLASSES.index(card.client_class) if card.client_class in _CLASSES else -1,
    )


_RULES: dict[str, Callable[[_Asked], Card]] = {
    "stage": _furthest,
    "class": _highest_class,
    "interest": _most("interest"),
    "expected_amount": _most("expected_minor"),
    "do_not_call": _most("do_not_call"),
}


def _says(card: Card, field: Field) -> bool:
    return getattr(card, field.columns[0]) not in (None, "")


def merged_columns(cards: Sequence[Card], kept: Mapping[str, int]) -> dict[str, Any]:
    """Give the columns of the card that stays: those of the fields, and what follows from all cards."""
    by_id = {card.id: card for card in cards}
    values: dict[str, Any] = {}
    for field in FIELDS:
        values |= {name: getattr(cards[0], name) for name in field.columns}
        if field.code in kept:
            values |= {name: getattr(by_id[kept[field.code]], name) for name in field.columns}
    values["name_key"] = name_key(values["name"])
    called = [card for card in cards if card.last_call_at is not None]
    if called:
        last = max(called, key=lambda card: card.last_call_at)
        values |= {"last_call_at": last.last_call_at, "attempts": last.attempts}
    values["won_at"] = min((card.won_at for card in cards if card.won_at is not None), default=None)
    values["created_at"] = min(card.created_at for card in cards)
    return values


def lost(
    context: Context, other: Card, values: Mapping[str, Any], owners: Mapping[int, str]
) -> list[tuple[str, str]]:
    """Say, a line for each field, what a card said and the card that stays does not say."""
    lines = []
    for field in FIELDS:
        name = field.columns[0]
        if not _says(other, field) or field.code == "do_not_call":
            continue
        mine, theirs = values.get(name), getattr(other, name)
        if mine != theirs and not (isinstance(theirs, str) and same_text(str(mine or ""), theirs)):
            title = _(field.title)
            lines.append((field.code, f"{title}: {said(context, field, other, owners)}"))
    return [(code, line) for code, line in lines if not line.endswith(": ")]


def same_text(mine: str, theirs: str) -> bool:
    """Tell whether two texts are the same words."""
    return mine == theirs or (bool(fold(mine)) and fold(mine) == fold(theirs))


def said(context: Context, field: Field, card: Card, owners: Mapping[int, str]) -> str:
    """Write a card's value of a field as people read it; nothing for none."""
    value = getattr(card, field.columns[0])
    if value in (None, ""):
        return ""
    if field.code in _SAYING:
        return _SAYING[field.code](context, card, owners)
    return str(value)


def _said_stage(context: Context, card: Card, _owners: Mapping[int, str]) -> str:
    return wording.titled(context.catalogues.stages, card.stage)


def _said_id(_context: Context, card: Card, _owners: Mapping[int, str]) -> str:
    number = wording.shown_id(card.external_id)
    return f"{number} ({card.source})" if number and card.source else number or card.source or ""


_SAYING: dict[str, Callable[[Context, Card, Mapping[int, str]], str]] = {
    "stage": _said_stage,
    "external_id": _said_id,
    "owner": lambda _context, card, owners: owners.get(card.owner_id, ""),
    "expected_amount": lambda context, card, _owners: (
        amount(card.expected_minor, context.catalogues.team.currency) if card.expected_minor else ""
    ),
    "interest": lambda _context, card, _owners: str(card.interest) if card.interest else "",
    "do_not_call": lambda _context, card, _owners: _("do not call") if card.do_not_call else "",
}
