"""What an import did or would do, in words; and where its refused rows go."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platformdirs import user_data_path
from rich.cells import cell_len
from textual.content import Content

from salesdesk.codes import AbsentPolicy, DuplicatePolicy, ImportKind
from salesdesk.i18n import N_, _, ngettext
from salesdesk.import_wording import absent_policy, duplicate_policy
from salesdesk.screens.typed_path import shown_path
from salesdesk.widgets.cells import fit, fit_right, plain
from salesdesk.widgets.progress_line import grouped

if TYPE_CHECKING:
    from salesdesk.base.importing import ImportOptions, ImportResult, Problem, UndoneImport, UnknownProduct

_REJECTED = ".rejected.csv"
_TAKEN_BACK: Final = {
    ImportKind.DEALS: N_("Taken back: {removed} deals removed, {restored} as they were before."),
    ImportKind.CALLS: N_("Taken back: {removed} calls removed, {restored} as they were before."),
    ImportKind.DO_NOT_CALL: N_(
        "Taken back: {removed} numbers may be called again, {restored} clients restored."
    ),
}


def rejected_file(path: Path) -> Path:
    """Choose where refused rows go: beside the file, or among a person's data where that cannot be.

    A file of refused rows from before, which may be being corrected, is never written over.
    """
    folder = path.parent
    if not os.access(folder, os.W_OK):
        folder = user_data_path("salesdesk", appauthor=False) / "rejected"
        folder.mkdir(parents=True, exist_ok=True)
    return next(file for file in _names(folder, path.stem) if not file.exists())


def _names(folder: Path, stem: str) -> Iterator[Path]:
    yield folder / f"{stem}{_REJECTED}"
    number = 2
    while True:
        yield folder / f"{stem}.{number}{_REJECTED}"
        number += 1


def counts_text(result: "ImportResult") -> Content:
    """Write the counts down, a line each; a rehearsal speaks of what would be."""
    rehearsed = result.batch is None
    lines = [
        ("  ", result.rows, _("rows read")),
        ("+ ", result.added, _("would be added") if rehearsed else _("added")),
        ("~ ", result.updated, _("would be updated") if rehearsed else _("updated")),
        ("= ", result.unchanged, _("known already, nothing new")),
        ("! ", result.rejected, _("would be rejected") if rehearsed else _("rejected")),
    ]
    if result.left_out and result.kind != ImportKind.CALLS:
        lines.insert(4, ("· ", result.left_out, _("of these totals and headings: left out")))
    if result.kind == ImportKind.CONTACTS:
        lines.append(("+ ", result.clients_made, _("new clients that they belong to")))
    if result.kind == ImportKind.DO_NOT_CALL:
        lines = [each for each in lines if each[0] != "~ "]
        marked = _("clients with a number that would be forbidden") if rehearsed else _("clients marked")
        lines.append(("- ", result.marked, marked))
    elif result.kind == ImportKind.DEALS:
        names_only = _("new operators to own them: names only, none can sit down here")
        lines.append(("+ ", result.clients_made, _("new clients that they belong to")))
        lines.append(("+ ", result.operators_made, names_only))
    elif result.kind == ImportKind.CALLS:
        lines.append(("· ", result.left_out, _("of these within the house: left out")))
    else:
        lines.append(("? ", result.possible_duplicates, _("possible duplicates of clients in the base")))
        if result.skipped:
            left_out = _("of them would be left out") if rehearsed else _("of them left out")
            lines.append(("- ", result.skipped, left_out))
        if result.absent:
            lines.append(("- ", result.absent, _("clients of this source that the file lacks")))
    width = max(cell_len(grouped(count)) for _sign, count, _words in lines)
    return Content("\n").join(
        Content.assemble(
            (sign, "bold"),
            (fit_right(grouped(count), width), "bold" if count else "$text-muted"),
            (f"  {words}", "" if count else "$text-muted"),
        )
        for sign, count, words in lines
    )


def problems_head(result: "ImportResult") -> str:
    """Say how many problems there are, and how many of them are listed."""
    products = ""
    if result.unknown_product_count:
        count = result.unknown_product_count
        products = " · " + ngettext(
            "{count} product that no deal had before", "{count} products that no deal had before", count
        ).format(count=grouped(count))
        if count > len(result.unknown_products):
            products += " · " + _("the first {count} are listed").format(
                count=grouped(len(result.unknown_products))
            )
    if not result.problem_count:
        return _("No problems.").removesuffix("." if products else "") + products
    words = ngettext("{count} problem", "{count} problems", result.problem_count).format(
        count=grouped(result.problem_count)
    )
    if result.problem_count > len(result.problems):
        words += " · " + _("the first {count} are listed").format(count=grouped(len(result.problems)))
    return words + products


def problem_line(problem: "Problem", width: int) -> Content:
    """Write a problem on one line: row, column, value, why."""
    column = max(min(width // 5, 20), 8)
    value = max(min(width // 4, 30), 10)
    return Content.assemble(
        (fit_right(grouped(problem.row), 7), "bold"),
        f"  {fit(problem.column, column)} ",
        (f"{fit(problem.value, value)} ", "$text-muted"),
        fit(problem.why, max(width - column - value - 11, 8)),
    )


def product_line(unknown: "UnknownProduct", width: int) -> Content:
    """Write a product that no deal had before on one line, under the columns of problems."""
    column = max(min(width // 5, 20), 8)
    value = max(min(width // 4, 30), 10)
    what = fit(_("new product"), column)
    return Content.assemble(
        (fit_right("·", 7), "bold"),
        f"  {what} ",
        (f"{fit(unknown.product, value)} ", "$text-muted"),
        fit(_product_said(unknown), max(width - column - value - 11, 8)),
    )


def product_whole(unknown: "UnknownProduct") -> str:
    """Write a product that no deal had before whole."""
    return _("new product “{product}”: {why}").format(
        product=plain(unknown.product), why=_product_said(unknown)
    )


def _product_said(unknown: "UnknownProduct") -> str:
    rows = ngettext("{count} row", "{count} rows", unknown.rows).format(count=grouped(unknown.rows))
    if unknown.near is None:
        return rows
    return f"{rows} · " + _("did you mean “{product}”?").format(product=plain(unknown.near))


def problem_whole(problem: "Problem") -> str:
    """Write a problem whole, however long it is."""
    return _("row {row}, {column}: “{value}”: {why}").format(
        row=grouped(problem.row),
        column=plain(problem.column),
        value=plain(problem.value),
        why=plain(problem.why),
    )


def done_words(result: "ImportResult") -> str:
    """Say that an import is done, how it is taken back, and where its refused rows are."""
    words = [_("Imported as no. {batch}; u takes it back whole.").format(batch=result.batch)]
    if result.rejected_file:
        words.append(
            _("The rejected rows are in {file}").format(file=plain(shown_path(Path(result.rejected_file))))
        )
    return "\n".join(words)


def policies_words(options: "ImportOptions") -> str:
    """Say what is done with likely duplicates and with absent clients; nothing for what is usual."""
    said = []
    if options.duplicates is not DuplicatePolicy.ADD:
        said.append(_("Likely duplicates: {policy}.").format(policy=duplicate_policy(options.duplicates)))
    if options.absent is not AbsentPolicy.NOTHING:
        said.append(_("Clients that the file lacks: {policy}.").format(policy=absent_policy(options.absent)))
    return " ".join(said)


def undone_words(undone: "UndoneImport") -> str:
    """Say what taking an import back did."""
    said = _TAKEN_BACK.get(undone.kind, N_("Taken back: {removed} removed, {restored} as they were before."))
    words = _(said).format(removed=grouped(undone.removed), restored=grouped(undone.restored))
    if undone.kept:
        names = ", ".join(_kept(undone, client_id, name) for client_id, name in undone.kept[:5]) + (
            "…" if len(undone.kept) > 5 else ""
        )
        words += " " + _("They stay: {names}").format(names=names)
    return words


def _kept(undone: "UndoneImport", client_id: int, name: str) -> str:
    why = undone.why.get(client_id)
    return plain(f"{name} ({why})" if why else name)
