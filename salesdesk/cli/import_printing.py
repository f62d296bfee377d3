"""What `import` tells a person: what came of a file, what becomes of its rows, and what was taken back."""

from typing import TYPE_CHECKING

from salesdesk.codes import ImportKind
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from salesdesk.base.importing import ImportResult, Outcome, UndoneImport

PROBLEMS_SHOWN = 20
_TAKEN_BACK = {
    "clients": N_("Import {batch} is taken back: {removed} clients removed, {restored} restored."),
    "deals": N_("Import {batch} is taken back: {removed} deals removed, {restored} restored."),
    "calls": N_("Import {batch} is taken back: {removed} calls removed, {restored} restored."),
    "do-not-call": N_(
        "Import {batch} is taken back: {removed} numbers may be called again, {restored} clients restored."
    ),
}


def print_result(result: "ImportResult") -> None:
    """Print what came of an import, or of its rehearsal."""
    from salesdesk.cli.printing import say, table

    head = (
        _("Import {batch}: {rows}").format(batch=result.batch, rows=_rows(result.rows))
        if result.batch is not None
        else _("Rehearsal, nothing is kept: {rows}").format(rows=_rows(result.rows))
    )
    say(f"{head} · {result.format} · {result.source}")
    columns = ", ".join(f"{column} → {field}" for column, field in result.mapping.items())
    say(_("Columns: {columns}").format(columns=columns))
    if result.remembered:
        say(_("As was said of such a file before; --fresh leaves that out."))
    say(
        _("Added {added}, updated {updated}, unchanged {unchanged}, refused {rejected}.").format(
            added=result.added, updated=result.updated, unchanged=result.unchanged, rejected=result.rejected
        )
    )
    if result.left_out:
        said = ngettext(
            "{count} row of a call within the house was left out.",
            "{count} rows of calls within the house were left out.",
            result.left_out,
        )
        if result.kind is not ImportKind.CALLS:
            said = ngettext(
                "{count} row of totals or a heading was left out.",
                "{count} rows of totals and headings were left out.",
                result.left_out,
            )
        say(said.format(count=result.left_out))
    _print_made(result)
    _print_policies(result)
    if result.rejected_file:
        say(_("The refused rows are in {file}").format(file=result.rejected_file))
    if result.problems:
        shown = result.problems[:PROBLEMS_SHOWN]
        table(
            (_("Row"), _("Column"), _("Value"), _("Why")), [(p.row, p.column, p.value, p.why) for p in shown]
        )
        if result.problem_count > len(shown):
            say(_("… {count} in all").format(count=result.problem_count))
    if result.batch is not None:
        say(_("To take it back: salesdesk import undo {batch}").format(batch=result.batch))


def _print_policies(result: "ImportResult") -> None:
    """Say how many rows are likely clients of the base, who is absent, and whose numbers are forbidden."""
    from salesdesk.cli.printing import say

    if result.possible_duplicates:
        count = result.possible_duplicates
        words = ngettext(
            "{count} new client is like one that was there.",
            "{count} new clients are like ones that were there.",
            count,
        ).format(count=count)
        if result.skipped:
            words += " " + _("Left out for it: {count}.").format(count=result.skipped)
        say(words)
    if result.absent:
        say(
            ngettext(
                "{count} client of this source is not in the file.",
                "{count} clients of this source are not in the file.",
                result.absent,
            ).format(count=result.absent)
        )
    if result.marked:
        say(
            ngettext(
                "{count} client has a number that is forbidden now.",
                "{count} clients have a number that is forbidden now.",
                result.marked,
            ).format(count=result.marked)
        )


def _print_made(result: "ImportResult") -> None:
    """Say whom deals brought with them, and which products no deal had before."""
    from salesdesk.cli.printing import say
    from salesdesk.wording import new_products

    if result.clients_made or result.operators_made:
        clients, people = result.clients_made, result.operators_made
        say(
            _("Made for these deals to belong to: {clients}, {operators}.").format(
                clients=ngettext("{count} client", "{count} clients", clients).format(count=clients),
                operators=ngettext("{count} operator", "{count} operators", people).format(count=people),
            )
        )
    if result.unknown_products:
        say(new_products(result.unknown_products, result.unknown_product_count))


def _rows(count: int) -> str:
    return ngettext("{count} row", "{count} rows", count).format(count=count)


def print_outcomes(outcomes: "tuple[Outcome, ...]") -> None:
    """Print what becomes of rows."""
    from salesdesk.cli.printing import say, table
    from salesdesk.import_wording import outcome_words, row_fate

    if not outcomes:
        say(_("No row comes to that."))
        return
    heads = (_("Row"), _("What"), _("Name"), _("Client"), _("Why"))
    cells = [
        ("" if one.row is None else one.row, row_fate(one.fate), one.name, one.client, outcome_words(one))
        for one in outcomes
    ]
    table(heads, cells, right=(0, 3), elastic=(4, 2))


def print_undone(batch: int, undone: "UndoneImport") -> None:
    """Print what was taken back, and who stays."""
    from salesdesk.cli.printing import say

    said = _(_TAKEN_BACK.get(undone.kind, _TAKEN_BACK["clients"]))
    say(said.format(batch=batch, removed=undone.removed, restored=undone.restored))
    for client_id, name in undone.kept[:PROBLEMS_SHOWN]:
        why = undone.why.get(client_id, "")
        say(_("Kept: {client} {name} ({why})").format(client=client_id, name=name, why=why))
    if len(undone.kept) > PROBLEMS_SHOWN:
        say(_("… {count} in all").format(count=len(undone.kept)))
