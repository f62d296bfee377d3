"""The base as a table: filters, segments, card by card, sharing out, export; by keys alone."""

from threading import Event

import pytest
from desk_base import LONG, PATIENCE, ROMASHKA, STROY, desk, make_base, rows_of, settle, shown, told, until
from rich.cells import cell_len

from salesdesk import i18n
from salesdesk.base import listing
from salesdesk.base.filters import condition_of
from salesdesk.base.filters.fields import FIELDS
from salesdesk.lead import campaigns
from salesdesk.models import AuditEvent, Client, Segment
from salesdesk.screens import working
from salesdesk.screens.card import CardScreen
from salesdesk.screens.clients import ClientsScreen
from salesdesk.screens.export import ExportScreen
from salesdesk.screens.filter_form import TITLES, FilterFormScreen
from salesdesk.screens.form import FormScreen
from salesdesk.screens.segments import SegmentsScreen
from salesdesk.screens.share_out import SharesScreen
from salesdesk.screens.working import WorkingScreen


@pytest.fixture
def url(sqlite_url):
    make_base(sqlite_url).close()
    return sqlite_url


async def clients_of(app, pilot, filter_text="", count=5):
    await settle(pilot)
    await pilot.press("f5")
    await until(pilot, lambda: isinstance(app.screen, ClientsScreen) and app.screen.table.row_count == 5)
    if filter_text:
        await typed(app, pilot, filter_text)
        await until(pilot, lambda: app.screen._total == count and app.screen.table.row_count == count)
    await settle(pilot)
    return app.screen


async def typed(app, pilot, text):
    await pilot.press("/")
    await until(pilot, lambda: app.screen.line.input.has_focus)
    app.screen.line.input.value = text
    await pilot.press("enter")


async def on(app, pilot, kind):
    await until(pilot, lambda: isinstance(app.screen, kind))
    await settle(pilot)
    return app.screen


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_all_clients_stand_there_with_their_count(url, size):
    async with desk(url, size) as (app, pilot):
        screen = await clients_of(app, pilot)
        assert "5 clients · by name" in shown(app)
        assert len(screen.table.columns) == (9 if size[0] > 100 else 8)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ClientsScreen))


async def test_a_count_that_lasts_is_said_over_the_rows_that_are_there(url, monkeypatch):
    counted, count = Event(), listing.count

    def held(*asked):
        assert counted.wait(PATIENCE)
        return count(*asked)

    monkeypatch.setattr(listing, "count", held)
    async with desk(url) as (app, pilot):
        await settle(pilot)
        await pilot.press("f5")
        await until(pilot, lambda: app.screen.table.row_count == 5)
        await until(pilot, lambda: "Counting…" in shown(app).splitlines()[0])
        assert not app.screen.face.said
        counted.set()
        await until(pilot, lambda: app.screen._total == 5)
        await settle(pilot)
        assert "Counting…" not in shown(app)


async def test_a_line_is_taken_in_both_languages_and_taken_off(url):
    async with desk(url) as (app, pilot):
        screen = await clients_of(app, pilot, "этап=новый и не без=телефона", 4)
        assert "4 clients" in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: screen._total == 5)
        await pilot.press(".")  # the key of “/” on a Russian keyboard
        await until(pilot, lambda: screen.line.input.has_focus)
        await pilot.press("escape")
        await until(pilot, lambda: screen.table.has_focus)


async def test_a_wrong_place_is_pointed_at_and_the_table_stays(url):
    async with desk(url, (80, 24)) as (app, pilot):
        screen = await clients_of(app, pilot)
        await typed(app, pilot, "city=Омск and stag=new")
        await until(pilot, lambda: "there is no field “stag”" in shown(app))
        lines = shown(app).splitlines()
        caret = next(line for line in lines if line.strip() == "^")
        assert caret.index("^") == next(line for line in lines if "stag=new" in line).index("stag")
        assert screen.table.row_count == 5
        # What the base does not know is pointed at as well.
        await typed(app, pilot, "segment=нет-такого")
        await until(pilot, lambda: "there is no segment" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: "there is no segment" not in shown(app) and screen.table.has_focus)


async def test_nobody_is_so_has_a_face(url):
    async with desk(url) as (app, pilot):
        await clients_of(app, pilot)
        await typed(app, pilot, "city=Мурманск")
        await until(pilot, lambda: "No client is so." in shown(app))


async def test_clients_are_worked_through_card_by_card(url):
    async with desk(url) as (app, pilot):
        screen = await clients_of(app, pilot, "stage=new", 4)
        first = screen.shown_clients
        await pilot.press("enter")
        card = await on(app, pilot, CardScreen)
        await until(pilot, lambda: "1 of 4" in shown(app))
        await pilot.press("т")  # n on a Russian keyboard
        await until(pilot, lambda: "2 of 4" in shown(app) and card.client_id == first[1])
        await pilot.press("n")
        await until(pilot, lambda: "3 of 4" in shown(app))
        await pilot.press("p")
        await until(pilot, lambda: card.client_id == first[1] and "2 of 4" in shown(app))
        await settle(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen and screen.client_here == first[1])


async def test_the_end_of_the_list_says_so(url):
    async with desk(url) as (app, pilot):
        await clients_of(app, pilot, "name~стройсервис", 1)
        await pilot.press("enter")
        card = await on(app, pilot, CardScreen)
        await until(pilot, lambda: "1 of 1" in shown(app))
        await pilot.press("n")
        await until(pilot, lambda: "The list ends here." in told(app))
        await pilot.press("p")
        await until(pilot, lambda: "The list begins here." in told(app))
        assert card.client_id == STROY


async def test_a_filter_is_saved_shared_used_and_removed(url):
    async with desk(url) as (app, pilot):
        await clients_of(app, pilot, "stage=new", 4)
        await pilot.press("b")
        await on(app, pilot, SegmentsScreen)
        await until(pilot, lambda: "No filter is saved yet" in shown(app))
        await pilot.press("s")
        await on(app, pilot, FormScreen)
        await pilot.press(*"new", "f2")
        modal = await on(app, pilot, SegmentsScreen)
        await until(pilot, lambda: modal.row is not None and modal._counts.get(modal.row.id) == "4")
        await pilot.press("h")
        await until(pilot, lambda: modal.row is not None and modal.row.shared)
        await pilot.press("escape")
        screen = await on(app, pilot, ClientsScreen)
        await pilot.press("escape")
        await until(pilot, lambda: screen._total == 5)
        await pilot.press("b")
        modal = await on(app, pilot, SegmentsScreen)
        await until(pilot, lambda: modal.row is not None)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen and screen._total == 4)
        assert screen.line.text == "segment=new"
        await pilot.press("и")  # b
        modal = await on(app, pilot, SegmentsScreen)
        await until(pilot, lambda: modal.row is not None)
        await pilot.press("d")
        await until(pilot, lambda: modal.row is None)
        await pilot.press("u")
        await until(pilot, lambda: modal.row is not None)
    (kept,) = rows_of(url, Segment)
    assert (kept.name, kept.shared, kept.filter) == ("new", True, "stage=new")


async def test_the_form_says_what_the_line_says_and_changes_it(url):
    async with desk(url, (80, 24)) as (app, pilot):
        screen = await clients_of(app, pilot, "stage=new not last_call<30d", 4)
        await pilot.press("а")  # f
        form = await on(app, pilot, FilterFormScreen)
        assert form.values["stage"] == "new"
        assert (form.values["op_last_call"], form.values["last_call"]) == ("not <", "30d")
        await pilot.press("tab", *"Ека")
        await until(pilot, lambda: "→ Екатеринбург" in shown(app))
        await pilot.press("right", "f2")
        await until(pilot, lambda: app.screen is screen)
        assert screen.line.text == "city=Екатеринбург and stage=new and not last_call<30d"


@pytest.mark.parametrize("width", [80, 110, 116, 160])
async def test_no_column_and_no_head_of_one_is_cut_off(url, width):
    async with desk(url, (width, 24)) as (app, pilot):
        screen = await clients_of(app, pilot)
        for language in ("en", "ru"):
            await until(pilot, lambda code=language: i18n.language() == code)
            assert screen.table.virtual_size.width <= width
            heads = [column.label.plain for column in screen.table.columns.values()]
            assert all(
                cell_len(head) <= column.width
                for head, column in zip(heads, screen.table.columns.values(), strict=True)
            ), heads
            await pilot.press("f8")
            await settle(pilot)


async def test_the_form_names_every_field_and_shows_instead_of_saving(url):
    async with desk(url, (80, 24)) as (app, pilot):
        screen = await clients_of(app, pilot, "stage=new", 4)
        await pilot.press("f")
        form = await on(app, pilot, FilterFormScreen)
        assert {field.name for field in form._fields} > {*FIELDS}
        assert {*FIELDS} <= {*TITLES}
        assert "F2 show " in shown(app)
        assert "save" not in shown(app)
        await pilot.press("x", "escape")
        await until(pilot, lambda: "esc once more leaves the filter as it was" in told(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert screen.line.text == "stage=new"


async def test_a_segment_that_was_just_saved_is_the_one_under_the_cursor(url):
    async with desk(url) as (app, pilot):
        await clients_of(app, pilot, "stage=new", 4)
        for name in ("a", "b"):
            await pilot.press(*(["b"] if name == "a" else []), "s")
            await on(app, pilot, FormScreen)
            await pilot.press(name, "f2")
            modal = await on(app, pilot, SegmentsScreen)
            await until(
                pilot, lambda modal=modal, name=name: modal.row is not None and modal.row.name == name
            )
        await pilot.press("u")
        await until(pilot, lambda: modal.row.name == "a" and "Taken back" in told(app))


async def test_an_empty_list_one_came_to_from_elsewhere_says_where_esc_leads(url):
    async with desk(url) as (app, pilot):
        await settle(pilot)
        app.push_screen(ClientsScreen("city=Омск", "from elsewhere"))
        await until(pilot, lambda: "/ changes the filter, esc goes back" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ClientsScreen))


async def test_a_line_beyond_a_form_is_left_alone(url):
    async with desk(url) as (app, pilot):
        screen = await clients_of(app, pilot, "(stage=new or class=A) and city=Екатеринбург", 5)
        await pilot.press("f")
        await until(pilot, lambda: "more than a form can hold" in told(app))
        assert app.screen is screen


async def test_marked_ones_are_shared_out_after_a_rehearsal_and_taken_back(url):
    async with desk(url) as (app, pilot):
        screen = await clients_of(app, pilot, "stage=new", 4)
        await pilot.press("space", "space")
        await until(pilot, lambda: "2 marked" in shown(app))
        chosen = screen.shown_clients[:2]
        await pilot.press("a")
        await on(app, pilot, FormScreen)
        assert "Share 2 clients out" in shown(app)
        await pilot.press("f2")
        await on(app, pilot, SharesScreen)
        await until(pilot, lambda: "Борис Л." in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen and "2 clients changed hands" in told(app))
        assert {rows_of(url, Client, id=each)[0].owner_id for each in chosen} == {2}
        await settle(pilot)
        await pilot.press("u")
        await until(pilot, lambda: "Taken back" in told(app))
    assert {rows_of(url, Client, id=each)[0].owner_id for each in chosen} == {1}


async def test_whom_to_share_out_to_is_asked_again_until_it_is_as_wanted(url):
    async with desk(url, (80, 24)) as (app, pilot):
        screen = await clients_of(app, pilot, "stage=new", 4)
        await pilot.press("a")
        form = await on(app, pilot, FormScreen)
        form.query_one("#field-to").value = "nobody"
        await pilot.press("f2")
        await until(pilot, lambda: "! There is no operator nobody" in shown(app))
        assert form.focused.id == "field-to"
        form.query_one("#field-to").value = "boris"
        await pilot.press("f2")
        await on(app, pilot, SharesScreen)
        await until(pilot, lambda: "Борис Л." in shown(app))
        await pilot.press("escape")
        again = await on(app, pilot, FormScreen)
        assert again.values["to"] == "boris"
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)


async def test_a_campaign_without_a_code_is_pointed_at(url):
    async with desk(url, (80, 24)) as (app, pilot):
        await clients_of(app, pilot, "stage=new", 4)
        await pilot.press("k")
        form = await on(app, pilot, FormScreen)
        await pilot.press("f2")
        await until(pilot, lambda: "! A campaign has a code" in shown(app))
        assert form.focused.id == "field-campaign"


async def test_all_of_a_filter_go_into_a_campaign(url):
    async with desk(url) as (app, pilot):
        screen = await clients_of(app, pilot, "stage=new", 4)
        await pilot.press("л")  # k
        await on(app, pilot, FormScreen)
        await pilot.press(*"osen", "f2")
        await until(pilot, lambda: app.screen is screen and "4 clients put in" in told(app))
    assert {row.id for row in rows_of(url, Client, campaign="osen")} == {1, 3, 4, 5}


async def test_putting_many_into_a_campaign_is_shown_and_stopped_with_nothing_done(url, monkeypatch):
    go_on = Event()

    def waiting(*asked):
        assert go_on.wait(PATIENCE)
        return condition_of(*asked)

    monkeypatch.setattr(working, "SHOWN_AFTER", 0.01)
    monkeypatch.setattr(campaigns, "condition_of", waiting)
    async with desk(url) as (app, pilot):
        screen = await clients_of(app, pilot, "stage=new", 4)
        await pilot.press("k")
        await on(app, pilot, FormScreen)
        form = app.screen
        await pilot.press(*"osen", "f2")
        await until(pilot, lambda: isinstance(app.screen, WorkingScreen))
        assert "Put 4 clients into a campaign" in shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: "Stopping" in shown(app))
        go_on.set()
        await until(pilot, lambda: app.screen is form and "the base is as it was" in told(app))
        assert not rows_of(url, Client, campaign="osen")
        await pilot.press("f2")
        await until(pilot, lambda: app.screen is screen and "4 clients put in" in told(app))
    assert len(rows_of(url, Client, campaign="osen")) == 4


async def test_an_export_asks_where_to_and_before_it_replaces(url, tmp_path):
    file = tmp_path / "out.csv"
    async with desk(url) as (app, pilot):
        screen = await clients_of(app, pilot, "stage=new", 4)
        await pilot.press("e")
        modal = await on(app, pilot, ExportScreen)
        modal.input.value = str(tmp_path / "out.pdf")
        await pilot.press("enter")
        await until(pilot, lambda: ".xlsx" in shown(app) and "out.pdf" in shown(app))
        modal.input.value = str(file)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        await pilot.press("у")  # e
        modal = await on(app, pilot, ExportScreen)
        modal.input.value = str(file)
        await pilot.press("enter")
        await until(pilot, lambda: "such a file already" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
    assert file.read_text(encoding="utf-8-sig").count("Ромашка") >= 1
    assert [row.action for row in rows_of(url, AuditEvent)] == ["export 4 clients"] * 2


async def test_an_operator_is_not_offered_what_a_lead_does(url):
    async with desk(url, operator="boris") as (app, pilot):
        await settle(pilot)
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, ClientsScreen) and app.screen._total == 0)
        for key in ("a", "л", "g", "f2"):
            app.clear_notifications()
            await settle(pilot)
            await pilot.press(key)
            await until(pilot, lambda: "Only a team lead may do this." in told(app))
        assert isinstance(app.screen, ClientsScreen)


async def test_a_call_logged_on_the_way_leads_on_to_the_next(url):
    async with desk(url) as (app, pilot):
        await clients_of(app, pilot, "stage=new not do_not_call=yes", 3)
        await pilot.press("enter")
        card = await on(app, pilot, CardScreen)
        await until(pilot, lambda: "1 of 3" in shown(app))
        await settle(pilot)
        await card.go_on()
        await until(pilot, lambda: "2 of 3" in shown(app))
        assert card.client_id in {ROMASHKA, STROY, LONG}
