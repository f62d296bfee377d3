"""The rows of the sample base on their way into it: plain tuples of stored values, and their columns."""

from salesdesk.models import (
    Call,
    Client,
    Contact,
    Deal,
    Message,
    NextAction,
    NextActionPast,
    Note,
    Phone,
    SQLModel,
    StageChange,
)

COLUMNS: dict[type[SQLModel], tuple[str, ...]] = {
    Client: (
        "id", "name", "name_key", "external_id", "source", "campaign", "tax_id", "industry", "region", "city",
        "address", "postal_code", "website", "email", "client_class", "stage", "stage_since", "interest",
        "expected_minor", "owner_id", "do_not_call", "won_at", "last_call_at", "attempts", "band", "sort_key",
        "zone", "pool", "unowed", "created_at", "updated_at",
    ),
    Contact: ("id", "client_id", "name", "position", "email"),
    Phone: (
        "id", "client_id", "contact_id", "raw", "e164", "extension", "digits", "last4", "state", "position",
    ),
    Deal: (
        "id", "client_id", "owner_id", "title", "product", "amount_minor", "currency", "stage", "stage_since",
        "opened_at", "closed_at", "reject_reason", "external_id", "source",
    ),
    StageChange: ("id", "client_id", "deal_id", "operator_id", "at", "from_stage", "to_stage", "reason"),
    Call: (
        "id", "client_id", "operator_id", "deal_id", "phone_id", "started_at", "talk_seconds", "outcome",
        "goal", "goal_result", "reason", "attempt", "stage", "note",
    ),
    NextAction: (
        "id", "client_id", "deal_id", "operator_id", "kind", "goal", "due_at", "promise", "first_due_at",
        "moves", "attempt", "hold", "opened_at", "closed_at", "call_id", "band", "sort_key", "zone",
    ),
    NextActionPast: ("id", "next_action_id", "until", "operator_id", "due_at", "promise", "hold"),
    Note: ("id", "client_id", "operator_id", "at", "text"),
    Message: ("id", "client_id", "contact_id", "operator_id", "at", "incoming", "channel", "text"),
}  # fmt: skip
"""In the order in which they are written: what others name comes first."""

Values = tuple[object, ...]


class Chunk:
    """Rows of some clients and their search documents, and the ids that they get."""

    def __init__(self, first_ids: dict[type[SQLModel], int]) -> None:
        self.rows: dict[type[SQLModel], list[Values]] = {model: [] for model in COLUMNS}
        self.documents: list[tuple[int, str]] = []
        self._next = dict(first_ids)

    def new_id(self, model: type[SQLModel]) -> int:
        """Give the next id of a table."""
        given = self._next[model]
        self._next[model] = given + 1
        return given

    def clear(self) -> None:
        """Forget what has been written."""
        for rows in self.rows.values():
            rows.clear()
        self.documents.clear()
