"""`import`: bringing a file in. `import list` and `import undo` stand beside it, in `past_imports`."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

import typer

from salesdesk.cli import import_options as option
from salesdesk.cli.asked import settings_of, sit_down
from salesdesk.cli.failing import WrongCallError, naming_option
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, DryRun, whole_word
from salesdesk.cli.stopping import stopping
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _

if TYPE_CHECKING:
    from salesdesk.base.importing import ImportOptions, Outcome, OutcomeLog
    from salesdesk.catalogues import Catalogues

OUTCOMES_SHOWN = 100


class ImportCommand(Command):
    """The command, whose `--rows` may stand alone: then it means the rows of every kind."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  # Typer exports no type
        """Read the words."""
        said: list[str] = []
        for at, word in enumerate(args):
            said.append(word)
            if word == "--rows" and (
                at + 1 == len(args) or args[at + 1] not in (*option.FATES, option.EVERY_FATE)
            ):
                said.append(option.EVERY_FATE)
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


def import_file(
    ctx: typer.Context,
    words: option.Words,
    *,
    kind: option.Kind = "clients",
    mapping: option.Mapping = "",
    map_file: option.MapFile = None,
    values: option.Values = "",
    source: option.Source = None,
    sheet: option.Sheet = None,
    encoding: option.Encoding = None,
    delimiter: option.Delimiter = None,
    dates: option.Dates = None,
    area_code: option.AreaCode = None,
    fresh: option.Fresh = False,
    dry_run: DryRun = False,
    rejected: option.Rejected = None,
    duplicates: option.Duplicates = "add",
    absent: option.Absent = "nothing",
    rows: option.Rows = None,
    limit: option.Limit = OUTCOMES_SHOWN,
    offset: option.Offset = 0,
    as_json: AsJson = False,
) -> None:
    """Bring a file in, list the imports, or take one back."""
    from salesdesk.cli import past_imports

    if words == ["list"]:
        past_imports.list_imports(ctx, limit=limit, as_json=as_json)
        return
    batch = _batch_of(words)
    if batch is not None:
        past_imports.undo(ctx, batch, as_json=as_json)
        return
    if rows is not None and not dry_run:
        raise WrongCallError(_("--rows tells what becomes of each row in a rehearsal: give --dry-run too."))
    file = Path(words[0]).expanduser()
    wanted = None if rows is None else _Wanted(None if rows == option.EVERY_FATE else rows, limit, offset)
    try:
        options = replace(
            _said_in(map_file, mapping),
            source=source,
            sheet=sheet,
            encoding=encoding,
            delimiter=_sign(delimiter),
            memory=not fresh,
            dry_run=dry_run,
            rejected=rejected if rejected is not None or dry_run else _rejected_beside(file),
        )
        options = _meaning(options, kind=kind, dates=dates, area_code=area_code)
        options = _policies(options, duplicates, absent, told=wanted is not None)
        _import(ctx, file, options, values, wanted, as_json=as_json)
    except InputError as error:
        raise naming_option(error) from error


def _batch_of(words: list[str]) -> int | None:
    """Tell which import is to be taken back; None where a file is to be brought in."""
    if words[0] != "undo" and len(words) == 1:
        return None
    if words[0] == "undo" and len(words) == 2:
        return whole_word(words[1])
    raise WrongCallError(_("Give one file, or say which import to undo: salesdesk import undo BATCH."))


def _said_in(map_file: Path | None, mapping: str) -> "ImportOptions":
    """Read what is said of the columns, in a file and on the line, which wins."""
    from salesdesk.base.fields import parse_pairs, read_map_file
    from salesdesk.base.importing import ImportOptions
    from salesdesk.desk.when import parse_when

    said_map, said_values = read_map_file(map_file) if map_file is not None else ({}, {})
    return ImportOptions(map=said_map | parse_pairs(mapping), values=said_values, when=parse_when)


def _meaning(
    options: "ImportOptions", *, kind: str, dates: str | None, area_code: str | None
) -> "ImportOptions":
    """Say what the rows are, and how their dates and local numbers are meant."""
    from salesdesk.base.phones import check_area
    from salesdesk.codes import ImportKind

    area = check_area(area_code) if area_code else None
    return replace(options, kind=ImportKind(kind), dates=dates, area_code=area)


def _policies(options: "ImportOptions", duplicates: str, absent: str, *, told: bool) -> "ImportOptions":
    """Say what is done with those who are there already, or no more; and whether each row is told."""
    from salesdesk.base.importing import OutcomeLog
    from salesdesk.codes import AbsentPolicy, DuplicatePolicy

    return replace(
        options,
        duplicates=DuplicatePolicy(duplicates),
        absent=AbsentPolicy(absent),
        outcomes=OutcomeLog() if told else None,
    )


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
    ctx: typer.Context,
    file: Path,
    options: "ImportOptions",
    values: str,
    wanted: _Wanted | None,
    *,
    as_json: bool,
) -> None:
    from salesdesk.base.importing import look, run_import
    from salesdesk.cli.import_printing import print_outcomes, print_result
    from salesdesk.cli.printing import emit
    from salesdesk.cli.progress import Bar

    # A file that cannot be used must not leave an empty base behind.
    if _base_missing(ctx):
        look(file, options).require()
    with sit_down(ctx, make=True) as desk:
        options = _with_values(options, values, desk.context.catalogues)
        with Bar(_("Importing")) as bar, stopping() as stopped:
            result = desk.write(run_import, file, options, progress=bar.report, cancelled=stopped.is_set)
        outcomes = wanted.of(options.outcomes) if wanted and options.outcomes is not None else None
        if as_json:
            told = {} if outcomes is None else {"outcomes": [each.as_json() for each in outcomes]}
            emit(result.as_json() | told)
            return
        print_result(result)
        if outcomes is not None:
            print_outcomes(outcomes)


def _with_values(options: "ImportOptions", values: str, books: "Catalogues") -> "ImportOptions":
    """Lay what is said of words on the line over what a file says of them."""
    from salesdesk.base.fields import parse_values

    if not values:
        return options
    said = {field: dict(words) for field, words in options.values.items()}
    for field, words in parse_values(values, _own_codes(books)).items():
        said.setdefault(field, {}).update(words)
    return replace(options, values=said)


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
