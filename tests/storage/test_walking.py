"""Ways through a large table: what is found by them, and how little is read for it."""

from random import Random

import pytest
from sqlalchemy import event, text

from salesdesk.base.filters import parse_filter
from salesdesk.base.listing import count
from salesdesk.models import Client, Deal
from salesdesk.storage.journal import Journal, table_of
from salesdesk.storage.walking import distinct

C, D = table_of(Client).c, table_of(Deal).c

LETTERS = "абвгдежзиклмнопрстуфхцчшщэюя"
ENDLESS = "".join(Random(1).choices(LETTERS, k=5000))  # noqa: S311  # no secret
"""What no server would take into an index, whatever it makes of it."""
SPELT = ["Омск", "омск ", "", "г" * 100, "г" * 101, ENDLESS]


def client_of(base, product, **columns):
    """Add a client with a deal about a product."""
    Journal(base.session).add(
        Deal, client_id=base.client(**columns), title="", amount_minor=0, currency="RUB", stage="new",
        stage_since=base.context.now, opened_at=base.context.now, source="", product=product,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["city", "region", "industry", "source"])
def test_each_spelling_is_given_once_however_long(desk, name):
    # An index of clients that a source numbers holds their sources whole.
    spelt = SPELT[:-1] if name == "source" else SPELT
    for value in [*spelt, *spelt, None if name != "source" else ""]:
        desk.client(**{name: value})
    with desk.base.read() as session:
        assert sorted(distinct(session, C[name])) == sorted(spelt)


def test_each_product_is_given_once_however_long(desk):
    with desk.filling() as base:
        for product in [*SPELT, *SPELT, None]:
            client_of(base, product)
    with desk.base.read() as session:
        assert sorted(distinct(session, D.product)) == sorted(SPELT)


@pytest.mark.parametrize("line", ["city={}", "region={}", "industry={}", "product={}"])
def test_a_spelling_of_any_length_leads_to_its_clients(desk, line):
    with desk.filling() as base:
        for value in ("Омск", "омск", "г" * 100, "г" * 101, ENDLESS):
            client_of(base, value, city=value, region=value, industry=value)
    for wanted, clients in (("ОМСК", 2), ("г" * 100, 1), ("г" * 101, 1), (f"Омск,{ENDLESS}", 3)):
        where = parse_filter(line.format(wanted), desk.context)
        assert desk.read(count, where) == clients


@pytest.mark.parametrize("base", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("column", "index"), [(C.city, "ix_client_city"), (D.product, "ix_deal_product")])
def test_a_server_reads_a_row_for_each_spelling_and_no_others(desk, column, index):
    with desk.filling() as base:
        for number in range(60):
            client_of(base, "abc"[number % 3], city=("Омск", "Томск", "Тверь")[number % 3])
    sent = []
    event.listen(desk.base.engine, "before_cursor_execute", lambda *about: sent.append(about[2:4]))
    with desk.base.read() as session:
        assert len(distinct(session, column)) == 3
    read = [each for sql, values in sent[-2:] for each in nodes(desk, sql, values) if "Relation Name" in each]
    assert {each["Index Name"] for each in read} == {index, index.rpartition("_")[0] + "_long"}
    assert sum(round(each["Actual Rows"] * each["Actual Loops"]) for each in read) == 3


@pytest.mark.parametrize("base", ["postgresql"], indirect=True)
def test_a_server_enters_the_index_of_a_city_at_its_clients(desk):
    desk.client(city="Омск")
    sent = []
    event.listen(desk.base.engine, "before_cursor_execute", lambda *about: sent.append(about[2:4]))
    assert desk.read(count, parse_filter("city=омск", desk.context)) == 1
    (read,) = (each for each in nodes(desk, *sent[-1]) if "Index Name" in each)
    assert read["Index Name"] == "ix_client_city"
    assert "Омск" in read["Index Cond"]


def nodes(desk, sql, values):
    """Give every node of a statement's plan, where no table is gone through."""
    with desk.base.read() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_bitmapscan = off"))
        explained = session.connection().exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", values)
        found = [explained.scalar_one()[0]["Plan"]]
    for each in found:
        found += each.get("Plans", [])
    return found
