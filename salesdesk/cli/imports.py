"""`import`, `import list` and `import undo`: bringing a file in, and taking the whole of it back."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salesdesk.cli.asked import Desk, settings_of, sit_down
from salesdesk.cli.failing import StoppedError, WrongCallError, naming_option
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, whole
from salesdesk.cli.stopping import stopping
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from salesdesk.base.importing import ImportOptions, ImportResult, Outcome, OutcomeLog
    from salesdesk.catalogues import Catalogues

PROBLEMS_SHOWN = 20
_TAKEN_BACK = {
    "clients": N_("Import {batch} is taken back: {removed} clients removed, {restored} restored."),
    "deals": N_("Import {batch} is taken back: {removed} deals removed, {restored} restored."),
    "calls": N_("Import {batch} is taken back: {removed} calls removed, {restored} restored."),
    "do-not-call": N_(
        "Import {batch} is taken back: {removed} numbers may be called again, {restored} clients restored."
    ),
}
OUTCOMES_SHOWN = 100
LISTED = 50
KINDS = ("clients", "contacts", "deals", "calls", "do-not-call")
FATES = ("add", "update", "unchanged", "duplicate", "reject", "absent")
DUPLICATES = ("add", "skip", "fill", "replace")
ABSENT = ("nothing", "mark", "reject")
_ALL = "all"
ORDERS = ("dmy", "mdy", "ymd")


class ImportCommand(Command):
    """The command, whose `--rows` may stand alone: then it means the rows of every kind."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  # Typer exports no type
        """Read the words."""
        said: list[str] = []
        for at, word in enumerate(args):
            said.append(word)
            if word == "--rows" and (at + 1 == len(args) or args[at + 1] not in (*FATES, _ALL)):
                said.append(_ALL)
        return super().parse_args(ctx, said)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "import",
        help=N_(
            "Bring clients, people, deals, calls or a do-not-call list in: tables, spreadsheets, vCards. "
            "`import list` tells what came in, `import undo BATCH` takes it back."
        ),
        cls=ImportCommand,
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


def _one_of(codes: tuple[str, ...]) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in codes:
            raise typer.BadParameter(
                _("“{value}” is none of {codes}.").format(value=value, codes=", ".join(codes))
            )
        return value

    return read


def import_file(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE | list | undo BATCH",
            show_default=False,
            help=N_("The file; or the imports there were; or which of them to undo."),
        ),
    ],
    *,
    kind: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="KIND",
            parser=_kind,
            help=N_("What the rows are: clients, contacts, deals, calls, do-not-call."),
        ),
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
    area_code: Annotated[
        str | None,
        typer.Option(
            "--area-code", metavar="DIGITS", help=N_("Whose the local numbers of the file are: 3854.")
        ),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help=N_("Leave out what was said of such a file before."))
    ] = (False),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=N_("Rehearse: tell what would happen, keep nothing."))
    ] = (False),
    rejected: Annotated[
        Path | None,
        typer.Option("--rejected", metavar="FILE", help=N_("Where refused rows go, each with its reason.")),
    ] = None,
    duplicates: Annotated[
        str,
        typer.Option(
            "--duplicates",
            metavar="|".join(DUPLICATES),
            parser=_one_of(DUPLICATES),
            help=N_(
                "A row that is likely a client of the base: add it all the same, skip it, fill what the card "
                "lacks, or replace what it says."
            ),
        ),
    ] = "add",
    absent: Annotated[
        str,
        typer.Option(
            "--absent",
            metavar="|".join(ABSENT),
            parser=_one_of(ABSENT),
            help=N_("Clients of this source that the file lacks: nothing, a note, or out of the lists."),
        ),
    ] = "nothing",
    rows: Annotated[
        str | None,
        typer.Option(
            "--rows",
            metavar="[" + "|".join(FATES) + "]",
            parser=_one_of((*FATES, _ALL)),
            help=N_("In a rehearsal: tell what becomes of each row, or of the rows of one kind."),
        ),
    ] = None,
    limit: Annotated[
        int,
        typer.Option("--limit", metavar="N", parser=whole(0), help=N_("No more of these rows (100).")),
    ] = OUTCOMES_SHOWN,
    offset: Annotated[
        int, typer.Option("--offset", metavar="N", parser=whole(0), help=N_("After so many of these rows."))
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Bring a file in, list the imports, or take one back."""
    if words == ["list"]:
        _list(ctx, limit=limit, as_json=as_json)
        return
    batch = _batch_of(words)
    if batch is not None:
        _undo(ctx, batch, as_json=as_json)
        return
    from salesdesk.base.fields import parse_pairs, read_map_file

    if rows is not None and not dry_run:
        raise WrongCallError(_("--rows tells what becomes of each row in a rehearsal: give --dry-run too."))
    from salesdesk.base.importing import ImportOptions, OutcomeLog
    from salesdesk.base.phones import check_area
    from salesdesk.codes import AbsentPolicy, DuplicatePolicy, ImportKind
    from salesdesk.desk.when import parse_when

    file = Path(words[0]).expanduser()
    try:
        said_map, said_values = read_map_file(map_file) if map_file is not None else ({}, {})
        options = ImportOptions(
            kind=ImportKind(kind),
            dates=dates,
            area_code=check_area(area_code) if area_code else None,
            memory=not fresh,
            map=said_map | parse_pairs(mapping),
            values=said_values,
            source=source,
            sheet=sheet,
            encoding=encoding,
            delimiter=_sign(delimiter),
            dry_run=dry_run,
            rejected=rejected if rejected is not None or dry_run else _rejected_beside(file),
            when=parse_when,
            duplicates=DuplicatePolicy(duplicates),
            absent=AbsentPolicy(absent),
            outcomes=OutcomeLog() if rows is not None else None,
        )
        wanted = _Wanted(None if rows in {None, _ALL} else rows, limit, offset)
        _import(ctx, file, options, values, wanted, as_json=as_json)
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


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which rows of a rehearsal are asked for; of every kind where `fate` is None."""

    fate: str | None
    limit: int
    offset: int

    def of(self, outcomes: "OutcomeLog") -> "tuple[Outcome, ...]":
        """Give them."""
        from salesdesk.codes import RowFate

        return outcomes.page(RowFate(self.fate) if self.fate else None, self.limit, self.offset)


def _sign(delimiter: str | None) -> str | None:
    r"""Take a tab as `\t` and `tab` as well: it is hard to type into a shell."""
    return "\t" if delimiter in ("\\t", "tab") else delimiter


def _rejected_beside(file: Path) -> Path:
    """Choose where refused rows go when nobody said: beside the file, or where one may write."""
    name = f"{file.stem}.rejected.csv"
    folders = (file.parent, Path.cwd(), Path(gettempdir()))
    return next((folder for folder in folders if os.access(folder, os.W_OK)), file.parent) / name


def _import(
    ctx: typer.Context, file: Path, options: "ImportOptions", values: str, wanted: _Wanted, *, as_json: bool
) -> None:
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
        outcomes = wanted.of(options.outcomes) if options.outcomes is not None else None
        if as_json:
            told = {} if outcomes is None else {"outcomes": [each.as_json() for each in outcomes]}
            emit(result.as_json() | told)
        else:
            _print(desk, result)
            _print_outcomes(outcomes)


def _base_missing(ctx: typer.Context) -> bool:
    from salesdesk.storage.engine import base_url, sqlite_path

    path = sqlite_path(base_url(settings_of(ctx).db))
    return path is not None and not path.exists()


def _own_codes(books: "Catalogues") -> dict[str, list[str]]:
    """Give the codes that the team's catalogues add to the words known of themselves."""
    from salesdesk.base.values import NEVER

    return {
        "stage": [*books.stages, NEVER],
        "next_goal": [*books.goals],
        "reject_reason": [*books.reasons],
        "outcome": [*books.outcomes],
    }


def _print(desk: Desk, result: "ImportResult") -> None:
    from salesdesk.cli.printing import say, table
    from salesdesk.codes import ImportKind

    del desk
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


def _print_outcomes(outcomes: "tuple[Outcome, ...] | None") -> None:
    from salesdesk.cli.printing import say, table
    from salesdesk.import_wording import outcome_words, row_fate

    if outcomes is None:
        return
    if not outcomes:
        say(_("No row comes to that."))
        return
    heads = (_("Row"), _("What"), _("Name"), _("Client"), _("Why"))
    cells = [
        ("" if one.row is None else one.row, row_fate(one.fate), one.name, one.client, outcome_words(one))
        for one in outcomes
    ]
    table(heads, cells, right=(0, 3), elastic=(4, 2))


def _list(ctx: typer.Context, *, limit: int, as_json: bool) -> None:
    """List the imports that there were."""
    with sit_down(ctx) as desk:
        from salesdesk.base.importing import past_imports
        from salesdesk.cli.printing import emit, say, table
        from salesdesk.import_wording import import_state

        found = desk.read(past_imports, limit)
        zone = desk.context.catalogues.team.zone
        if as_json:
            emit({"imports": [one.as_json(zone) for one in found]})
            return
        if not found:
            say(_("Nothing was imported yet."))
            return
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

        undone = desk.write(undo_import, batch)
        if as_json:
            emit(undone.as_json())
            return
        said = _(_TAKEN_BACK.get(undone.kind, _TAKEN_BACK["clients"]))
        say(said.format(batch=batch, removed=undone.removed, restored=undone.restored))
        for client_id, name in undone.kept[:PROBLEMS_SHOWN]:
            why = undone.why.get(client_id, "")
            say(_("Kept: {client} {name} ({why})").format(client=client_id, name=name, why=why))
        if len(undone.kept) > PROBLEMS_SHOWN:
            say(_("… {count} in all").format(count=len(undone.kept)))
