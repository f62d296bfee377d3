"""A team that gives its shared pool out by count."""

from dataclasses import replace

from salesdesk.models import Setting
from salesdesk.storage import catalogue_rows
from salesdesk.storage.base import Base


def give_out(most: int, owners: Base, *others: Base) -> None:
    """Let a base give out so many clients a day, and bases that others have opened know it."""
    team = replace(owners.catalogues.team, pool_a_day=most)
    with owners.write() as session:
        session.get_one(Setting, catalogue_rows.TEAM).value = team.as_json()
    for base in (owners, *others):
        base.catalogues = replace(base.catalogues, team=team)
