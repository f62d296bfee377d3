"""SQLModel tables and enums, one file per subject. Constraints live here, behaviour does not.

A *loose* reference has no foreign key: its target is only ever removed by undo, and a foreign key
without an index of its own would make each such removal read the whole of a table of millions.
`db check` looks after loose references.
"""

from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
# Named constraints can be found again by a migration; set before the first table is declared.
SQLModel.metadata.naming_convention = NAMING

from salesdesk.codes import (
    Band,
    CardRule,
    ClientClass,
    GoalResult,
    Hold,
    ImportAction,
    ImportState,
    Measure,
    PhoneState,
    Role,
    Specialty,
    StepKind,
    Verdict,
)
from salesdesk.models.catalogue import (
    CallGoal,
    Campaign,
    ChecklistItem,
    Outcome,
    RejectReason,
    Script,
    ServicePolicy,
    Setting,
    Stage,
)
from salesdesk.models.client import Client, Contact, Phone
from salesdesk.models.deal import Deal, StageChange
from salesdesk.models.duplicate import LikelyDuplicate, Merge, MergedClient, NotDuplicate
from salesdesk.models.hand_on import HandOn
from salesdesk.models.lead import (
    CallReview,
    CallScore,
    OperatorCost,
    ReadMark,
    Review,
    StandUp,
    StandUpCard,
    Target,
)
from salesdesk.models.next_action import NextAction, NextActionPast
from salesdesk.models.order import (
    AuditEvent,
    ForbiddenNumber,
    Handover,
    ImportBatch,
    ImportRow,
    KnownMapping,
)
from salesdesk.models.people import Claim, LoginGuess, OpenForm, Operator
from salesdesk.models.segment import Segment
from salesdesk.models.talk import Call, Draft, Message, Note, Receipt

__all__ = [
    "AuditEvent",
    "Band",
    "Call",
    "CallGoal",
    "CallReview",
    "CallScore",
    "Campaign",
    "CardRule",
    "ChecklistItem",
    "Claim",
    "Client",
    "ClientClass",
    "Contact",
    "Deal",
    "Draft",
    "ForbiddenNumber",
    "GoalResult",
    "HandOn",
    "Handover",
    "Hold",
    "ImportAction",
    "ImportBatch",
    "ImportRow",
    "ImportState",
    "KnownMapping",
    "LikelyDuplicate",
    "LoginGuess",
    "Measure",
    "Merge",
    "MergedClient",
    "Message",
    "NextAction",
    "NextActionPast",
    "NotDuplicate",
    "Note",
    "OpenForm",
    "Operator",
    "OperatorCost",
    "Outcome",
    "Phone",
    "PhoneState",
    "ReadMark",
    "Receipt",
    "RejectReason",
    "Review",
    "Role",
    "SQLModel",
    "Script",
    "Segment",
    "ServicePolicy",
    "Setting",
    "Specialty",
    "Stage",
    "StageChange",
    "StandUp",
    "StandUpCard",
    "StepKind",
    "Target",
    "Verdict",
]
