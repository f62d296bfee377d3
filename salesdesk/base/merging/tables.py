"""Every table that names a client, and how a merge takes its rows over. A test fails on one that is missing.

What hangs on a row of these (reviews of calls, read marks, past states of next actions) goes with it.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table
from sqlmodel import SQLModel

from salesdesk.models import (
    AuditEvent,
    Call,
    CallReview,
    Claim,
    Contact,
    Deal,
    Draft,
    HandOn,
    ImportRow,
    LikelyDuplicate,
    Merge,
    MergedClient,
    Message,
    NextAction,
    NotDuplicate,
    Note,
    OpenForm,
    Phone,
    ReadMark,
    Review,
    StageChange,
    StandUpCard,
)
from salesdesk.storage.journal import table_of

MOVED: tuple[type[SQLModel], ...] = (
    Deal, StageChange, Call, Message, Note, Review, StandUpCard, AuditEvent, HandOn,
)  # fmt: skip
"""Rows that change nothing but their client."""

FOLDED: tuple[type[SQLModel], ...] = (Contact, Phone)
"""What both cards have is there once afterwards."""

OWED: tuple[type[SQLModel], ...] = (NextAction,)
"""At most one may be open."""

KEYED: tuple[type[SQLModel], ...] = (Draft, Claim, ImportRow, LikelyDuplicate, NotDuplicate, MergedClient)
"""The client is, or may be, a part of what they are found by."""

LEFT: tuple[type[SQLModel], ...] = (Merge,)
"""Says which card stayed when it was made, whatever became of that one since."""

GONE: tuple[type[SQLModel], ...] = (OpenForm,)
"""Goes with the card: what somebody has open of it now."""

COUNTED: dict[str, type[SQLModel]] = {
    "contacts": Contact,
    "phones": Phone,
    "deals": Deal,
    "calls": Call,
    "messages": Message,
    "notes": Note,
    "next_actions": NextAction,
    "stage_changes": StageChange,
    "reviews": Review,
    "call_reviews": CallReview,
    "read_marks": ReadMark,
    "stand_up_cards": StandUpCard,
    "imports": ImportRow,
}
"""What a person is told about before a merge."""


@dataclass(frozen=True, slots=True)
class Loose:
    """A column that names a row of another table which must be the same client's: no foreign key says so."""

    model: type[SQLModel]
    column: str
    target: type[SQLModel]
    follows: bool = False
    """Where the row named is another client's, this row goes to that one; else it names nothing any more."""

    @property
    def table(self) -> Table:
        """The table of the column."""
        return table_of(self.model)

    @property
    def named(self) -> Column[Any]:
        """The column itself."""
        return self.table.c[self.column]


LOOSE: tuple[Loose, ...] = (
    # The order matters: what follows one of these is named by the next.
    Loose(StageChange, "deal_id", Deal, follows=True),
    Loose(Review, "change_id", StageChange, follows=True),
    Loose(NextAction, "call_id", Call, follows=True),
    Loose(NextAction, "deal_id", Deal),
    Loose(Call, "deal_id", Deal),
    Loose(StandUpCard, "next_action_id", NextAction),
    Loose(StandUpCard, "note_id", Note),
    Loose(Phone, "contact_id", Contact),
    Loose(Message, "contact_id", Contact),
)
"""All but the number of a call, which `numbers` looks after: a call never loses the number it was made to."""
