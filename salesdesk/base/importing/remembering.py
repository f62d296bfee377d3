"""What a person said of a file, kept for the next one whose columns are called the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from salesdesk.base.dates import ORDERS
from salesdesk.base.fields import FIELDS, IGNORED, MANY, columns_said
from salesdesk.base.folding import fold
from salesdesk.base.importing.order import ImportOptions
from salesdesk.codes import ImportKind
from salesdesk.context import Context
from salesdesk.models import KnownMapping
from salesdesk.storage.journal import table_of

_TABLE = table_of(KnownMapping)
_KNOWN = select(_TABLE).where(_TABLE.c.mark == bindparam("mark"), _TABLE.c.kind == bindparam("kind"))
_KIND = (
    select(_TABLE.c.kind)
    .where(_TABLE.c.mark == bindparam("mark"))
    .order_by(_TABLE.c.used_at.desc(), _TABLE.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True)
class Remembered:
    """What was said of such a file before. `map` is "#3" to field, as its columns stand."""

    map: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: str | None = None
    area_code: str | None = None

    def beneath(self, options: ImportOptions, header: Sequence[str]) -> ImportOptions:
        """Lay what is said now over it."""
        now = columns_said(options.map, header, options.kind)
        single = {name for name in now.values() if name is not None and name not in MANY}
        kept = {
            column: name
            for column, name in self.map.items()
            if int(column[1:]) - 1 not in now and name not in single
        }
        values = {name: dict(words) for name, words in self.values.items()}
        for name, words in options.values.items():
            values[name] = values.get(name, {}) | dict(words)
        return replace(
            options,
            map=kept | dict(options.map),
            values=values,
            dates=options.dates or self.dates,
            area_code=self.area_code if options.area_code is None else options.area_code,
        )


def mark_of(header: Sequence[str]) -> str:
    """Give the fingerprint of a file's columns: what they are called, in their order."""
    names = "\x1f".join(fold(name) or name.strip() for name in header)
    return blake2b(names.encode("utf-8", "replace"), digest_size=16).hexdigest()


def recall(session: Session, header: Sequence[str], kind: ImportKind) -> Remembered | None:
    """Give what was said of a file with these columns and rows of this kind; None where nobody did."""
    found = session.execute(_KNOWN, {"mark": mark_of(header), "kind": kind.value}).first()
    if found is None:
        return None
    said: dict[str, Any] = dict(found.options)
    columns = {f"#{at}" for at in range(1, len(header) + 1)}
    known = {*FIELDS[kind], IGNORED}
    return Remembered(
        {column: name for column, name in found.mapping.items() if column in columns and name in known},
        said.get("values") or {},
        said["dates"] if said.get("dates") in ORDERS else None,
        said.get("area_code"),
    )


def recall_kind(session: Session, header: Sequence[str]) -> ImportKind | None:
    """Give what the rows of such a file were when something was last said of one."""
    kind = session.scalar(_KIND, {"mark": mark_of(header)})
    return ImportKind(kind) if kind in {each.value for each in ImportKind} else None


def says_something(options: ImportOptions) -> bool:
    """Tell whether a person said anything that would hold for the next file as well."""
    return bool(options.map or options.values or options.dates or options.area_code is not None)


def remember(session: Session, context: Context, header: Sequence[str], said: ImportOptions) -> None:
    """Keep what holds for a file that was imported: what was said of it, now and before."""
    columns = columns_said(said.map, header, said.kind)
    mapping = {f"#{at + 1}": name or IGNORED for at, name in sorted(columns.items())}
    options = {
        "values": {name: dict(words) for name, words in said.values.items()},
        "dates": said.dates,
        "area_code": said.area_code,
    }
    kept = {
        "mapping": mapping, "options": options, "operator_id": context.me.id, "used_at": context.now,
    }  # fmt: skip
    which = {"mark": mark_of(header), "kind": said.kind.value}
    found = session.execute(_KNOWN, which).first()
    if found is None:
        session.execute(insert(_TABLE).values(**which, **kept))
    else:
        session.execute(update(_TABLE).where(_TABLE.c.id == found.id).values(**kept))
