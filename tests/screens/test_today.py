"""The list of the day: keys, faces, what is kept under the cursor."""

from contextlib import suppress
from datetime import timedelta

import pytest
from desk_base import until
from sample_desk import NOW, SampleGateway, row, usual_rows
from textual.worker import WorkerCancelled

from salesdesk import i18n
from salesdesk.app import SalesdeskApp
from salesdesk.clock import Clock
from salesdesk.codes import Band
from salesdesk.errors import BaseError
from salesdesk.opening import Start
from salesdesk.rows import Logged, PromiseDue
from salesdesk.screens.help import HelpScreen
from salesdesk.screens.number import NumberScreen
from salesdesk.screens.today import TodayScreen
from salesdesk.screens.too_small import TooSmallScreen
from salesdesk.widgets.face import Face
from salesdesk.widgets.preview import Preview
from salesdesk.widgets.queue_list import QueueList


def seen(app) -> str:
    """Give what stands on the screen."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def said(app) -> str:
    """Give what was said in passing."""
    return "\n".join(note.message for note in app._notifications)


def chosen(app) -> str:
    return app.screen_stack[0].query_one(QueueList).chosen.name


def many(count: int):
    return [row(number, f"Company {number}") for number in range(1, count + 1)]


@pytest.fixture
def gateway():
    return SampleGateway(usual_rows())


@pytest.fixture
async def desk(gateway):
    """The desk at 120x30 with the usual day."""
    app = SalesdeskApp(Start(now=NOW), gateway)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        yield pilot


async def settle(pilot) -> None:
    """Wait for the workers; one that a later one took the place of is no failure."""
    await pilot.pause()
    with suppress(WorkerCancelled):
        await pilot.app.workers.wait_for_complete()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def rest(pilot) -> None:
    """Let the preview follow the cursor without waiting for its timer."""
    pilot.app.screen_stack[0]._preview_now()
    await settle(pilot)


async def test_the_day_stands_on_the_screen(desk):
    await rest(desk)
    text = seen(desk.app)
    assert "Mon 23 November · 10:24" in text
    assert "calls 62/90" in text
    assert "tails 7 ▲" in text
    assert "▌ NEW PROSPECTS · 4 · until 13:00" in text
    assert "▸ ⏰ 10:30  Стройсервис, Мария" in text
    assert "! 2 d" in text
    assert "Стройсервис, Мария · A · Екатеринбург 12:24" in text


async def test_data_is_never_markup(desk):
    assert "[bold]x[/bold] [a]" in seen(desk.app)
    desk.app.screen.query_one(QueueList).choose(5)
    await rest(desk)
    assert "[bold]x[/bold] [a] Ромашка [/b] · A" in seen(desk.app)


async def test_every_line_is_as_wide_as_the_list(desk):
    queue = desk.app.screen.query_one(QueueList)
    widths = {queue.render_line(y).cell_length for y in range(queue.size.height)}
    assert widths == {queue.scrollable_content_region.width}


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        (["down"], "ООО «Ромашка»"),
        (["j", "j"], "Вектор-Юг"),
        (["о", "о", "л"], "ООО «Ромашка»"),
        (["end"], "Очень длинное название одной очень старой и почтенной компании"),
        (["end", "home"], "Стройсервис, Мария"),
        (["pagedown", "pageup"], "Стройсервис, Мария"),
    ],
)
async def test_keys_move_the_cursor(desk, keys, name):
    await desk.press(*keys)
    assert chosen(desk.app) == name


async def test_the_mouse_chooses(desk):
    await desk.click(QueueList, offset=(20, 4))
    assert chosen(desk.app) == "Вектор-Юг"


async def test_the_mouse_opens_with_two_clicks(desk, monkeypatch):
    opened = []
    monkeypatch.setattr(desk.app, "open_card", opened.append)
    await desk.click(QueueList, offset=(20, 3), times=2)
    assert opened == [2]


async def test_a_logged_call_brings_the_next_client_under_the_cursor(desk, gateway):
    await desk.press("j", "j")
    gateway.rows = [one for one in gateway.rows if one.client_id != 3]
    desk.app.call_logged(Logged(1, 3, 1, "new", 1))
    assert chosen(desk.app) == "Grain & Sons"
    await settle(desk)
    assert chosen(desk.app) == "Grain & Sons"


async def test_a_promise_that_came_due_goes_before_who_was_next(desk, gateway):
    await desk.press("j", "j")
    due = row(9, "Ждёт звонка", promise=True, overdue=True, due_at=NOW)
    gateway.rows = [due, *(one for one in gateway.rows if one.client_id != 3)]
    desk.app.call_logged(Logged(1, 3, 1, "new", 1))
    await settle(desk)
    assert chosen(desk.app) == "Ждёт звонка"


async def test_making_the_list_anew_keeps_the_client_and_its_line(gateway):
    gateway.rows = many(500)
    app = SalesdeskApp(Start(now=NOW), gateway)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        queue = app.screen.query_one(QueueList)
        queue.choose(70)
        await pilot.pause()
        line = 71 - round(queue.scroll_y)
        gateway.rows = [row(1000 + number, f"Before {number}") for number in range(7)] + many(500)
        await pilot.press("r")
        await settle(pilot)
        assert chosen(app) == "Company 71"
        assert queue.chosen_place == 77
        assert 78 - round(queue.scroll_y) == line


async def test_pages_are_fetched_as_the_cursor_nears_their_end(gateway):
    gateway.rows = many(500)
    app = SalesdeskApp(Start(now=NOW), gateway)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        queue = app.screen.query_one(QueueList)
        for pages in (330, 500, 500):
            await until(pilot, lambda pages=pages: len(queue.rows) == pages)
            await pilot.press("end")
            await settle(pilot)
        assert [one.client_id for one in queue.rows] == list(range(1, 501))


async def test_undo_brings_the_cursor_back_to_the_client(desk, gateway):
    whole = gateway.rows
    gateway.rows = [one for one in whole if one.client_id != 2]
    await desk.press("r")
    await settle(desk)
    gateway.rows = whole
    await desk.press("г")
    await settle(desk)
    assert chosen(desk.app) == "ООО «Ромашка»"


async def test_help_names_the_keys_of_the_screen(desk):
    await desk.press("f1")
    assert isinstance(desk.app.screen, HelpScreen)
    assert "Open the client's card" in seen(desk.app)
    await desk.press("escape")
    assert not isinstance(desk.app.screen, HelpScreen)


async def test_another_language_at_once(desk):
    i18n_before = i18n.language()
    await desk.press("f8")
    await settle(desk)
    assert (i18n_before, i18n.language()) == ("en", "ru")
    await desk.press("f8")
    await settle(desk)
    assert "▌ NEW PROSPECTS" in seen(desk.app)


async def test_another_theme_at_once(desk):
    await desk.press("f9")
    assert desk.app.theme == "desk-light"


async def test_dialling_without_a_program_shows_the_number(desk, monkeypatch):
    monkeypatch.setattr("salesdesk.dialling.dial_command", lambda _chosen: None)
    await desk.press("в")
    await settle(desk)
    assert isinstance(desk.app.screen, NumberScreen)
    assert desk.app.clipboard == "+73432001020"


async def test_a_client_without_a_number_is_not_dialled(desk):
    desk.app.screen.query_one(QueueList).choose(6)
    await desk.press("d")
    assert "No number to dial" in said(desk.app)


async def test_copying(desk):
    await desk.press("c")
    assert desk.app.clipboard == "+73432001020"
    await desk.press("C")
    await settle(desk)
    assert desk.app.clipboard.startswith("Стройсервис, Мария · A")


async def test_why_says_the_reason(desk):
    await desk.press("ц")
    await settle(desk)
    assert "promised on Friday" in said(desk.app)


async def test_the_preview_comes_and_goes(desk):
    preview = desk.app.screen.query_one(Preview)
    assert preview.display
    await desk.press("p")
    assert not preview.display
    await desk.resize_terminal(80, 24)
    await desk.pause()
    assert not preview.display
    await desk.press("p")
    assert preview.display


async def test_a_narrow_terminal_has_no_preview_until_asked(gateway):
    app = SalesdeskApp(Start(now=NOW), gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert not app.screen.query_one(Preview).display
        assert "F1 keys" in seen(app)


async def test_a_small_terminal_is_told_so(desk):
    await desk.resize_terminal(59, 20)
    await desk.pause()
    assert isinstance(desk.app.screen, TooSmallScreen)
    await desk.resize_terminal(60, 16)
    await desk.pause()
    assert not isinstance(desk.app.screen, TooSmallScreen)


async def test_a_base_that_cannot_be_opened(gateway):
    gateway.refusal = BaseError("The base is damaged. Restore a backup.")
    app = SalesdeskApp(Start(now=NOW), gateway)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        assert "The base is damaged." in seen(app)
        assert "r tries again" in seen(app)
        gateway.refusal = None
        await pilot.press("к")
        await settle(pilot)
        assert chosen(app) == "Стройсервис, Мария"
        assert not app.screen.query_one(Face).display


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"working_day": False}, "A day off. Nothing is due."),
        ({"waiting": 3}, "3 clients are due, but it is not the hour to call there."),
        ({}, "everything due is done"),
        ({"clock": Clock(fixed=NOW + timedelta(hours=12))}, "The working day is over"),
    ],
)
async def test_an_empty_list_says_why(gateway, change, said):
    gateway.rows = []
    for name, value in change.items():
        setattr(gateway, name, value)
    app = SalesdeskApp(Start(now=NOW), gateway)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        assert said in seen(app)
        if change.get("waiting"):
            assert "The first may be called: tomorrow 10:24" in seen(app)


async def test_a_promise_is_announced_once(desk, gateway):
    gateway.promises = [PromiseDue(1, "[b]Мария", "get_invoice", NOW + timedelta(minutes=6))]
    for _look in range(2):
        desk.app._remind_soon()
        await settle(desk)
    assert [note.title for note in desk.app._notifications] == ["⏰ Soon: [b]Мария"]


async def test_commands_of_a_client_are_off_without_one(gateway):
    gateway.rows = []
    app = SalesdeskApp(Start(now=NOW), gateway)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        assert app.screen.check_action("card", ()) is None
        assert app.screen.check_action("reload", ())
        await pilot.press("enter", "d", "l", "w")


async def test_keys_can_be_other_ones(gateway):
    gateway.kept.keys = {"client.dial": "x"}
    gateway.rows = [row(7, "Без номера", Band.NEW, phone=None)]
    app = SalesdeskApp(Start(now=NOW), gateway)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        assert "x dial" in seen(app)
        await pilot.press("ч")
        assert "No number to dial" in said(app)


async def test_many_promises_are_one_notice(desk, gateway):
    gateway.promises = [
        PromiseDue(number, f"Company {number}", "get_invoice", NOW + timedelta(minutes=number))
        for number in range(5)
    ]
    desk.app._remind_soon()
    await settle(desk)
    (note,) = desk.app._notifications
    assert note.title == "⏰ 5 promises are due"
    assert note.message.splitlines() == ["10:24 Company 0", "10:25 Company 1", "10:26 Company 2"]


async def test_what_one_reads_stays_where_it_is(gateway):
    gateway.rows = many(200)
    app = SalesdeskApp(Start(now=NOW), gateway)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        queue = app.screen.query_one(QueueList)
        queue.scroll_to(y=90, animate=False)
        await pilot.pause()
        top = queue.render_line(0).text
        gateway.rows = [row(1000, "Before"), *many(200)]
        await pilot.press("r")
        await settle(pilot)
        assert queue.render_line(0).text == top
        assert chosen(app) == "Company 1"


async def test_what_is_told_while_the_desk_is_being_left_harms_nothing(gateway, monkeypatch):
    told = []

    def late(screen):
        screen.app.lost_server.changed()
        screen.app.base_is_open()
        told.append(screen)

    monkeypatch.setattr(TodayScreen, "on_unmount", late, raising=False)
    app = SalesdeskApp(Start(now=NOW), gateway)
    async with app.run_test() as pilot:
        await settle(pilot)
    assert told


async def test_every_line_can_be_read_in_both_themes(desk):
    queue = desk.app.screen.query_one(QueueList)
    for _theme in range(2):
        for y in range(12):
            for _text, style, _control in queue.render_line(y):
                ink, ground = style.color.get_truecolor(), style.bgcolor.get_truecolor()
                assert abs(sum(ink) - sum(ground)) > 200, (desk.app.theme, y, ink, ground)
        await desk.press("f9")
        await desk.pause()
