"""A small form: a few fields, each with its own message when it cannot be taken."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.types import CSSPathType
from textual.widget import Widget
from textual.widgets import Input, Select, Static

from salesdesk.commands import CLIENT, Command, bindings
from salesdesk.errors import ConflictError, InputError, NotFoundError, SalesdeskError
from salesdesk.i18n import N_, _
from salesdesk.screens.desk_screen import DeskModal
from salesdesk.screens.keyed_modal import HELP
from salesdesk.widgets.cells import plain
from salesdesk.widgets.keys_bar import KeysBar
from salesdesk.widgets.line_input import LineInput

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Field:
    """A field to fill in: a text, or one of `choices` (code and title)."""

    name: str
    label: str
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    optional: bool = True
    hint: str = ""


FORM_COMMANDS = (
    Command("form.save", "f2", "save", N_("save"), N_("Save what is filled in, from any field"), CLIENT),
    Command(
        "form.enter", "enter", "enter",
        N_("next field"), N_("To the next field; the last one saves"), CLIENT, footer=False, palette=False,
    ),
    Command("form.next", "tab", "app.focus_next", N_("next field"), N_("To the next field"), CLIENT),
    Command("form.remove", "f4", "remove", N_("remove"), N_("Remove this from the card"), CLIENT),
    Command("form.cancel", "escape", "cancel", N_("back"), N_("Leave without saving"), CLIENT),
    HELP,
)  # fmt: skip


class FormScreen(DeskModal[T]):
    """Fills fields in and saves them. Dismissed with what saving gave, or with None.

    `save` takes every field's text by name. Where it raises InputError, the field that the error
    names gets the focus and the message.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = "form.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings(*FORM_COMMANDS)
    UNSAVED: ClassVar[str] = N_("Not saved yet: F2 saves, esc once more throws it away.")
    """What the first press of esc says of a form that was changed: a message."""

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        save: Callable[[Mapping[str, str]], Awaitable[T | None]],
        remove: Callable[[], Awaitable[T | None]] | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._fields = tuple(fields)
        self._save_fields = save
        self._remove = remove
        self._saving = False
        self._sure = False

    def compose(self) -> ComposeResult:
        """Lay the form out."""
        with VerticalScroll(id="form", can_focus=False):
            for field in self._fields:
                with Horizontal(classes="field"):
                    yield Static(Content(field.label), classes="field-label")
                    yield _widget(field)
                yield Static(markup=False, id=f"wrong-{field.name}", classes="wrong")
            yield from self.compose_below()
        yield KeysBar()

    def compose_below(self) -> ComposeResult:
        """Lay out what stands below the fields: nothing, of most forms."""
        yield from ()

    def relabel(self) -> None:
        """Begin with the first field."""
        self.query_one("#form").border_title = Content(plain(self._title))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to remove only what can be removed."""
        if action == "remove" and self._remove is None:
            return False
        return super().check_action(action, parameters)

    @property
    def values(self) -> dict[str, str]:
        """What is filled in, by the names of the fields."""
        return {field.name: self._value(field) for field in self._fields}

    def _value(self, field: Field) -> str:
        widget = self.query_one(f"#field-{field.name}", Widget)
        if isinstance(widget, Select):
            return "" if widget.is_blank() else str(widget.value)
        return widget.value if isinstance(widget, Input) else ""

    def action_enter(self) -> None:
        """Go to the next field; save from the last."""
        last = f"field-{self._fields[-1].name}"
        if self.focused is not None and self.focused.id == last:
            self.action_save()
        else:
            self.focus_next()

    def action_save(self) -> None:
        """Save, once."""
        if not self._saving:
            self._saving = True
            self._run(lambda: self._save_fields(self.values))

    def action_remove(self) -> None:
        """Remove what the form is about."""
        if self._remove is not None and not self._saving:
            self._saving = True
            self._run(self._remove)

    def action_cancel(self) -> None:
        """Leave without saving; what was changed is thrown away only by a second press."""
        before = {field.name: field.value for field in self._fields}
        if self.values != before and not self._sure:
            self._sure = True
            self.app.say(_(self.UNSAVED))
            return
        self.dismiss(None)

    @work
    async def _run(self, job: Callable[[], Awaitable[T | None]]) -> None:
        self.query(".wrong").remove_class("-said")
        try:
            result = await job()
        except InputError as error:
            self._point_at(error)
        except ConflictError as error:
            with self.app.errors_said():
                await self.settle(error)
        except SalesdeskError as error:
            self.app.complain(error)
        else:
            self.dismiss(result)
        finally:
            self._saving = False

    async def settle(self, error: ConflictError) -> None:
        """Deal with what somebody else has changed meanwhile: here it is only said."""
        raise error

    def _point_at(self, error: InputError) -> None:
        """Say what is wrong beneath its field and go there; a field that is not here gets a notice."""
        if error.field is None or all(field.name != error.field for field in self._fields):
            self.app.complain(error)
            return
        said = self.query_one(f"#wrong-{error.field}", Static)
        said.update(f"! {error}")
        said.add_class("-said")
        self.query_one(f"#field-{error.field}").focus()


@contextmanager
def at_field(name: str) -> Iterator[None]:
    """Let an error that names no field point at this one. Raises InputError."""
    try:
        yield
    except InputError as error:
        raise InputError(str(error), error.field or name) from error
    except NotFoundError as error:
        raise InputError(str(error), name) from error


def _widget(field: Field) -> Widget:
    if not field.choices:
        return LineInput(field.value, placeholder=field.hint, id=f"field-{field.name}", compact=True)
    options = [(Content(title), code) for code, title in field.choices]
    known = field.value in dict(field.choices)
    return Select(
        options,
        value=field.value if known else Select.NULL,
        allow_blank=field.optional or not known,
        prompt=field.hint or "—",
        id=f"field-{field.name}",
        compact=True,
    )
