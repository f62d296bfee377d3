"""`import` and `import undo`: bringing a file in, and taking the whole of it back."""

import os
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import Desk, settings_of, sit_down
from salesdesk.cli.failing import StoppedError, WrongCallError, naming_option
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, whole
from salesdesk.cli.stopping import stopping
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from salesdesk.base.importing import ImportOptions, ImportResult
    from salesdesk.catalogues import Catalogues

PROBLEMS_SHOWN = 20
KINDS = ("clients", "deals")
ORDERS = ("dmy", "mdy", "ymd")


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "import",
        help=N_("Bring clients or deals in: CSV, TSV, a spreadsheet. `import undo BATCH` takes it back."),
        cls=Command,
    )(import_file)


def _kind(value: str) -> str:
    if value not in KINDS:
        raise typer.BadParameter(
            _("“{value}” cannot be imported; this program imports {kinds}.").format(
                value=value, kinds=", ".join(KINDS)
            )
        )
    return value


def _order(value: str) -> str:
    if value not in ORDERS:
        raise typer.BadParameter(
            _("“{value}” is none of {codes}.").format(value=value, codes=", ".join(ORDERS))
        )
    return value


def import_file(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE | undo BATCH", show_default=False, help=N_("The file; or which import to undo.")
        ),
    ],
    *,
    kind: Annotated[
        str,
        typer.Option("--as", metavar="KIND", parser=_kind, help=N_("What the rows are: clients or deals.")),
    ] = "clients",
    mapping: Annotated[
        str,
        typer.Option(
            "--map",
            metavar='"COLUMN=FIELD,…"',
            help=N_("Which column is which field, over what is found; - leaves a column out."),
        ),
    ] = "",
    map_file: Annotated[
        Path | None,
        typer.Option("--map-file", metavar="TOML", help=N_("The same in a file: [map], [values.FIELD].")),
    ] = None,
    values: Annotated[
        str,
        typer.Option(
            "--values", metavar='"FIELD:THEIRS=OURS,…"', help=N_("What the words of another system mean.")
        ),
    ] = "",
    source: Annotated[
        str | None,
        typer.Option(
            "--source", metavar="NAME", help=N_("Where the rows come from; the file's name if not said.")
        ),
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option("--sheet", metavar="N", help=N_("Which sheet of a workbook: its number or name.")),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="E", help=N_("The encoding of a text file: cp1251."))
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", metavar="SIGN", help=N_("What stands between the columns."))
    ] = None,
    dates: Annotated[
        str | None,
        typer.Option(
            "--dates",
            metavar="dmy|mdy|ymd",
            parser=_order,
            help=N_("The order of day, month and year, where the file leaves it open."),
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=N_("Rehearse: tell what would happen, keep nothing."))
    ] = (False),
    rejected: Annotated[
        Path | None,
        typer.Option("--rejected", metavar="FILE", help=N_("Where refused rows go, each with its reason.")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring a file in, or take an import back."""
    batch = _batch_of(words)
    if batch is not None:
        _undo(ctx, batch, as_json=as_json)
        return
    from salesdesk.base.fields import parse_pairs, read_map_file
    from salesdesk.base.importing import ImportOptions
    from salesdesk.codes import ImportKind
    from salesdesk.desk.when import parse_when

    file = Path(words[0]).expanduser()
    try:
        said_map, said_values = read_map_file(map_file) if map_file is not None else ({}, {})
        options = ImportOptions(
            kind=ImportKind(kind),
            dates=dates,
            map=said_map | parse_pairs(mapping),
            values=said_values,
            source=source,
            sheet=sheet,
            encoding=encoding,
            delimiter=_sign(delimiter),
            dry_run=dry_run,
            rejected=rejected if rejected is not None or dry_run else _rejected_beside(file),
            when=parse_when,
        )
        _import(ctx, file, options, values, as_json=as_json)
    except InputError as error:
        raise naming_option(error) from error


def _batch_of(words: list[str]) -> int | None:
    """Tell which import is to be taken back; None where a file is to be brought in."""
    if words[0] != "undo" and len(words) == 1:
        return None
    if words[0] == "undo" and len(words) == 2:
        try:
            return whole(1)(words[1])
        except typer.BadParameter as error:
            raise WrongCallError(str(error)) from error
    raise WrongCallError(_("Give one file, or say which import to undo: salesdesk import undo BATCH."))


def _sign(delimiter: str | None) -> str | None:
    r"""Take a tab as `\t` and `tab` as well: it is hard to type into a shell."""
    return "\t" if delimiter in ("\\t", "tab") else delimiter


def _rejected_beside(file: Path) -> Path:
    """Choose where refused rows go when nobody said: beside the file, or where one may write."""
    name = f"{file.stem}.rejected.csv"
    folders = (file.parent, Path.cwd(), Path(gettempdir()))
    return next((folder for folder in folders if os.access(folder, os.W_OK)), file.parent) / name


def _import(ctx: typer.Context, file: Path, options: "ImportOptions", values: str, *, as_json: bool) -> None:
    from dataclasses import replace

    from salesdesk.base.fields import parse_values
    from salesdesk.base.importing import ImportStoppedError, look, run_import
    from salesdesk.cli.printing import emit
    from salesdesk.cli.progress import Bar

    # A file that cannot be used must not leave an empty base behind.
    if _base_missing(ctx):
        look(file, options).require()
    with sit_down(ctx, make=True) as desk:
        if values:
            codes = _own_codes(desk.context.catalogues)
            said = {field: dict(words) for field, words in options.values.items()}
            for field, words in parse_values(values, codes).items():
                said.setdefault(field, {}).update(words)
            options = replace(options, values=said)
        try:
            with Bar(_("Importing")) as bar, stopping() as stopped:
                result = desk.write(run_import, file, options, progress=bar.report, cancelled=stopped.is_set)
        except ImportStoppedError as error:
            raise StoppedError(str(error)) from error
        if as_json:
            emit(result.as_json())
        else:
            _print(desk, result)


def _base_missing(ctx: typer.Context) -> bool:
    from salesdesk.storage.engine import base_url, sqlite_path

    path = sqlite_path(base_url(settings_of(ctx).db))
    return path is not None and not path.exists()


def _own_codes(books: "Catalogues") -> dict[str, list[str]]:
    """Give the codes that the team's catalogues add to the words known of themselves."""
    return {"stage": [*books.stages], "next_goal": [*books.goals], "reject_reason": [*books.reasons]}


def _print(desk: Desk, result: "ImportResult") -> None:
    from salesdesk.cli.printing import say, table

    del desk
    head = (
        _("Import {batch}: {rows}").format(batch=result.batch, rows=_rows(result.rows))
        if result.batch is not None
        else _("Rehearsal, nothing is kept: {rows}").format(rows=_rows(result.rows))
    )
    say(f"{head} · {result.format} · {result.source}")
    columns = ", ".join(f"{column} → {field}" for column, field in result.mapping.items())
    say(_("Columns: {columns}").format(columns=columns))
    say(
        _("Added {added}, updated {updated}, unchanged {unchanged}, refused {rejected}.").format(
            added=result.added, updated=result.updated, unchanged=result.unchanged, rejected=result.rejected
        )
    )
    _print_made(result)
    if result.possible_duplicates:
        count = result.possible_duplicates
        say(
            ngettext(
                "{count} new client is like one that was there.",
                "{count} new clients are like ones that were there.",
                count,
            ).format(count=count)
        )
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


def _undo(ctx: typer.Context, batch: int, *, as_json: bool) -> None:
    with sit_down(ctx) as desk:
        from salesdesk.base.importing import undo_import
        from salesdesk.cli.printing import emit, say
        from salesdesk.codes import ImportKind

        undone = desk.write(undo_import, batch)
        if as_json:
            emit(undone.as_json())
            return
        said = (
            _("Import {batch} is taken back: {removed} deals removed, {restored} restored.")
            if undone.kind == ImportKind.DEALS
            else _("Import {batch} is taken back: {removed} clients removed, {restored} restored.")
        )
        say(said.format(batch=batch, removed=undone.removed, restored=undone.restored))
        for client_id, name in undone.kept[:PROBLEMS_SHOWN]:
            say(_("Kept, since it was worked with: {client} {name}").format(client=client_id, name=name))
