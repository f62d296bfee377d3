"""Behind the figures of quality: the cards, and what each of them lacks."""

from collections.abc import Mapping

from sqlalchemy import select, true

from salesdesk.context import Context
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _
from salesdesk.lead.behind.opening import OF_CLIENT, Kind, Opening, Wanted, clients_of, of_client
from salesdesk.lead.figures import Column, Unit
from salesdesk.lead.grouping import CLIENT
from salesdesk.lead.reports import quality

_CARDS = (
    *OF_CLIENT,
    Column("missing", N_("Missing"), Unit.COUNT),
    Column("lacks", N_("What is missing"), Unit.TEXT),
)


def opened(context: Context, wanted: Wanted) -> Opening:
    """Open a figure of quality: the cards that lack it; for a share, all that were looked at, those first."""
    by_owner = wanted.asked.by == "operator"
    owners = quality.grouped_by("operator" if by_owner else None, wanted.asked)
    rows = quality.selected(context, wanted.asked, owners).subquery("rows")
    check = wanted.figure if by_owner else _check(wanted)
    counted = quality.counting(rows)[check]
    if wanted.figure == "share":
        counted = true()
    missing = [rows.c[code] for code in quality.CHECKS]
    count = sum(missing[1:], missing[0])
    first = [rows.c[check].desc()] if check in quality.CHECKS else []
    statement = (
        select(rows.c.client_id, *of_client(), count.label("missing"), *missing)
        .select_from(clients_of(rows))
        .where(counted, *([wanted.here(rows.c.grp)] if by_owner else []))
        .order_by(*first, count.desc(), CLIENT.c.id)
    )
    return Opening(Kind.CLIENTS, _CARDS, statement, {"lacks": _lacks})


def _check(wanted: Wanted) -> str:
    """Tell what is missing in the row of the report; all together stand for anything that is."""
    if wanted.spot.total:
        return "defects"
    if wanted.spot.group not in quality.CHECKS:
        raise InputError(_("“{group}” is no group of this report.").format(group=wanted.spot.group), "rows")
    return str(wanted.spot.group)


def _lacks(row: Mapping[str, object]) -> str:
    return ",".join(code for code in quality.CHECKS if row[code])
