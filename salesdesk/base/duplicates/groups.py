"""What the last look through the base found, as groups that a person goes through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from salesdesk.base.duplicates.clusters import Group as Cluster
from salesdesk.base.duplicates.clusters import Pair, grouped
from salesdesk.base.duplicates.comparing import LIKELY
from salesdesk.base.duplicates.reasons import Reason, Why
from salesdesk.base.duplicates.scanning import SCANNED
from salesdesk.base.values import is_inn
from salesdesk.base.visible import visible_in
from salesdesk.context import Context
from salesdesk.models import Client, LikelyDuplicate, NotDuplicate, Operator, Phone, Setting
from salesdesk.storage.among import among
from salesdesk.storage.journal import table_of


@dataclass(frozen=True, slots=True)
class GroupClient:
    """A client of a group."""

    client_id: int
    external_id: str | None
    source: str
    name: str
    city: str | None
    address: str | None
    phone: str | None
    tax_id: str | None
    email: str | None
    owner: str | None
    stage: str | None
    last_call_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """Clients that are likely one: how likely, and what speaks for it most."""

    score: float
    why: tuple[Reason, ...]
    clients: tuple[GroupClient, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """A page of groups, the likeliest first. `after` gives the next page; None where there is none."""

    groups: tuple[Group, ...]
    total: int
    pairs: int
    """Pairs within all the groups, those of other pages included."""
    scanned_at: datetime | None
    """When the base was looked through; None: never."""
    after: int | None


_L, _N, _C = table_of(LikelyDuplicate).c, table_of(NotDuplicate).c, table_of(Client)
_FIRST, _SECOND = _C.alias("first"), _C.alias("second")
_PHONE, _OPERATOR = table_of(Phone).c, table_of(Operator).c
_CLIENTS = (
    select(_C, _OPERATOR.login)
    .outerjoin(table_of(Operator), _OPERATOR.id == _C.c.owner_id)
    .where(among(_C.c.id, "ids"))
)
_NUMBERS = (
    select(_PHONE.client_id, func.coalesce(_PHONE.e164, _PHONE.raw))
    .where(among(_PHONE.client_id, "ids"))
    .order_by(_PHONE.position.desc(), _PHONE.id.desc())
)
_WHY = select(_L.first_id, _L.second_id, _L.score, _L.why).where(among(_L.first_id, "ids"))


def groups(
    session: Session,
    context: Context,
    *,
    min_score: float = LIKELY,
    limit: int | None = 50,
    after: int | None = None,
) -> Groups:
    """Read what was found, as far as this person may have a list of it; `limit` None gives all."""
    clusters = _grouped(session, context, min_score)
    start = after or 0
    end = len(clusters) if limit is None else start + limit
    page = clusters[start:end]
    return Groups(
        _filled(session, page),
        len(clusters),
        sum(len(each.members) * (len(each.members) - 1) // 2 for each in clusters),
        scanned_at(session),
        end if end < len(clusters) else None,
    )


def scanned_at(session: Session) -> datetime | None:
    """Tell when the base was last looked through; None: never."""
    kept = session.get(Setting, SCANNED)
    return None if kept is None else datetime.fromisoformat(str(kept.value["at"]))


def _grouped(session: Session, context: Context, min_score: float) -> list[Cluster]:
    """Read the pairs and make groups of them.

    Pairs below the score are read too: what a group's other pairs score says whether it is one.
    """
    mine = (visible_in(session, context, each.c) for each in (_FIRST, _SECOND))
    found = session.execute(
        select(_L.first_id, _L.second_id, _L.score, _L.why, _FIRST.c.tax_id, _SECOND.c.tax_id)
        .join(_FIRST, _FIRST.c.id == _L.first_id)
        .join(_SECOND, _SECOND.c.id == _L.second_id)
        .where(*mine, _L.score >= min(300, int(min_score * 1000)))
    )
    apart = {(first, second) for first, second in session.execute(select(_N.first_id, _N.second_id))}
    pairs: list[Pair] = []
    own: dict[int, str] = {}
    for first, second, score, why, tax_id, other in found:
        if (first, second) in apart:
            continue
        differ = any(code == Why.NAMES_DIFFER for code, _about in why)
        pairs.append(Pair(first, second, score / 1000, differ))
        own |= {each: tax for each, tax in ((first, tax_id), (second, other)) if tax and is_inn(tax)}
    return grouped(pairs, min_score, own, apart)


def _filled(session: Session, page: Sequence[Cluster]) -> tuple[Group, ...]:
    ids = [client_id for cluster in page for client_id in cluster.members]
    clients = _clients(session, ids)
    why: dict[tuple[int, int], tuple[float, list[list[str]]]] = {}
    for first, second, score, codes in session.execute(_WHY, {"ids": ids}):
        why[first, second] = score, codes
    return tuple(
        Group(
            cluster.score,
            _reasons(cluster.members, why),
            tuple(clients[client_id] for client_id in cluster.members if client_id in clients),
        )
        for cluster in page
    )


def _clients(session: Session, ids: Sequence[int]) -> dict[int, GroupClient]:
    # The first number of each comes last, and stays.
    numbers = {row[0]: str(row[1]) for row in session.execute(_NUMBERS, {"ids": ids})}
    return {
        row.id: GroupClient(
            row.id, row.external_id, row.source, row.name, row.city, row.address, numbers.get(row.id),
            row.tax_id, row.email, row.login, row.stage, row.last_call_at, row.created_at,
        )
        for row in session.execute(_CLIENTS, {"ids": ids})
    }  # fmt: skip


def _reasons(
    members: Sequence[int], why: dict[tuple[int, int], tuple[float, list[list[str]]]]
) -> tuple[Reason, ...]:
    """Give what speaks for a group: the reasons of its pairs, each once, those of the likeliest first."""
    pairs = [(one, other) for at, one in enumerate(members) for other in members[at + 1 :]]
    told = sorted((why[pair] for pair in pairs if pair in why), key=lambda each: -each[0])
    alike = (Why.NAME_ALIKE, Why.ADDRESS_ALIKE)
    found: dict[tuple[str, str], Reason] = {}
    for _score, codes in told:
        for code, about in codes:
            # How alike is said once, of the pair that is likeliest.
            found.setdefault((code, "" if code in alike else about), Reason(code, about))
    return tuple(found.values())
