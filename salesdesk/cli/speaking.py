"""In which language the command line speaks: known before its first word, so that help has it too."""

import os
from collections.abc import Sequence

from salesdesk.i18n import LANGUAGES, language_of_environment, use_language


def use_language_of(words: Sequence[str]) -> None:
    """Speak the language that `--lang` names, else the environment's. A wrong name is refused later."""
    use_language(_asked(words) or language_of_environment(os.environ))


def _asked(words: Sequence[str]) -> str | None:
    for place, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name == "--lang":
            asked = value if equals else next(iter(words[place + 1 :]), "")
            return language_code(asked)
    return None


def language_code(name: str) -> str | None:
    """Give the language's code, also for a locale's name (`ru_RU.UTF-8`); None for one unknown here."""
    code = name.replace("-", "_").split("_")[0].lower()
    return code if code in LANGUAGES else None
