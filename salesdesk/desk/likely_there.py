"""Whether a client that is being typed is in the base already."""

from collections.abc import Mapping

from sqlmodel import Session

from salesdesk.base.cells import line_of
from salesdesk.base.duplicates.likely import Likely, Sketch, likely
from salesdesk.base.phones import parse_phones
from salesdesk.base.search import search
from salesdesk.base.visible import seen_among
from salesdesk.context import Context

_NAMED_ALIKE = 30


def likely_there(session: Session, context: Context, typed: Mapping[str, str]) -> tuple[Likely, ...]:
    """Tell whom of the base a client may be that is typed so far, by the names of the form's fields.

    What is not whole yet, or no number at all, is no mistake here: it says nothing.
    """
    given = {name: line_of(text).strip() for name, text in typed.items()}
    numbers = [
        phone.e164 or phone.digits
        for phone in parse_phones(given.get("phone", ""), context.catalogues.team.country)
        if phone.digits
    ]
    name = given.get("name", "")
    if len(name) < 3 and not numbers and not given.get("tax_id") and not given.get("email"):
        return ()
    # One that is typed is worth a search: its name may be mistyped, or begun.
    beside = [row.client_id for row in search(session, context, name, _NAMED_ALIKE).rows] if name else []
    sketch = Sketch(
        name, given.get("tax_id"), given.get("city"), given.get("region"), given.get("address"),
        (given["email"],) if given.get("email") else (), tuple(numbers), given.get("website"),
    )  # fmt: skip
    (found,) = likely(session, context, [sketch], beside=beside)
    seen = seen_among(session, context, [each.client_id for each in found])
    return tuple(each for each in found if each.client_id in seen)
