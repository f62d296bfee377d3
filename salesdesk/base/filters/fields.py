"""The fields of a filter: what they are called in both languages, and what each holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import func, not_, or_

from salesdesk.base.filters import doubtful
from salesdesk.base.filters.ground import Ground
from salesdesk.base.filters.identity import MailKind, NameKind, PhoneKind, TaxKind
from salesdesk.base.filters.kinds import (
    PERSON,
    C,
    CampaignKind,
    CodeKind,
    Condition,
    D,
    Kind,
    N,
    OwnerKind,
    P,
    ProductKind,
    TextKind,
    absent,
    among,
    coded,
    has_deal,
    of_client,
    open_action,
)
from salesdesk.base.filters.ordered import AmountKind, NumberKind, TimeKind
from salesdesk.base.filters.saved import SegmentKind
from salesdesk.base.folding import fold
from salesdesk.base.values import COLD, known_words
from salesdesk.base.worked import worked_with
from salesdesk.codes import Band, ClientClass
from salesdesk.context import Context
from salesdesk.models import StageChange
from salesdesk.storage.journal import table_of

S = table_of(StageChange).c

Words = Mapping[str, str | None]


def _folded(listed: Mapping[Any, tuple[str, ...]]) -> Words:
    return {fold(word): code for code, words in listed.items() for word in ((code,) if code else ()) + words}


def _stage_words(context: Context) -> Words:
    """Give the words for stages: a team's own codes and titles rule over the usual ones."""
    usual = {word: None if code == COLD else code for word, code in known_words()["stage"].items()}
    stages = context.catalogues.stages
    known = {word: code for word, code in usual.items() if code is None or code in stages}
    own = {fold(title): code for code, entry in stages.items() for title in (code, *entry.title.values())}
    # The codes first, in the order of the pipeline: that is how an error names them.
    return {fold(code): code for code in stages} | {fold(COLD): None} | known | own


def _class_words(context: Context) -> Words:
    del context
    return {fold(code): code.value for code in ClientClass} | known_words()["class"]


_BANDS = _folded({
    Band.NEW: ("новые", "новые клиенты", "new prospects"),
    Band.ACTIVE: ("активные", "действующие", "active customers"),
    Band.OTHER: ("остальные", "прочие", "all other"),
    Band.TELEMARKETING: ("телемаркетинг", "холодные"),
})  # fmt: skip
_DEALS = _folded({
    "in_work": ("in work", "open", "в работе", "открыта", "есть"),
    "won": ("выиграна", "продажа", "оплачена"),
    "rejected": ("lost", "забракована", "брак", "отказ", "проиграна"),
    None: ("none", "нет"),
})  # fmt: skip
_MISSING: Mapping[str, tuple[str, ...]] = {
    "phone": ("телефон", "телефона", "номер", "номера"),
    "email": ("e mail", "почта", "почты", "адреса почты"),
    "contact": ("person", "контакт", "контакта", "контактное лицо", "контактного лица"),
    "owner": ("ответственный", "ответственного", "менеджер", "менеджера"),
    "next_action": ("next", "следующий шаг", "следующего шага", "шаг", "шага"),
    "tax_id": ("инн",),
    "industry": ("отрасль", "отрасли"),
    "region": ("регион", "региона"),
    "city": ("город", "города"),
    "address": ("адрес", "адреса"),
    "website": ("сайт", "сайта"),
    "source": ("источник", "источника"),
    "campaign": ("кампания", "кампании"),
    "stage": ("этап", "этапа"),
    "amount": ("expected amount", "сумма", "суммы"),
}
_LACKING: Mapping[str, Condition] = {
    "phone": not_(of_client(P.client_id)),
    "contact": not_(of_client(PERSON.client_id)),
    "owner": C.owner_id.is_(None),
    "next_action": not_(open_action()),
    "amount": C.expected_minor == 0,
} | {
    name: absent(C[name])
    for name in (
        "email", "tax_id", "industry", "region", "city", "address", "website", "source", "campaign", "stage",
    )
}  # fmt: skip
_MISSING_WORDS = _folded(_MISSING)
_DOUBTFUL_WORDS = _folded(doubtful.WORDS)


def _is_lacking(code: str | None, ground: Ground) -> Condition:
    del ground
    return _LACKING[str(code)]


def _has_such_deal(code: str | None, ground: Ground) -> Condition:
    stages = ground.context.catalogues.stages
    won = [each for each, entry in stages.items() if entry.won]
    out = [each for each, entry in stages.items() if not entry.in_work]
    if code == "in_work":
        return has_deal(D.closed_at.is_(None))
    if code == "won":
        return has_deal(among(D.stage, won))
    if code == "rejected":
        # A client may be rejected before any deal was opened, and a deal of a client who still buys.
        return or_(among(C.stage, out), has_deal(among(D.stage, out)))
    return not_(or_(among(C.stage, out), has_deal()))


def _reason_words(context: Context) -> Words:
    return {
        fold(word): code
        for code, entry in context.catalogues.reasons.items()
        for word in (code, *entry.title.values())
    }


def _was_rejected_for(code: str | None, ground: Ground) -> Condition:
    del ground
    changed = of_client(S.client_id, S.reason.is_not(None), S.reason == code)
    return or_(changed, has_deal(D.reject_reason.is_not(None), D.reject_reason == code))


def _is_never_called(code: str | None, ground: Ground) -> Condition:
    del ground
    return C.do_not_call.is_(code == "yes")


def _is_worked_with(code: str | None, ground: Ground) -> Condition:
    worked = worked_with(ground.context)
    return worked if code == "yes" else not_(worked)


@dataclass(frozen=True)
class Field:
    """A field: its name in filters, other words for it, and its kind."""

    name: str
    words: tuple[str, ...]
    kind: Kind


FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("industry", ("отрасль", "сфера"), TextKind(C.industry)),
        Field("region", ("регион", "область"), TextKind(C.region)),
        Field("city", ("город",), TextKind(C.city)),
        Field("campaign", ("кампания",), CampaignKind(C.campaign)),
        Field("source", ("источник",), TextKind(C.source)),
        Field("stage", ("этап", "стадия", "статус"), CodeKind(_stage_words, coded(C.stage), COLD)),
        Field("class", ("client class", "класс"), CodeKind(_class_words, coded(C.client_class))),
        Field("band", ("группа", "полоса", "часть дня"), CodeKind(lambda _context: _BANDS, coded(C.band))),
        Field("interest", ("интерес",), NumberKind(C.interest)),
        Field("amount", ("expected", "expected amount", "сумма", "бюджет"), AmountKind(C.expected_minor)),
        Field("owner", ("ответственный", "менеджер", "оператор", "владелец"), OwnerKind(C.owner_id)),
        Field(
            "last_call",
            ("last call at", "звонок", "последний звонок", "звонили"),
            TimeKind(C.last_call_at),
        ),
        Field("attempts", ("attempt", "попытки", "попыток", "недозвоны"), NumberKind(C.attempts)),
        Field(
            "next",
            ("next action", "due", "далее", "шаг", "следующий шаг", "следующий звонок"),
            TimeKind(N.due_at, forward=True, inside=open_action),
        ),
        Field("deal", ("сделка",), CodeKind(lambda _context: _DEALS, _has_such_deal)),
        Field(
            "reject_reason",
            ("reason", "причина", "причина отказа", "причина брака"),
            CodeKind(_reason_words, _was_rejected_for),
        ),
        Field("product", ("товар", "продукт", "услуга"), ProductKind(D.product)),
        Field(
            "do_not_call",
            ("dnc", "не звонить", "стоп"),
            CodeKind(lambda _context: known_words()["yes"], _is_never_called),
        ),
        Field(
            "created",
            ("created at", "age", "создан", "добавлен", "в базе", "возраст"),
            TimeKind(C.created_at, may_lack=False),
        ),
        Field(
            "missing",
            ("без", "нет", "не хватает", "не заполнено"),
            CodeKind(lambda _context: _MISSING_WORDS, _is_lacking),
        ),
        Field(
            "doubtful",
            ("сомнительно", "под вопросом"),
            CodeKind(lambda _context: _DOUBTFUL_WORDS, doubtful.is_doubtful),
        ),
        Field(
            "untouched",
            ("не трогали", "без касаний", "без движения"),
            TimeKind(func.coalesce(C.last_call_at, C.created_at), may_lack=False),
        ),
        Field(
            "worked",
            ("in work", "в работе", "ведется"),
            CodeKind(lambda _context: known_words()["yes"], _is_worked_with),
        ),
        Field("segment", ("сегмент",), SegmentKind()),
        Field("name", ("client", "company", "название", "имя", "клиент", "компания"), NameKind()),
        Field("phone", ("телефон", "тел", "номер"), PhoneKind()),
        Field("email", ("mail", "e_mail", "почта"), MailKind()),
        Field("tax_id", ("inn", "tax", "инн"), TaxKind()),
    )
}


@cache
def field_words() -> Mapping[str, str]:
    """Give every word for a field, folded, to its name."""
    return {fold(word): field.name for field in FIELDS.values() for word in (field.name, *field.words)}
