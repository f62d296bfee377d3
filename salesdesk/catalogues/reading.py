"""Reads every catalogue and holds them against one another."""

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from salesdesk.catalogues.book import Catalogues
from salesdesk.catalogues.folders import pick
from salesdesk.catalogues.source import Source, read_source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesdesk.models.catalogue import Entry


def read_catalogues(*folders: Path) -> Catalogues:
    """Read the catalogues; a file of a later folder replaces the same file of an earlier one whole.

    Everything is checked each time, scripts too; Jinja2 is imported only for a script with more in
    it than plain placeholders. Raises CatalogueError at the first mistake.
    """
    from salesdesk.catalogues.agreement import check_agreement  # half a second of database packages
    from salesdesk.catalogues.entries import read_entries  # as above
    from salesdesk.catalogues.schemas import (  # as above
        CHECKLIST,
        GOALS,
        OUTCOMES,
        POLICIES,
        REASONS,
        SCRIPTS,
        STAGES,
    )
    from salesdesk.catalogues.team_file import read_team  # as above

    sources: dict[str, Source] = {name: read_source(path) for name, path in pick(*folders).items()}
    team = read_team(sources["team"])
    read: dict[str, Mapping[str, Entry]] = {
        schema.file: MappingProxyType(read_entries(sources[schema.file], schema))
        for schema in (GOALS, STAGES, OUTCOMES, REASONS, POLICIES, SCRIPTS, CHECKLIST)
    }
    check_agreement(sources, read)
    entries: dict[str, Any] = dict(
        read
    )  # each Schema names the class of its entries; the type system cannot follow
    return Catalogues(
        stages=entries["stages"],
        outcomes=entries["outcomes"],
        goals=entries["goals"],
        reasons=entries["reject_reasons"],
        policies=entries["policies"],
        scripts=entries["scripts"],
        checklist=entries["checklist"],
        team=team,
    )
