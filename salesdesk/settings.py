"""A person's settings: `settings.toml` in the configuration folder, over it the environment `SALESDESK_*`.

Slow to import (pydantic): the desk loads it in a thread, after the first paint.
"""

import json
import threading
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from salesdesk.i18n import _
from salesdesk.places import PREFIX, default_base, settings_file
from salesdesk.secrecy.secret_settings import SettingsError, look_after

# A language and a theme chosen at once are saved from two threads: the later must read what the former wrote.
_SAVING = threading.Lock()
LOCK_AT_MOST = 1440
"""Minutes: a day."""

__all__ = ["LOCK_AT_MOST", "Settings", "SettingsError", "load_settings", "save_settings"]


def _words(value: object) -> object:
    """Take one program name, or JSON from the environment, as a list of words."""
    if isinstance(value, str):
        return json.loads(value) if value.lstrip().startswith("[") else [value]
    return value


def _language(value: object) -> object:
    """Take a locale's name as well: `ru_RU.UTF-8`."""
    return value.replace("-", "_").split("_")[0].lower() if isinstance(value, str) else value


class Settings(BaseSettings):
    """What a person may choose. Each is also an environment variable, as `SALESDESK_DB`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    db: str = Field(default_factory=default_base, description="path of a SQLite file, or a database URL")
    lang: Annotated[Literal["en", "ru"] | None, BeforeValidator(_language)] = Field(
        None, description="language; the locale's where none"
    )
    theme: str | None = Field(None, description="theme of the screens")
    operator: str | None = Field(None, description="login of who sits here")
    dial: Annotated[list[str] | None, BeforeValidator(_words)] = Field(
        None,
        description="program that dials, and its arguments; {number} among them, or appended",
    )
    play: Annotated[list[str] | None, BeforeValidator(_words)] = Field(
        None,
        description="program that plays recordings, and its arguments; {file} among them, or appended",
    )
    recordings: Path | None = Field(None, description="folder of the recordings that are named without one")
    data_dir: Path | None = Field(None, description="folder with the team's own catalogues")
    backup: bool | None = Field(
        None, description="whether a SQLite base is backed up once a day; unless said, where it is to stay"
    )
    backup_dir: Path | None = Field(None, description="folder for backups; beside the base where none")
    backup_days: int = Field(7, ge=1, le=3650, description="of so many days the last backup is kept")
    backup_weeks: int = Field(4, ge=0, le=520, description="of so many weeks")
    backup_months: int = Field(6, ge=0, le=120, description="of so many months")
    notice_minutes: int = Field(5, ge=0, le=120, description="how early a promise is announced")
    lock_after: int = Field(
        15,
        ge=0,
        le=LOCK_AT_MOST,
        description="minutes without a key until a desk that asks for a password locks; 0: never",
    )
    keys: dict[str, str] = Field(default_factory=dict, description="command id to key: other keys than usual")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # pydantic's own signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let what is given rule over the environment, and that over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, settings_file())


def load_settings(**given: object) -> Settings:
    """Load the settings; what is given and is not None rules. Raises SettingsError with one line."""
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    file = settings_file()
    look_after(file)
    try:
        return Settings(**chosen)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            _("The settings in {file} are not TOML: {why}").format(file=file, why=error)
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            _("The settings in {file} cannot be read: {why}").format(file=file, why=error)
        ) from error
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in problem["loc"])
        raise SettingsError(
            _("The setting {name} in {file} or in {variable} is wrong: {why}").format(
                name=name, file=file, variable=f"{PREFIX}{name.upper()}", why=problem["msg"]
            )
        ) from error
    except ValueError as error:
        raise SettingsError(_("A setting cannot be read: {why}").format(why=error)) from error


def save_settings(**changed: object) -> Path:
    """Write these settings into the file, the others and the comments over each kept; None removes one.

    Raises SettingsError where the file is broken or cannot be written.
    """
    file = settings_file()
    try:
        with _SAVING:
            _write(file, changed)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            _("The settings in {file} are not TOML: {why}").format(file=file, why=error)
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            _("The settings in {file} cannot be written: {why}").format(file=file, why=error)
        ) from error
    return file


def _write(file: Path, changed: dict[str, object]) -> None:
    text = file.read_text("utf-8") if file.exists() else ""
    tomllib.loads(text)
    for name, value in changed.items():
        text = _with_setting(text, name, value)
    tomllib.loads(text)
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".toml.new")
    beside.write_text(text, "utf-8")
    if file.exists():
        beside.chmod(file.stat().st_mode & 0o777)
    beside.replace(file)


def _with_setting(text: str, name: str, value: object) -> str:
    """Put a top-level setting in place, before the first table; a value of several lines goes whole."""
    lines = text.splitlines()
    table = next((at for at, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
    top, rest = lines[:table], lines[table:]
    start = next((at for at, line in enumerate(top) if line.split("=", 1)[0].strip() == name), None)
    entry = [] if value is None else [f"{name} = {_toml(value)}"]
    if start is None:
        return "\n".join([*top, *entry, *rest]) + "\n"
    return "\n".join([*top[:start], *entry, *top[_end_of_value(top, start) :], *rest]) + "\n"


def _end_of_value(lines: list[str], start: int) -> int:
    for end in range(start + 1, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[start:end]))
        except tomllib.TOMLDecodeError:
            continue
        return end
    return start + 1


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    # A JSON string is a TOML basic string; TOML alone also wants DEL escaped.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
