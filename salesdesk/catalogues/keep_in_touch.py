"""What is not a goal: to keep in touch, to remind of oneself, and their like.

Nobody can say whether such a goal was reached, so a call made for it teaches nothing.
"""

import re

_PHRASES = re.compile(
    r"""
      \b(keep|keeping|stay|staying|be|being|remain|remaining)\s+in\s+(touch|contact)\b
    | \b(keep|keeping|maintain|maintaining)\s+(up\s+)?((the|a|our)\s+)?(contact|relations?|relationships?)\b
    | \btouch\s+base\b | \bcatch\s+up\b | \bcheck(ing)?\s+in$ | \bjust\s+(to\s+)?(call|ask|checking)\b
    | \bsay\s+hello\b | ^follow\s+up$
    | \bremind(ing)?\s+((them|him|her|the\s+client)\s+)?(of|about)\s+(us|me|(one|my|your)self|ourselves)\b
    | \bподдерж\w*\s+(\w+\s+){0,2}(контакт|связ|отношени|общени)
    | \b(сохран|налаж|налад)\w*\s+(\w+\s+)?(контакт|связ|отношени)
    | \b(держать|не\s+терять|не\s+потерять)\s+(контакт|связь)
    | \b(быть|будем|оста\w*|держаться|побыть)\s+(\w+\s+)?(на\s+связи|в\s+контакте)
    | ^на\s+связи$
    | \bнапом\w+\s+(\w+\s+)?о\s+(себе|нас|компании)
    | \bузна\w+\s+как\s+(у\s+них\s+)?дела | \bпросто\s+(позвонить|поговорить|спросить)
    | \bpodderzh\w*\s+(kontakt|svyaz|otnoshen) | \bnapom\w+\s+o\s+sebe | \bna\s+svyazi\b
    """,
    re.VERBOSE,
)


def is_keep_in_touch(text: str) -> bool:
    """Tell a code, a title or a typed goal that only keeps in touch, in either language."""
    words = re.sub(r"[\W_]+", " ", text.casefold().replace("ё", "е")).strip()
    return _PHRASES.search(words) is not None
