"""Whether the base is whole: what holds in every base, looked for where it does not."""

from collections.abc import Callable, Iterator

from sqlmodel import Session

from salesdesk.base.checking.curing import Cured, cure, cure_codes, what_was_wrong
from salesdesk.base.checking.derived import out_of_step
from salesdesk.base.checking.problem import Problem
from salesdesk.base.checking.rules import broken_rules
from salesdesk.context import Context
from salesdesk.i18n import _
from salesdesk.storage.integrity import broken_keys, damage, fractions
from salesdesk.storage.policies import by_login
from salesdesk.team.rights import only_for_leads

__all__ = ["Cured", "Problem", "check", "cure", "cure_codes", "what_was_wrong"]


def check(
    session: Session, context: Context, progress: Callable[[int, int], None] | None = None
) -> list[Problem]:
    """Look for everything that may not be. In bounded memory: a base of millions is read in chunks.

    `progress` is told how many clients of how many were looked at. Raises NotAllowedError for who logs in as
    an operator on a server: there they see a part of the base only.
    """
    if by_login(session):
        only_for_leads(context)
    return [
        *_file(session),
        *broken_rules(session, context),
        *out_of_step(session, context, progress),
    ]


def _file(session: Session) -> Iterator[Problem]:
    lines = [*damage(session)]
    if lines:
        yield Problem(
            "damaged",
            len(lines),
            _("the file is damaged: {why}").format(why=lines[0]),
            _("Restore the last backup: salesdesk db restore FILE"),
        )
    for column, count in fractions(session):
        yield Problem(
            "amount_not_whole",
            count,
            _("{column} holds amounts that are no whole minor units").format(column=column),
            _("Restore the last backup: salesdesk db restore FILE"),
        )
    keys = broken_keys(session)
    if keys:
        yield Problem(
            "broken_foreign_keys",
            keys,
            _("rows name something that is not in the base"),
            _("Restore the last backup: salesdesk db restore FILE"),
        )
