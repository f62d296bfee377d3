"""A desk without a base: a gateway that answers from rows made here."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from salesdesk.catalogues import packaged_data, read_catalogues
from salesdesk.clock import Clock
from salesdesk.codes import Band, ClientClass, PhoneState, Role, StepKind
from salesdesk.context import Context, Me
from salesdesk.gateway import Gateway
from salesdesk.opening import Opened, Start
from salesdesk.rows import (
    Card,
    ClientRow,
    ContactRow,
    DayCounts,
    DayHeader,
    Happened,
    NextActionRow,
    PhoneRow,
    PromiseDue,
    QueueCursor,
    QueuePage,
    QueueRow,
    TimelineRow,
    Undone,
    Why,
)
from salesdesk.settings import Settings

if TYPE_CHECKING:
    from salesdesk.errors import SalesdeskError

NOW = datetime(2026, 11, 23, 7, 24, tzinfo=UTC)
CATALOGUES = read_catalogues(packaged_data())


def row(client_id: int, name: str, band: Band = Band.NEW, **other: Any) -> QueueRow:
    """Make a row of the list; what is not said is usual."""
    return replace(
        QueueRow(
            rank=client_id,
            client_id=client_id,
            external_id=None,
            name=name,
            band=band,
            stage="new",
            client_class=ClientClass.A,
            due_at=NOW - timedelta(hours=1),
            promise=False,
            overdue=False,
            days_late=0,
            moves=0,
            interest=4,
            expected_minor=45_000_000,
            weighted_minor=9_000_000,
            attempt=1,
            max_attempts=6,
            phone="+73432001020",
            zone="Asia/Yekaterinburg",
            kind=StepKind.CALL,
            goal="find_need",
            last_call_at=None,
            closes_at=None,
            slot=None,
        ),
        **other,
    )


def usual_rows() -> list[QueueRow]:
    """Make a day with a promise, tails, three bands and names of every kind."""
    return [
        row(1, "Стройсервис, Мария", promise=True, due_at=NOW + timedelta(minutes=6), goal="get_invoice"),
        row(2, "ООО «Ромашка»", overdue=True, days_late=2, due_at=NOW - timedelta(days=2), moves=1),
        row(3, "Вектор-Юг", overdue=True, days_late=1, interest=3, expected_minor=30_000_000),
        row(4, "Grain & Sons", due_at=None, interest=3, expected_minor=12_000_000),
        row(5, "日本語テキスト株式会社の長い名前", Band.ACTIVE, interest=5, expected_minor=120_000_000),
        row(6, "[bold]x[/bold] [a] Ромашка [/b]", Band.ACTIVE),
        row(7, "👩‍👩‍👧 Семья и дети", Band.OTHER, phone=None),
        row(8, "Очень длинное название одной очень старой и почтенной компании", Band.TELEMARKETING),
    ]


def card_of(wanted: QueueRow) -> Card:
    """Make the card of a row."""
    phone = PhoneRow(1, "8 343 200-10-20", wanted.phone, None, PhoneState.GOOD, None)
    client = ClientRow(
        id=wanted.client_id, external_id=None, source="", name=wanted.name, client_class=wanted.client_class,
        stage="new", stage_since=None, band=wanted.band, interest=wanted.interest,
        expected_minor=wanted.expected_minor, owner="Анна К.", owner_id=1, campaign=None, tax_id=None,
        industry=None, region=None, city="Екатеринбург", address=None, postal_code=None, website=None,
        email=None, zone=wanted.zone, do_not_call=False, attempts=1, last_call_at=None, won_at=None,
        created_at=NOW,
    )  # fmt: skip
    step = NextActionRow(
        id=1, kind=StepKind.CALL, goal=wanted.goal, due_at=NOW, promise=False, first_due_at=NOW, moves=1,
        attempt=1, hold=None, days_late=0, operator="Анна К.", operator_id=1,
    )  # fmt: skip
    call = TimelineRow(Happened.CALL, 1, NOW - timedelta(days=3), "Анна К.", "ждём смету [b]", "no_answer")
    person = ContactRow(1, "Ольга Ним", "снабжение", None, ())
    return Card(
        client=client, contacts=(person,), phones=(phone,) if wanted.phone else (), deals=(),
        next_action=step, timeline=(call,), timeline_more=False, goal=wanted.goal, script="",
        policy="", listed=True, why="overdue by 2 days", blocks=(), claimed_by=None, draft=None,
    )  # fmt: skip


class SampleGateway(Gateway):
    """Answers from `rows`; `asked` is what was asked for, `refusal` what opening fails with."""

    def __init__(self, rows: Sequence[QueueRow] = (), now: datetime = NOW) -> None:
        super().__init__(Start())
        self.rows = list(rows)
        self.clock = Clock(CATALOGUES.team.zone, now)
        self.asked: list[tuple[str, tuple[object, ...]]] = []
        self.refusal: SalesdeskError | None = None
        self.promises: list[PromiseDue] = []
        self.base_is_empty = False
        self.working_day = True
        self.waiting = 0
        self.kept = Settings.model_construct(
            db="", lang=None, theme=None, operator=None, dial=None, data_dir=None, keys={}
        )

    async def open(self) -> Opened:
        if self.refusal is not None:
            raise self.refusal
        me = Me(1, "anna", "Анна К.", Role.OPERATOR)
        base = cast("Any", SimpleNamespace(name="made here", path=Path("made here")))
        self.opened = Opened(base, Context(self.clock, me, CATALOGUES))
        return self.opened

    async def read(self, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self.asked.append((use_case.__name__, args))
        return getattr(self, f"_{use_case.__name__}")(*args, **kwargs)

    write = read

    async def job(self, work: Callable[..., Any]) -> Any:
        return self.base_is_empty

    def watch(self, noticed: Callable[[], object]) -> None:
        return None

    async def settings(self) -> Settings:
        return self.kept

    async def warm_up(self) -> None:
        return None

    async def care(self) -> None:
        return None

    async def close(self) -> None:
        return None

    def _page(self, after: QueueCursor | None = None, limit: int = 50) -> QueuePage:
        start = after.rank if after else 0
        rows = tuple(self.rows[start : start + limit])
        more = start + limit < len(self.rows)
        return QueuePage(rows, QueueCursor(0, None, start + limit, 0) if more else None)

    def _header(self) -> DayHeader:
        local = self.clock.local()
        hour = local.replace(minute=0)
        return DayHeader(
            now=local, day=local.date(), working_day=self.working_day, starts_at=hour.replace(hour=9),
            half_at=hour.replace(hour=13), ends_at=hour.replace(hour=18), calls_left=28, holiday=None,
            band_order=tuple(Band),
        )  # fmt: skip

    def _counts(self) -> DayCounts:
        return DayCounts(
            bands={band: sum(row.band is band for row in self.rows) for band in Band},
            overdue=2, promises=sum(row.promise for row in self.rows), waiting=self.waiting, no_next_action=0,
            calls_today=62, contacts_today=20, goals_hit_today=9, tails=7,
        )  # fmt: skip

    def _card(self, client_id: int, timeline: int = 50) -> Card:
        return card_of(next(row for row in self.rows if row.client_id == client_id))

    def _why(self, client_id: int) -> Why:
        return Why(client_id, listed=True, reason="promised on Friday", blocks=(), block_codes=())

    def _first_opening(self) -> datetime:
        return NOW + timedelta(days=1)

    def _promises_due(self, within: timedelta) -> tuple[PromiseDue, ...]:
        return tuple(self.promises)

    def _undo(self, **_kwargs: Any) -> Undone:
        return Undone(1, "log_call", 2, "ООО «Ромашка»", NOW)


def isolated(folder: Path) -> dict[str, str]:
    """Name folders of a person's own that are nobody's."""
    return {
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
    }
