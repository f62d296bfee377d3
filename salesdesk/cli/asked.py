"""What stands before the command: the base, the clock, who sits here. And sitting down with it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import typer

from salesdesk.clock import Clock
from salesdesk.errors import BaseError
from salesdesk.i18n import _, use_language
from salesdesk.said_once import take_lines

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlmodel import Session

    from salesdesk.context import Context
    from salesdesk.settings import Settings
    from salesdesk.storage.base import Base

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """The options before the command; what is None is left to the settings."""

    db: str | None = None
    now: datetime | None = None
    operator: str | None = None
    lang: str | None = None


def asked(ctx: typer.Context) -> Asked:
    """Give what stood before the command."""
    found = ctx.find_object(Asked)
    return found or Asked()


@dataclass(frozen=True)
class Desk:
    """An open base and who sits at it: runs use cases, each in a unit of work of its own."""

    base: "Base"
    context: "Context"

    def read(
        self, use_case: "Callable[Concatenate[Session, Context, P], T]", *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a use case that only reads."""
        with self._refusals_noted(), self.base.read() as session:
            return use_case(session, self.context, *args, **kwargs)

    def _refusals_noted(self) -> "AbstractContextManager[None]":
        from salesdesk.team.limits import refusals_noted

        return refusals_noted(self.base, self.context)

    def note_list(self, rows: int) -> None:
        """Count rows before they are shown to an operator. Raises TooMuchError for more than a day's."""
        from salesdesk.team.limits import note_list
        from salesdesk.team.rights import leads

        if rows and not leads(self.context):
            self.write(note_list, rows)

    def write(
        self, use_case: "Callable[Concatenate[Session, Context, P], T]", *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a use case and commit it."""
        with self._refusals_noted(), self.base.write() as session:
            return use_case(session, self.context, *args, **kwargs)


def settings_of(ctx: typer.Context) -> "Settings":
    """Load the settings under what stood before the command, and speak their language."""
    from salesdesk.cli.seated import ask_for_passwords_of_servers
    from salesdesk.settings import load_settings

    given = asked(ctx)
    settings = load_settings(db=given.db, operator=given.operator, lang=given.lang)
    if settings.lang is not None:
        use_language(settings.lang)
    for line in take_lines():
        print(line, file=sys.stderr)  # noqa: T201  # remarks, not an answer
    ask_for_passwords_of_servers()
    return settings


@contextmanager
def sit_down(
    ctx: typer.Context, *, make: bool = False, asks: bool = True, beginning: str | None = None
) -> Iterator[Desk]:
    """Open the base and sit down at it. Raises BaseError for a file that is not there and may not be made.

    Without `asks` nobody's password is asked for: nothing of the base is shown then. `beginning` is who is
    being given a password.
    """
    settings = settings_of(ctx)
    if not make:
        must_exist(settings.db, settings.backup_dir)
    from salesdesk.cli.seated import seated
    from salesdesk.context import context_of
    from salesdesk.lead.coming_back import bring_back
    from salesdesk.storage.base import open_base
    from salesdesk.storage.kept_backups import way_back_told

    data = () if settings.data_dir is None else (settings.data_dir,)
    # A new base is the person's who makes it: `--operator` names them; an old one is asked for them.
    base = open_base(settings.db, data=data, operator=settings.operator, backup_dir=settings.backup_dir)
    try:
        with way_back_told(base.path, settings.backup_dir):
            login = seated(base, settings.operator, beginning=beginning) if asks else settings.operator
            context = context_of(base, Clock(fixed=asked(ctx).now), login)
            bring_back(base, context)
            yield Desk(base, context.fresh())
    finally:
        base.close()


def must_exist(where: str, backup_dir: Path | None = None) -> None:
    """Refuse a file that is not there: a misspelt path must not become an empty base.

    Raises BaseError, and DamagedError where something of a base is left.
    """
    from salesdesk.storage.damage import refuse_remains
    from salesdesk.storage.engine import base_url, sqlite_path
    from salesdesk.storage.kept_backups import way_back_told

    path = sqlite_path(base_url(where))
    if path is not None and not path.exists():
        with way_back_told(path, backup_dir):
            refuse_remains(path, backup_dir)
        raise BaseError(
            _("There is no base at {path}. Make one: salesdesk init, or salesdesk import FILE.").format(
                path=path
            )
        )
