"""A command is declared once: it is key, footer entry, tooltip, palette entry and line of help.

A `Binding` carries the messages untranslated, and they are translated where they are shown, so that
another language re-labels everything at once. Each has an id by which settings give it another key.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from textual.binding import Binding, BindingType
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode
from textual.keys import format_key
from textual.screen import Screen

from salesdesk.i18n import N_, _

LIST = N_("The list")
CLIENT = N_("The client")
CALL = N_("The call")
DESK = N_("The desk")


@dataclass(frozen=True, slots=True)
class Command:
    """Something that a person can do here.

    `title`, `hint` and `group` are messages marked with `N_`. `action` is a Textual action; `key`
    may name several keys, comma between them. `footer` shows it in the line of keys, `palette` in
    the palette.
    """

    id: str
    key: str
    action: str
    title: str
    hint: str
    group: str = CLIENT
    footer: bool = True
    palette: bool = True
    priority: bool = False

    def binding(self) -> Binding:
        """Make what Textual calls a binding."""
        return Binding(
            self.key,
            self.action,
            self.title,
            show=self.footer,
            tooltip=self.hint,
            id=self.id,
            priority=self.priority,
            system=not self.palette,
            group=Binding.Group(self.group),
        )


def bindings(*commands: Command) -> list[BindingType]:
    """Make the `BINDINGS` of a screen or a widget."""
    return [command.binding() for command in commands]


def for_leads(*commands: Command) -> Binding:
    """Let the keys of commands that an operator is not offered say why they do nothing."""
    return Binding(",".join(command.key for command in commands), "app.for_leads", show=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """A command as it stands now: its keys on this machine, its words in the language in use."""

    node: DOMNode
    keys: tuple[str, ...]
    title: str
    hint: str
    group: str
    action: str
    footer: bool
    palette: bool
    enabled: bool

    @property
    def first_key(self) -> str:
        """Name the key that the footer shows."""
        return key_name(self.keys[0])

    @property
    def key_names(self) -> str:
        """Name the keys as people read them."""
        return " ".join(key_name(key) for key in self.keys)


def key_name(key: str) -> str:
    """Name a key as people read it: `⏎`, `F1`, `ctrl+p`."""
    *modifiers, last = key.split("+")
    if last == "space":
        name = _("space")
    else:
        name = last.upper() if last[0] == "f" and last[1:].isdigit() else format_key(last)
    return "+".join([*modifiers, name])


def commands_of(screen: Screen[object]) -> Iterator[Shown]:
    """Give the commands that work on a screen now, those of what has the focus first."""
    merged: dict[tuple[str | None, str], Shown] = {}
    for node, binding, enabled, _tooltip in screen.active_bindings.values():
        if binding.id is None or binding.group is None:
            continue
        place = (binding.id, binding.action)
        seen = merged.get(place)
        merged[place] = Shown(
            node,
            (*(seen.keys if seen else ()), binding.key),
            _(binding.description),
            _(binding.tooltip) if binding.tooltip else "",
            _(binding.group.description),
            binding.action,
            binding.show,
            not binding.system,
            enabled,
        )
    yield from merged.values()


class CommandPaletteSource(Provider):
    """The commands of the screen beneath, for the palette."""

    def _commands(self) -> Iterator[Shown]:
        return (shown for shown in commands_of(self.screen) if shown.palette and shown.enabled)

    async def discover(self) -> Hits:
        """Offer everything before a word is typed."""
        for shown in self._commands():
            yield DiscoveryHit(
                Content(f"{shown.title}  ({shown.key_names})"),
                partial(self.app.run_action, shown.action, shown.node),
                text=shown.title,
                help=shown.hint,
            )

    async def search(self, query: str) -> Hits:
        """Offer what matches the words typed."""
        matcher = self.matcher(query)
        found = False
        for shown in self._commands():
            score = max(matcher.match(shown.title), matcher.match(shown.hint) / 2)
            if score > 0:
                found = True
                yield Hit(
                    score,
                    Content(f"{shown.title}  ({shown.key_names})"),
                    partial(self.app.run_action, shown.action, shown.node),
                    text=shown.title,
                    help=shown.hint,
                )
        if not found:
            # Left to itself the palette says this in English, whatever the language in use.
            nothing = _("There is no such command.")
            yield Hit(0, Content(nothing), self._pass, text=nothing)

    def _pass(self) -> None:
        """Do nothing: the line that says so was chosen."""
