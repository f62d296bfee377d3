"""What hangs on clients, in words."""

from salesdesk.base.giving import Load
from salesdesk.formatting import amount
from salesdesk.i18n import _, ngettext


def load_words(load: Load, currency: str) -> str:
    """Say it in one line."""
    return ", ".join(load_lines(load, currency))


def load_lines(load: Load, currency: str) -> list[str]:
    """Say it line by line."""
    owed = ngettext("{count} next action", "{count} next actions", load.next_actions)
    promised = ngettext("{count} promise among them", "{count} promises among them", load.promises)
    deals = ngettext("{count} open deal", "{count} open deals", load.deals).format(count=load.deals)
    return [
        ngettext("{count} client", "{count} clients", load.clients).format(count=load.clients),
        owed.format(count=load.next_actions),
        promised.format(count=load.promises),
        _("late: {count}").format(count=load.overdue),
        _("{deals} for {amount}").format(deals=deals, amount=amount(load.amount_minor, currency)),
    ]
