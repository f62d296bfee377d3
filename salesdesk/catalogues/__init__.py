"""The catalogues that a team edits as plain files: read, checked, and asked.

Importing this package is cheap; the schemas, and with them the database's packages, are imported
by the first reading, Jinja2 by the first script that needs it.
"""

from salesdesk.catalogues.book import Catalogues, Team
from salesdesk.catalogues.faults import CatalogueError
from salesdesk.catalogues.folders import fingerprint, packaged_data
from salesdesk.catalogues.keep_in_touch import is_keep_in_touch
from salesdesk.catalogues.reading import read_catalogues
from salesdesk.catalogues.scripts import SCRIPT_VALUES, render_script

__all__ = [
    "SCRIPT_VALUES",
    "CatalogueError",
    "Catalogues",
    "Team",
    "fingerprint",
    "is_keep_in_touch",
    "packaged_data",
    "read_catalogues",
    "render_script",
]
