"""`log` and `undo`: what came of a call made now, and taking the last logged thing back."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from salesdesk.cli.asked import Desk, sit_down
from salesdesk.cli.failing import naming_option
from salesdesk.cli.help import Command
from salesdesk.cli.options import AsJson, Client, whole
from salesdesk.cli.stopping import stopping
from salesdesk.codes import GoalResult, StepKind
from salesdesk.errors import InputError, NotFoundError
from salesdesk.i18n import N_, _

if TYPE_CHECKING:
    from salesdesk.context import Context
    from salesdesk.rows import Logged, NextStep, PhoneRow


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("log", help=N_("Log a call made now, with what is owed next."), cls=Command)(log)
    app.command("undo", help=N_("Take the last logged thing back."), cls=Command)(undo)


def log(
    ctx: typer.Context,
    client: Client,
    *,
    outcome: Annotated[str, typer.Option("--outcome", metavar="CODE", help=N_("What came of the call."))],
    goal: Annotated[
        str | None, typer.Option("--goal", metavar="CODE", help=N_("What the call was to achieve."))
    ] = None,
    result: Annotated[
        str | None,
        typer.Option("--result", metavar="hit|partial|missed", help=N_("Whether the goal was reached.")),
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="CODE", help=N_("Why it ended without a sale."))
    ] = None,
    next_action: Annotated[
        str | None,
        typer.Option(
            "--next",
            metavar='"KIND GOAL WHEN"',
            help=N_(
                'What is owed next: "call get_payment_date tomorrow 10:00"; the rule\'s default if not said.'
            ),
        ),
    ] = None,
    note: Annotated[
        str, typer.Option("--note", metavar="TEXT", help=N_("Something worth remembering."))
    ] = "",
    talk: Annotated[
        int, typer.Option("--talk", metavar="SECONDS", parser=whole(0), help=N_("How long the talk was."))
    ] = 0,
    phone: Annotated[
        str | None,
        typer.Option(
            "--phone", metavar="N", help=N_("The number called: its place on the card, or its digits.")
        ),
    ] = None,
    hand_to: Annotated[
        str | None,
        typer.Option(
            "--hand-to",
            metavar="LOGIN|SPECIALTY|keep",
            help=N_("Who gets the client now; keep: it stays yours. The rule of its stage if not said."),
        ),
    ] = None,
    hand_note: Annotated[
        str | None,
        typer.Option("--hand-note", metavar="TEXT", help=N_("What they are told; --note if not said.")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Log a call."""
    with sit_down(ctx) as desk:
        from salesdesk.base.references import find_client
        from salesdesk.desk.calls import log_call
        from salesdesk.rows import WrapUp

        client_id = desk.read(find_client, client)
        try:
            said = WrapUp(
                client_id=client_id,
                outcome=outcome,
                goal=goal,
                result=_result(result),
                reason=reason,
                next_step=None if next_action is None else next_step(next_action, desk.context),
                note=note,
                talk_seconds=talk,
                phone_id=None if phone is None else _phone(desk, client_id, phone),
                hand_to=hand_to,
                hand_note=hand_note,
            )
            logged = desk.write(log_call, said)
        except InputError as error:
            raise naming_option(error) from error
        _print(desk, logged, as_json=as_json)


def _print(desk: Desk, logged: "Logged", *, as_json: bool) -> None:
    from salesdesk.cli.printing import emit, say
    from salesdesk.desk.card import card

    handed_on = logged.handed_on
    if as_json:
        from salesdesk.cli.shapes import Shapes

        shapes = Shapes(desk.context.catalogues.team.zone)
        said = {"call": logged.call_id, "next_action": logged.next_action_id, "stage": logged.stage}
        emit(said | ({} if handed_on is None else {"handed_on": shapes.handed_on(handed_on)}))
        return
    from salesdesk.cli.card_text import owed

    if handed_on is not None:
        # Somebody else's by now: its card may not be for who sits here to see.
        from salesdesk import wording

        say(_("Logged: {name}.").format(name=handed_on.client_name))
        say(wording.goes_to(handed_on.to))
        return
    try:
        found = desk.read(card, logged.client_id, timeline=0)
    except NotFoundError:
        # It was seen for what was owed to it, and that is its owner's again.
        say(_("Logged. What comes next is its owner's."))
        return
    say(_("Logged: {name}.").format(name=found.client.name))
    for line in owed(desk.context, found):
        say(line)


def _result(text: str | None) -> GoalResult | None:
    if text is None:
        return None
    try:
        return GoalResult(text)
    except ValueError as error:
        raise InputError(
            _("“{value}” is not a result: {codes}.").format(value=text, codes=", ".join(GoalResult)), "result"
        ) from error


def next_step(text: str, context: "Context") -> "NextStep":
    """Read `KIND GOAL WHEN`. Raises InputError, NotFoundError for an unknown goal."""
    from salesdesk.desk.when import parse_when
    from salesdesk.rows import NextStep

    kind, goal, when = [*text.split(None, 2), "", "", ""][:3]
    if kind not in set(StepKind):
        raise InputError(
            _("“{value}” is not a kind of next action; write KIND GOAL WHEN, where KIND is {codes}.").format(
                value=kind, codes=", ".join(StepKind)
            ),
            "next",
        )
    if not goal:
        raise InputError(_("The goal is missing; write KIND GOAL WHEN."), "next")
    context.catalogues.goal(goal)
    exact = _exact(when, context)
    if exact is not None:
        return NextStep(StepKind(kind), goal, exact, promise=True)
    understood = parse_when(when, context)
    return NextStep(StepKind(kind), goal, understood.at, understood.promise)


def _exact(text: str, context: "Context") -> datetime | None:
    """Read a moment that another program wrote: `2026-11-24T10:00+03:00`; None for what people type."""
    if "T" not in text.upper():
        return None
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=context.catalogues.team.zone)


def _phone(desk: Desk, client_id: int, text: str) -> int:
    """Find the number that was called: by its place on the card, or by its digits. Raises InputError."""
    from salesdesk.desk.card import card

    numbers = desk.read(card, client_id, timeline=0).numbers()
    digits = "".join(sign for sign in text if sign.isdecimal())
    if text.strip().isdecimal() and 1 <= int(text) <= len(numbers):
        return numbers[int(text) - 1].id
    found = [number.id for number in numbers if digits and _digits(number).endswith(digits[-10:])]
    if len(found) != 1:
        missing = (
            _("Several numbers of this client end with {digits}; give more digits.").format(digits=digits)
            if found
            else _("This client has no number “{value}”.").format(value=text)
        )
        raise InputError(missing, "phone")
    return found[0]


def _digits(number: "PhoneRow") -> str:
    return "".join(sign for sign in number.e164 or number.raw if sign.isdecimal())


def undo(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Take the last logged thing back."""
    with sit_down(ctx) as desk:
        from salesdesk import wording
        from salesdesk.cli.printing import emit, say
        from salesdesk.cli.progress import Bar
        from salesdesk.cli.shapes import Shapes
        from salesdesk.desk.undo import undo as take_back

        with Bar(_("Taking back")) as bar, stopping() as stopped:
            undone = desk.write(take_back, progress=bar.report, cancelled=stopped.is_set)
        if as_json:
            emit({"undone": Shapes(desk.context.catalogues.team.zone).undone(undone)})
        else:
            say(_("Taken back: {name}").format(name=undone.client_name or wording.action(undone.action)))
