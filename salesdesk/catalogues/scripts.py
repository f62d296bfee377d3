"""Scripts: what to say for a goal, with what is known of the client put in.

A script is text that a team writes, its values are text that anybody may have written. Values are
put in as they are and never evaluated; the template runs in Jinja2's sandbox.
"""

import re
import traceback
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from salesdesk.catalogues.faults import CatalogueError
from salesdesk.i18n import _

if TYPE_CHECKING:
    from jinja2 import Template, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

SCRIPT_VALUES = ("client", "contact", "operator", "amount", "product")
"""What a script may name."""

GAP = "…"
"""Stands where a value is not known, so that the one who reads aloud sees it."""

_PLAIN = re.compile(r"\{\{ *(?:" + "|".join(SCRIPT_VALUES) + r") *\}\}")
_MARK = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")


def render_script(script_text: str, **values: str | None) -> str:
    """Fill a script in. A value that is missing or empty shows as a gap.

    Raises CatalogueError for a template that cannot be rendered.
    """
    from jinja2 import TemplateError  # 60 ms that the list of the day does not pay

    known = {name: str(values.get(name) or "") for name in SCRIPT_VALUES}
    try:
        return _template(script_text).render(known)
    except TemplateError as error:
        raise CatalogueError(_unread(error)) from error
    except Exception as error:  # a template runs any expression: whatever it raises is its own mistake
        raise CatalogueError(
            _("the script cannot be filled in: {why}").format(why=" ".join(str(error).split()))
        ) from error


def script_mistake(text: str) -> tuple[str, int] | None:
    """Find what is wrong with a script: the words, and the line of the text (from 1). None: nothing.

    A script of plain placeholders is sound as it stands, and needs no Jinja2 to say so.
    """
    if not _MARK.search(_PLAIN.sub("", text)):
        return None
    from jinja2 import TemplateSyntaxError, meta  # only where a script asks for more

    try:
        unknown = meta.find_undeclared_variables(_environment().parse(text)) - set(SCRIPT_VALUES)
    except TemplateSyntaxError as error:
        return _unread(error), error.lineno
    if unknown:
        name = min(unknown)
        line = next((n for n, row in enumerate(text.split("\n"), 1) if re.search(rf"\b{name}\b", row)), 1)
        what = _("the script names {name}, which the desk does not know; it knows: {names}")
        return what.format(name=name, names=", ".join(SCRIPT_VALUES)), line
    try:
        render_script(text)
    except CatalogueError as error:
        frames = traceback.extract_tb(error.__cause__.__traceback__) if error.__cause__ else []
        return error.what, next((f.lineno or 1 for f in reversed(frames) if f.filename == "<template>"), 1)
    return None


def _unread(error: "TemplateError") -> str:
    what = _("the script cannot be read: check that each {open} and {block} is closed ({why})")
    return what.format(open="{{", block="{%", why=" ".join(str(error.message).split()))


@cache
def _environment() -> "SandboxedEnvironment":
    from jinja2.sandbox import SandboxedEnvironment  # as above

    # The result is plain text: escaping would show `&amp;` to the one who reads it aloud.
    return SandboxedEnvironment(autoescape=False, finalize=_or_gap)


# To translate a script takes longer than all else that a card needs.
@lru_cache(maxsize=64)
def _template(script_text: str) -> "Template":
    return _environment().from_string(script_text)


def _or_gap(value: object) -> object:
    from jinja2 import Undefined  # as above

    return GAP if value is None or value == "" or isinstance(value, Undefined) else value
