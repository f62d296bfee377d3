"""`import list` and `import undo`: the imports there were, and taking the whole of one back."""

from typing import TYPE_CHECKING

import typer

from salesdesk.cli.asked import sit_down
from salesdesk.cli.import_printing import print_undone
from salesdesk.i18n import _

if TYPE_CHECKING:
    from datetime import tzinfo

    from salesdesk.base.importing import PastImport


def list_imports(ctx: typer.Context, *, limit: int, as_json: bool) -> None:
    """List the imports that there were."""
    with sit_down(ctx) as desk:
        from salesdesk.base.importing import past_imports
        from salesdesk.cli.printing import emit, say

        found = desk.read(past_imports, limit)
        zone = desk.context.catalogues.team.zone
        if as_json:
            emit({"imports": [one.as_json(zone) for one in found]})
        elif not found:
            say(_("Nothing was imported yet."))
        else:
            _print(found, zone)


def _print(found: "tuple[PastImport, ...]", zone: "tzinfo") -> None:
    from salesdesk.cli.printing import say, table
    from salesdesk.import_wording import import_state

    heads = (
        _("Import"), _("When"), _("Who"), _("Kind"), _("File"), _("Rows"), _("Added"), _("Updated"),
        _("Refused"), _("State"),
    )  # fmt: skip
    table(
        heads,
        [
            (
                one.batch, one.at.astimezone(zone).strftime("%Y-%m-%d %H:%M"), one.operator, one.kind,
                one.file, one.rows, one.added, one.updated, one.rejected, import_state(one.state),
            )
            for one in found
        ],
        right=(0, 5, 6, 7, 8), elastic=(4,), spare=(3, 2),
    )  # fmt: skip
    say(_("To take one back: salesdesk import undo IMPORT"))


def undo(ctx: typer.Context, batch: int, *, as_json: bool) -> None:
    """Take an import back."""
    with sit_down(ctx) as desk:
        from salesdesk.base.importing import undo_import
        from salesdesk.cli.printing import emit

        undone = desk.write(undo_import, batch)
        if as_json:
            emit(undone.as_json())
        else:
            print_undone(batch, undone)
