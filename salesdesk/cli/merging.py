"""`merge`: one card out of several, rehearsed, listed, and taken back."""

from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import sit_down
from salesdesk.cli.failing import WrongCallError, naming_option
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, DryRun, whole, whole_word
from salesdesk.cli.stopping import stopping
from salesdesk.errors import InputError
from salesdesk.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesdesk.base.merging import MergePlan, MergeRun
    from salesdesk.cli.asked import Desk

ROWS = 50
_CELL = 40


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "merge",
        help=N_(
            "Make one card of several; nothing is lost. `merge undo ID` takes it back, `merge all` goes over "
            "all likely duplicates from a score on, `merge list` shows what was merged."
        ),
        cls=Command,
    )(merge)


def merge(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="KEEP OTHER… | undo ID | all | list",
            show_default=False,
            help=N_("The card that stays and those that go into it; or which merge to take back."),
        ),
    ],
    *,
    take: Annotated[
        str,
        typer.Option(
            "--take",
            metavar='"FIELD=CLIENT,…"',
            help=N_("Whose value of a field stays, where the rule would take another."),
        ),
    ] = "",
    dry_run: DryRun = False,
    min_score: Annotated[
        float | None,
        typer.Option("--min-score", metavar="S", help=N_("With `all`: how likely they are at least, 0.95.")),
    ] = None,
    alone: Annotated[
        bool,
        typer.Option("--alone", help=N_("With `undo`: this merge alone, not all that were made with it.")),
    ] = (False),
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", parser=whole(1), help=N_("With `list`: no more rows (50)."))
    ] = ROWS,
    as_json: AsJson = False,
) -> None:
    """Make one card of several, or take that back."""
    first, *rest = words
    try:
        if first == "undo":
            _undo(ctx, _number(rest), alone=alone, as_json=as_json)
        elif first == "all" and not rest:
            _all(ctx, min_score, dry_run=dry_run, as_json=as_json)
        elif first == "list" and not rest:
            _list(ctx, limit, as_json=as_json)
        elif not rest:
            raise WrongCallError(_("Give the card that stays and what goes into it: merge KEEP OTHER."))
        else:
            _merge(ctx, words, take, dry_run=dry_run, as_json=as_json)
    except InputError as error:
        raise naming_option(error) from error


def _number(words: list[str]) -> int:
    if len(words) != 1:
        raise WrongCallError(_("Say which merge to take back: salesdesk merge undo ID."))
    return whole_word(words[0])


def _taken(desk: "Desk", take: str) -> dict[str, int]:
    """Read `field=CLIENT,…`. Raises InputError, NotFoundError."""
    from salesdesk.base.references import find_client

    chosen = {}
    for pair in filter(None, (part.strip() for part in take.split(","))):
        field, equals, client = pair.partition("=")
        if not equals or not client.strip():
            raise InputError(_("“{value}” is not FIELD=CLIENT.").format(value=pair), "take")
        chosen[field.strip()] = desk.read(find_client, client)
    return chosen


def _merge(ctx: typer.Context, words: list[str], take: str, *, dry_run: bool, as_json: bool) -> None:
    with sit_down(ctx) as desk:
        from salesdesk.base.merging import merge as make_one
        from salesdesk.base.merging import rehearse_merge
        from salesdesk.base.references import find_client
        from salesdesk.cli.printing import emit, say

        keep, *others = [desk.read(find_client, word) for word in words]
        chosen = _taken(desk, take)
        if dry_run:
            plan = desk.read(rehearse_merge, [keep, *others], keep, chosen)
            if as_json:
                emit(_planned(plan))
            else:
                _print_plan(plan)
            return
        merged = desk.write(make_one, keep, others, chosen)
        if as_json:
            emit({
                "merge": merged.merge_id, "client": merged.client_id, "name": merged.name,
                "merged": list(merged.others), "moved": dict(merged.moved),
            })  # fmt: skip
            return
        say(_("Merged into {client} {name}: {moved}.").format(
            client=merged.client_id, name=merged.name, moved=moved_words(merged.moved) or _("nothing"),
        ))  # fmt: skip
        say(_("To take it back: salesdesk merge undo {merge}").format(merge=merged.merge_id))


def _planned(plan: "MergePlan") -> dict[str, object]:
    from salesdesk.base.merging import PlannedField

    def field(one: PlannedField) -> dict[str, object]:
        values = [value if isinstance(value, str | int | None) else str(value) for value in one.values]
        return {"field": one.code, "values": values, "said": list(one.said), "from": one.kept_from}

    return {
        "merge": None,
        "client": plan.keep,
        "cards": [
            {
                "client": card.client_id, "external_id": card.external_id, "source": card.source,
                "name": card.name, "owner": card.owner, "do_not_call": card.do_not_call,
                "counts": dict(card.counts),
            }
            for card in plan.cards
        ],
        "fields": [field(one) for one in plan.fields],
        "moves": dict(plan.moves),
    }  # fmt: skip


def _print_plan(plan: "MergePlan") -> None:
    from salesdesk.base.merging.fields import field_title
    from salesdesk.cli.printing import say, table

    heads = [f"{card.client_id}{' ◆' if card.client_id == plan.keep else ''}" for card in plan.cards]
    rows = []
    for field in plan.fields:
        if not any(field.said):
            continue
        cells = [
            f"{'◆ ' if card.client_id == field.kept_from and text else '  '}{text}"
            for card, text in zip(plan.cards, field.said, strict=True)
        ]
        rows.append((field_title(field.code), *cells))
    table((_("Field"), *heads), rows, elastic=tuple(range(1, len(heads) + 1)))
    say(_("◆ stays; what does not stay is written into a note on the card."))
    say(_("Goes over: {moved}.").format(moved=moved_words(plan.moves) or _("nothing")))
    say(_("Rehearsal, nothing is kept."))


def moved_words(moved: "Mapping[str, int]") -> str:
    """Say what goes over, with how many of each."""
    from salesdesk.wording import merge_moves

    return merge_moves(moved)


def _undo(ctx: typer.Context, merge_id: int, *, alone: bool, as_json: bool) -> None:
    with sit_down(ctx) as desk:
        from salesdesk.base.merging import undo_merge
        from salesdesk.cli.printing import emit, say
        from salesdesk.cli.progress import Bar

        with Bar(_("Taking back")) as bar, stopping() as stopped:
            undone = desk.write(
                undo_merge, merge_id, alone=alone, progress=bar.report, cancelled=stopped.is_set
            )
        if as_json:
            emit({
                "merge": undone.merge_id, "undone": True, "client": undone.client_id, "name": undone.name,
                "merges": undone.merges, "back": [client for client, _name in undone.back],
                "stayed": list(undone.stayed),
            })  # fmt: skip
            return
        say(
            ngettext("{count} merge is taken back.", "{count} merges are taken back.", undone.merges).format(
                count=undone.merges
            )
        )
        for client, name in undone.back[:ROWS]:
            say(_("There again: {client} {name}").format(client=client, name=name))
        for line in undone.stayed[:ROWS]:
            say(_("Changed since, so it stays as it is: {what}").format(what=line))


def _all(ctx: typer.Context, min_score: float | None, *, dry_run: bool, as_json: bool) -> None:
    if min_score is None:
        raise WrongCallError(_("Say from which score on: salesdesk merge all --min-score 0.95"))
    with sit_down(ctx) as desk:
        from salesdesk.base.merging import merge_all
        from salesdesk.cli.printing import emit
        from salesdesk.cli.progress import Bar

        with Bar(_("Merging")) as bar, stopping() as stopped:
            run = (desk.read if dry_run else desk.write)(
                merge_all, min_score, dry_run=dry_run, progress=bar.report, cancelled=stopped.is_set
            )
        if as_json:
            emit({
                "merge": run.run_id, "groups": run.groups, "cards": run.cards, "moved": dict(run.moved),
                "left_out": run.left_out, "why": run.why, "dry_run": dry_run,
                "rows": [
                    {
                        "client": group.keep, "name": group.name, "score": group.score,
                        "merged": [{"client": client, "name": name} for client, name in group.others],
                    }
                    for group in run.first
                ],
            })  # fmt: skip
        else:
            _print_run(run, dry_run=dry_run)


def _print_run(run: "MergeRun", *, dry_run: bool) -> None:
    from salesdesk.cli.printing import say, table

    table(
        (_("Score"), _("Stays"), _("Name"), _("Goes into it")),
        [
            (
                f"{group.score:.2f}",
                group.keep,
                group.name,
                ", ".join(f"{client} {name}" for client, name in group.others),
            )
            for group in run.first
        ],
        right=(0, 1),
        elastic=(2, 3),
    )
    if run.groups > len(run.first):
        say(_("… {count} in all").format(count=run.groups))
    said = (
        _("Would be merged: {cards} into {groups}; goes over: {moved}.")
        if dry_run
        else _("Merged: {cards} into {groups}; went over: {moved}.")
    )
    cards = ngettext("{count} card", "{count} cards", run.cards).format(count=run.cards)
    say(said.format(cards=cards, groups=run.groups, moved=moved_words(run.moved) or _("nothing")))
    if run.left_out:
        left = ngettext(
            "{count} group was left out: {why}", "{count} groups were left out: {why}", run.left_out
        )
        say(left.format(count=run.left_out, why=run.why))
    if run.run_id is not None:
        say(_("To take it back: salesdesk merge undo {merge}").format(merge=run.run_id))


def _list(ctx: typer.Context, limit: int, *, as_json: bool) -> None:
    with sit_down(ctx) as desk:
        from salesdesk.base.merging import merges
        from salesdesk.cli.printing import emit, say, table
        from salesdesk.cli.shapes import Shapes
        from salesdesk.formatting import day_and_time

        rows = desk.read(merges, limit)
        zone = desk.context.catalogues.team.zone
        if as_json:
            shapes = Shapes(zone)
            emit({
                "rows": [
                    {
                        "merge": row.merge_id, "at": shapes.at(row.at), "operator": row.operator,
                        "client": row.client_id, "name": row.name, "run": row.run_id,
                        "merged": [{"client": client, "name": name} for client, name in row.others],
                        "undone": shapes.at(row.undone_at),
                    }
                    for row in rows
                ]
            })  # fmt: skip
            return
        if not rows:
            say(_("Nothing was merged yet."))
            return
        table(
            (_("Merge"), _("When"), _("Who"), _("Stays"), _("Name"), _("Went into it"), _("Taken back")),
            [
                (
                    row.merge_id,
                    day_and_time(row.at, desk.context.now, zone),
                    row.operator,
                    row.client_id,
                    row.name,
                    ", ".join(f"{client} {name}" for client, name in row.others),
                    day_and_time(row.undone_at, desk.context.now, zone) if row.undone_at else "",
                )
                for row in rows
            ],
            right=(0, 3),
            elastic=(4, 5),
        )
