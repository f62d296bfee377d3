"""What a person's role lets them do."""

from salesdesk.codes import Role
from salesdesk.context import Context
from salesdesk.errors import NotAllowedError
from salesdesk.i18n import _


def leads(context: Context) -> bool:
    """Tell whether who sits here watches others: a team lead or an administrator."""
    return context.me.role is not Role.OPERATOR


def only_for_leads(context: Context) -> None:
    """Let only a lead go on. Raises NotAllowedError."""
    if not leads(context):
        raise NotAllowedError(_("Only a team lead may do this."))
