"""How the command line fails: one line on stderr and a status; the traceback goes to the log file."""

import errno
import logging
import os
import sys
from collections.abc import Callable
from typing import Any

from salesdesk.errors import InputError, SalesdeskError, StoppedError
from salesdesk.i18n import _
from salesdesk.log_file import keep_log, log_file
from salesdesk.secrecy.redacted import redacted

FAILED = 1
WRONG_CALL = 2
STOPPED = 130
"""As shells say of a program that was stopped by ctrl+c: 128 and the signal's number."""

log = logging.getLogger(__name__)

GLOBAL_OPTIONS = ("--db", "--now", "--operator", "--lang")


class WrongCallError(SalesdeskError):
    """The command line itself is wrong: exit status 2."""


def status_of(work: Callable[[], int]) -> int:
    """Do the work and give the exit status; whatever goes wrong is said in one line."""
    keep_log()
    try:
        status = work()
        sys.stdout.flush()
    except BrokenPipeError:
        return _reader_gone()
    except KeyboardInterrupt:
        status = STOPPED
    except (WrongCallError, StoppedError) as error:
        _say(str(error))
        return WRONG_CALL if isinstance(error, WrongCallError) else STOPPED
    except SalesdeskError as error:
        if error.__cause__ is not None:
            log.info("Said to the person: %s", error, exc_info=error)
        _say(_with_option(error))
        _point(error)
        return FAILED
    except Exception as error:  # noqa: BLE001  # the last line of defence: no traceback reaches a person
        return _unforeseen(error)
    if status == STOPPED:
        _say(_("Stopped."))
    return status


def _unforeseen(error: Exception) -> int:
    if isinstance(error, OSError) and error.errno == errno.EPIPE:
        return _reader_gone()
    if _wrong_call(error):
        _say(f"{usage_said(error)} {_see_help(error)}".strip())
        return WRONG_CALL
    log.error("The command failed", exc_info=error)
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        _say(f"{where}{error.strerror}")
    else:
        _say(
            _("The program made a mistake: {what}. The log has the details: {file}").format(
                what=type(error).__name__, file=log_file()
            )
        )
    return FAILED


def _say(line: str) -> None:
    """Print one line on stderr: an error that quotes data must not break into several."""
    text = "".join(sign if sign.isprintable() else " " for sign in redacted(line))
    try:
        print(" ".join(text.split()), file=sys.stderr, flush=True)  # noqa: T201  # this is where errors are said
    except OSError:
        return


def _point(error: SalesdeskError) -> None:
    """Show a person at a terminal the place in the line they typed; a program has one line."""
    pointed = getattr(error, "pointed", "")
    if pointed and sys.stderr.isatty():
        print(redacted(pointed), file=sys.stderr, flush=True)  # noqa: T201  # the same


def _reader_gone() -> int:
    """Leave quietly where nobody reads any more (`| head`): what is still buffered goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return 0


def _with_option(error: SalesdeskError) -> str:
    """Name the option in front of what is wrong with it."""
    option = getattr(error, "option", None)
    return f"{option}: {error}" if option else str(error)


def naming_option(error: InputError) -> InputError:
    """Let an error of a use case name the option that its field is on the command line."""
    if error.field is not None:
        error.option = f"--{error.field}"  # type: ignore[attr-defined]  # read by `_with_option` alone
    return error


# -- wrong calls -----------------------------------------------------------------------------------


def _wrong_call(error: Exception) -> bool:
    import typer

    return isinstance(error, typer.TyperException)


def usage_said(error: Any) -> str:  # noqa: ANN401  # Typer exports only the base of its errors: they are told by name
    """Say in one line, in the language in use, what is wrong with a call."""
    said: Callable[[Any], str] = {
        "NoSuchOption": _no_such_option,
        "MissingParameter": _missing,
        "BadParameter": _bad_value,
        "BadOptionUsage": _without_value,
    }.get(type(error).__name__, _misplaced)
    return said(error)


def _missing(error: Any) -> str:  # noqa: ANN401
    return _("{what} is missing.").format(what=_name(error.param))


def _without_value(error: Any) -> str:  # noqa: ANN401
    return _("{option} needs a value.").format(option=error.option_name)


def _bad_value(error: Any) -> str:  # noqa: ANN401
    name = _name(error.param)
    return f"{name}: {error.message}" if name else str(error.message)


def _misplaced(error: Any) -> str:  # noqa: ANN401
    if error.message.startswith("Missing command"):
        return _("Say which command.")
    extra = error.message.partition("unexpected extra argument")[2]
    if not extra:
        return str(error.message)
    words = extra.rpartition("(")[2].rstrip(")")
    return _("This is one word too many: {words}. A text of several words stands in quotes.").format(
        words=words
    )


def _no_such_option(error: Any) -> str:  # noqa: ANN401
    option = error.option_name.partition("=")[0]
    if option in GLOBAL_OPTIONS:
        return _("{option} stands before the command: salesdesk {option} … {command} …").format(
            option=option, command=error.ctx.info_name if error.ctx else ""
        )
    said = _("There is no option {option} here.").format(option=option)
    near = ", ".join(sorted(error.possibilities or ()))
    return said + " " + _("Did you mean {near}?").format(near=near) if near else said


def _name(param: Any) -> str:  # noqa: ANN401
    if param is None:
        return ""
    if param.param_type_name == "argument":
        return str(param.metavar or param.name.upper())
    return str(max(param.opts, key=len))


def _see_help(error: Any) -> str:  # noqa: ANN401
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "salesdesk"
    return _("How to call it: {command} --help").format(command=command)
