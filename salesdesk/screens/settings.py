"""The settings: language and theme change at once, the rest when saved."""

import asyncio
import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widgets import Input, Select, Static

from salesdesk import wording
from salesdesk.appearance import DARK, LIGHT
from salesdesk.errors import InputError, SalesdeskError
from salesdesk.i18n import LANGUAGES, _, language
from salesdesk.opening import Start
from salesdesk.screens.form import Field, FormScreen
from salesdesk.screens.settings_check import (
    base_place,
    catalogue_folder,
    dial_words,
    lock_minutes,
    place_note,
    try_base,
)
from salesdesk.secrecy.redacted import holds_password
from salesdesk.widgets.cells import plain

if TYPE_CHECKING:
    from salesdesk.context import Me
    from salesdesk.settings import Settings
    from salesdesk.shell import Shell

_LANGUAGE_NAMES = {"en": "English", "ru": "Русский"}
_AT_ONCE = ("lang", "theme")


class SettingsScreen(FormScreen[Start]):
    """Changes the settings. Dismissed with how to open the base anew, or with None where it stays open."""

    CSS_PATH: ClassVar = ["form.tcss", "settings.tcss"]

    def __init__(self, app: "Shell", settings: "Settings", people: Sequence["Me"]) -> None:
        self._settings = settings
        self._people = tuple(people)
        self._shell = app
        super().__init__(
            _("Settings"), setting_fields(settings, self._people, app.theme), self._save_settings
        )

    # What is shown

    def relabel(self) -> None:
        """Put everything into the language in use; what is typed stays."""
        self._title = _("Settings")
        super().relabel()
        values = self.values
        fields = setting_fields(self._settings, self._people, self.app.theme)
        for field, label in zip(fields, self.query(".field-label").results(Static), strict=True):
            label.update(Content(field.label))
            widget = self.query_one(f"#field-{field.name}")
            if isinstance(widget, Input):
                widget.placeholder = field.hint
            elif isinstance(widget, Select):
                self._offer(widget, field, values[field.name])
        self._fields = tuple(
            replace(field, value=old.value) for field, old in zip(fields, self._fields, strict=True)
        )
        self._note_place()

    def _offer(self, select: Select[str], field: Field, value: str) -> None:
        with self.prevent(Select.Changed):
            select.prompt = field.hint or "—"
            select.set_options((Content(title), code) for code, title in field.choices)
            select.value = value if value in dict(field.choices) else Select.NULL

    def _note_place(self) -> None:
        """Say beneath the base what its place means."""
        said = self.query_one("#wrong-db", Static)
        said.update(place_note(self.query_one("#field-db", Input).value))
        said.add_class("-said", "-note")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what the place of the base means, while it is typed."""
        if event.input.id == "field-db":
            self._note_place()

    def _point_at(self, error: SalesdeskError) -> None:
        self.query_one("#wrong-db").remove_class("-note")
        super()._point_at(error)  # type: ignore[arg-type]  # the form gives what it caught

    # Language and theme

    def on_select_changed(self, event: Select.Changed) -> None:
        """Speak another language and put on another theme at once."""
        name = (event.select.id or "").removeprefix("field-")
        if name not in _AT_ONCE or event.select.is_blank():
            return
        chosen = str(event.value)
        self._fields = tuple(
            replace(field, value=chosen) if field.name == name else field for field in self._fields
        )
        if name == "lang" and chosen != language():
            self.app.action_next_language()
        elif name == "theme" and chosen != self.app.theme:
            self.app.action_next_theme()

    # Saving

    async def _save_settings(self, values: Mapping[str, str]) -> Start | None:
        before = {field.name: field.value for field in self._fields}
        changed = {name for name, text in values.items() if text.strip() != before[name].strip()} - {
            *_AT_ONCE
        }
        if not changed:
            return None
        return await asyncio.to_thread(self._checked_and_saved, values, changed)

    def _checked_and_saved(self, values: Mapping[str, str], changed: set[str]) -> Start | None:
        """Check everything before anything is written; runs in a thread."""
        from salesdesk.settings import save_settings

        place = base_place(values["db"] if "db" in changed else self._settings.db)
        operator = values["operator"] or None
        new: dict[str, object] = {
            "db": place,
            "operator": operator,
            "dial": dial_words(values["dial"]),
            "data_dir": catalogue_folder(values["data_dir"]),
            "lock_after": lock_minutes(values["lock_after"]),
        }
        reopens = changed & {"db", "operator", "data_dir"}
        if reopens:
            try_base(place, operator, catalogue_folder(values["data_dir"]))
        if "db" in changed and place is not None and holds_password(place):
            place = new["db"] = self._password_put_away(place)
        start = self._shell.gateway.start
        # Who sits at a base of this run only, a sample or one that was named at the start, is no setting.
        kept = changed - ({"operator"} if "db" not in changed and self._elsewhere() else set())
        save_settings(**{name: new[name] for name in kept})
        if not reopens:
            return None
        # What was given at the start of this run would rule over what was just chosen.
        return replace(
            start,
            db=place if "db" in changed else start.db,
            operator=operator if "operator" in changed else start.operator,
            lang=language(),
        )

    def _password_put_away(self, place: str) -> str:
        """Keep a server's password where nobody reads it; give its place without. Raises InputError."""
        from salesdesk.secrecy.secret_settings import put_password_away

        try:
            bare, _file = put_password_away(place)
        except OSError as error:
            raise InputError(_("The password can be put nowhere; see ~/.pgpass."), "db") from error
        return bare

    def _elsewhere(self) -> bool:
        """Tell whether the open base is another one than the settings name."""
        from salesdesk.settings import load_settings

        return base_place(load_settings().db) != base_place(self._settings.db)


async def settings_screen(app: "Shell") -> SettingsScreen:
    """Make the screen with the settings as they are. Raises SettingsError for a file that is broken."""
    from salesdesk.team.people import people

    settings = await app.gateway.settings()
    found: tuple[Me, ...] = ()
    if app.gateway.opened is not None:
        found = await app.gateway.read(people)
    return SettingsScreen(app, settings, found)


def setting_fields(settings: "Settings", people: Sequence["Me"], theme: str) -> tuple[Field, ...]:
    """Give the fields, filled in with the settings."""
    languages = tuple((code, _LANGUAGE_NAMES.get(code, code)) for code in LANGUAGES)
    themes = ((DARK, _("dark")), (LIGHT, _("light")))
    sitting = tuple(
        (one.login, f"{plain(one.name)} ({plain(one.login)}), {wording.role(one.role)}") for one in people
    )
    return (
        Field("lang", _("Language"), language(), languages, optional=False),
        Field("theme", _("Theme"), theme, themes, optional=False),
        Field("db", _("Base"), _own_place(settings), hint=_("a file, or postgresql://name@server/base")),
        Field(
            "operator",
            _("Who sits here"),
            settings.operator or "",
            sitting,
            hint=_("the first who works here"),
        ),
        Field(
            "dial",
            _("Dial program"),
            shlex.join(settings.dial or ()),
            hint=_("the system's, for tel: numbers"),
        ),
        Field("data_dir", _("Team's catalogues"), str(settings.data_dir or ""), hint=_("the usual ones")),
        Field("lock_after", _("Locks after, min"), str(settings.lock_after), hint=_("15; 0 for never")),
    )


def _own_place(settings: "Settings") -> str:
    """Give the base's place as one writes it, `~` for the home folder."""
    from salesdesk.secrecy.secret_settings import bare_place

    if holds_password(settings.db):
        return bare_place(settings.db)
    home = str(Path.home())
    return settings.db.replace(home, "~", 1) if settings.db.startswith(home + os.sep) else settings.db
