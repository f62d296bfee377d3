"""The Russian layout: each letter of it stands for the Latin one on the same key.

A terminal sends letters, not keys, so a binding on `j` is dead while the Russian layout is on.
Bindings are written in Latin only; what nothing took is translated here and pressed once more.
"""

from typing import Final

_RUSSIAN: Final = "йцукенгшщзхъфывапролджэячсмитьбюё"
_LATIN: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_SHIFTED_RUSSIAN: Final = "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ№"
_SHIFTED_LATIN: Final = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~#'

LATIN_OF: Final = dict(
    zip(_RUSSIAN + _SHIFTED_RUSSIAN, _LATIN + _SHIFTED_LATIN, strict=True),
)

# Textual names the keys of signs by their Unicode names.
_KEY_NAMES: Final = {
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "{": "left_curly_bracket",
    "}": "right_curly_bracket",
    ";": "semicolon",
    ":": "colon",
    "'": "apostrophe",
    '"': "quotation_mark",
    ",": "comma",
    ".": "full_stop",
    "<": "less_than_sign",
    ">": "greater_than_sign",
    "`": "grave_accent",
    "~": "tilde",
    "#": "number_sign",
}
# Keys of signs that Textual names from Unicode and that stand on a Russian keyboard only.
_SIGN_KEYS: Final = {"numero_sign": "№"}


def latin_key(key: str) -> str | None:
    """Give what the same key sends on a Latin layout, modifiers kept; None where it is Latin already.

    `о` is `j`, `О` is `J`, `ctrl+с` is `ctrl+c`.
    """
    modifiers, plus, letter = key.rpartition("+")
    latin = LATIN_OF.get(_SIGN_KEYS.get(letter, letter))
    if latin is None:
        return None
    return f"{modifiers}{plus}{_KEY_NAMES.get(latin, latin)}"
