"""A rejected client back into work, as a form: when to call, by whom, with which goal, and what to know."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from salesdesk.i18n import _, title
from salesdesk.screens.form import Field, FormScreen
from salesdesk.widgets.cells import plain

if TYPE_CHECKING:
    from salesdesk.context import Context, Me
    from salesdesk.gateway import Gateway
    from salesdesk.lead.review_rows import Offer


def give_back_form(
    gateway: "Gateway", context: "Context", offer: "Offer", people: Sequence["Me"]
) -> FormScreen[int]:
    """Make the form, filled in with what is usual."""
    stage = context.catalogues.stages[offer.stage]
    tomorrow = context.calendar.after(context.today + timedelta(days=1), 0)
    goals = tuple((code, title(entry.title)) for code, entry in context.catalogues.goals.items())
    fields = (
        Field("next", _("When"), f"{tomorrow:%d.%m}", hint=_("tomorrow 10, +3d"), optional=False),
        Field(
            "login", _("Who calls"), offer.login, tuple((one.login, plain(one.name)) for one in people),
            optional=False,
        ),
        Field("goal", _("Goal"), offer.goal, goals, optional=False),
        Field("note", _("Why"), hint=_("what is to be known before calling")),
    )  # fmt: skip

    async def save(values: Mapping[str, str]) -> int:
        from salesdesk.desk.when import parse_when
        from salesdesk.lead.rejected_review import give_back
        from salesdesk.lead.review_rows import Return
        from salesdesk.rows import Due

        when = await asyncio.to_thread(parse_when, values["next"], context.fresh())
        how = Return(values["goal"], Due(when.at, when.promise), values["login"], values["note"])
        return await gateway.write(give_back, offer.client_id, how)

    name = _("Back into work, {stage}: {name}").format(stage=title(stage.title), name=offer.name)
    return FormScreen(name, fields, save)
