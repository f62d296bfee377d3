"""The keys that work on every screen of the desk."""

from salesdesk.commands import DESK, Command
from salesdesk.i18n import N_

SHELL_COMMANDS = (
    Command("desk.help", "f1", "help", N_("keys"), N_("What the keys of this screen do"), DESK),
    Command("desk.tails", "f2", "tails", N_("tails"), N_("What was forgotten, and by whom"), DESK),
    Command("desk.reports", "f3", "reports", N_("reports"), N_("Reports and the funnel"), DESK),
    Command(
        "desk.lead", "f4", "lead_desk",
        N_("lead"), N_("Operators now, stand-up, rejected, VIP dialogues, reviews, plans"), DESK,
    ),
    Command(
        "desk.clients", "f5", "clients",
        N_("clients"), N_("The whole base: filters, segments, export"), DESK, footer=False,
    ),
    Command(
        "desk.cleaning", "f7", "cleaning",
        N_("cleaning"), N_("What is missing or doubtful in the base"), DESK, footer=False,
    ),
    Command(
        "desk.palette", "ctrl+p", "command_palette",
        N_("commands"), N_("Find a command by its name"), DESK, footer=False, palette=False, priority=True,
    ),
    Command(
        "desk.search", "s", "search",
        N_("search"), N_("Find a client by name, person, phone or tax id"), DESK, footer=False,
    ),
    Command(
        "desk.import", "i", "import_file",
        N_("import"), N_("Bring clients in from a file"), DESK, footer=False,
    ),
    Command(
        "desk.duplicates", "f6", "duplicates",
        N_("duplicates"), N_("Cards that may be one, side by side"), DESK, footer=False,
    ),
    Command(
        "desk.settings", "o", "settings",
        N_("settings"), N_("Language, theme, base, who sits here, what dials"), DESK, footer=False,
    ),
    Command(
        "desk.kept", "K", "kept",
        N_("kept here"), N_("What could not be sent and is kept on this workstation"), DESK, footer=False,
    ),
    Command("desk.undo", "u", "undo", N_("undo"), N_("Take the last logged thing back"), DESK, footer=False),
    Command(
        "desk.language", "f8", "next_language",
        N_("language"), N_("Switch between English and Russian"), DESK, footer=False,
    ),
    Command(
        "desk.theme", "f9", "next_theme",
        N_("theme"), N_("Switch between light and dark"), DESK, footer=False,
    ),
    Command(
        "desk.quit", "ctrl+q", "quit",
        N_("quit"), N_("Leave the desk; everything is saved already"), DESK, footer=False, priority=True,
    ),
)  # fmt: skip

LEADS_ONLY = {"tails", "reports", "lead_desk"}
