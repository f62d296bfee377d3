"""Files as other systems export them come in whole, unasked."""

from pathlib import Path

import pytest

from salesdesk.base.importing import look_unasked, undo_import
from salesdesk.codes import ImportKind
from salesdesk.models import Client, Contact, Deal, Note, Phone

FILES = Path(__file__).parent / "exports"
"""Small files as other systems write them; people and companies are invented."""
CLIENTS, CONTACTS, DEALS = ImportKind.CLIENTS, ImportKind.CONTACTS, ImportKind.DEALS
KINDS = {
    "bitrix_leads": CLIENTS, "bitrix_leads_en": CLIENTS, "bitrix_contacts": CONTACTS,
    "bitrix_contacts_en": CONTACTS, "bitrix_companies": CLIENTS, "bitrix_deals": DEALS, "amo_deals": DEALS,
    "amo_contacts": CONTACTS, "amo_companies": CLIENTS, "hubspot_contacts": CONTACTS,
    "hubspot_companies": CLIENTS, "hubspot_deals": DEALS, "salesforce_accounts": CLIENTS,
    "salesforce_contacts": CONTACTS, "salesforce_contacts_api": CONTACTS, "salesforce_leads": CLIENTS,
    "salesforce_opportunities": DEALS, "pipedrive_deals": DEALS, "pipedrive_people": CONTACTS,
    "pipedrive_people_old": CONTACTS, "odoo": CLIENTS, "google": CONTACTS, "google_old": CONTACTS,
    "outlook": CONTACTS, "outlook_ru": CONTACTS, "thunderbird": CONTACTS, "one_c": CLIENTS,
    "two_gis": CLIENTS, "spark": CLIENTS,
}  # fmt: skip


PROBLEMS = {"1111111111"}


@pytest.fixture
def whole(bring, rows):
    """Bring a file in, and give the clients as (name, people, numbers, address)."""

    def whole(name, kind=None, **options):
        result = bring(FILES / f"{name}.csv", kind=kind or KINDS[name], **options)
        people, numbers = {}, {}
        for person in rows(Contact):
            people.setdefault(person.client_id, []).append((person.name, person.position, person.email))
        for phone in sorted(rows(Phone), key=lambda phone: phone.position):
            numbers.setdefault(phone.client_id, []).append(phone.e164)
        return result, {
            client.name: (client, people.get(client.id, []), numbers.get(client.id, []))
            for client in rows(Client)
        }

    return whole


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_what_the_rows_are_is_told(name, kind):
    assert look_unasked(FILES / f"{name}.csv").kind is kind


@pytest.mark.parametrize("base", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", KINDS)
def test_all_of_it_comes_in_and_again_changes_nothing(name, whole, bring, counts):
    result, _clients = whole(name)
    assert (result.added + result.unchanged, result.rejected) == (result.rows, 0)
    assert [problem for problem in result.problems if problem.value not in PROBLEMS] == []
    before = counts()
    again = bring(FILES / f"{name}.csv", kind=KINDS[name])
    assert (again.added, again.updated, again.unchanged) == (0, 0, result.rows)
    assert counts() == before | {"ImportBatch": 2}


def test_leads_of_bitrix(whole, rows):
    _result, clients = whole("bitrix_leads")
    client, people, numbers = clients["ООО Ромашка"]
    assert people == [("Иван Петрович Сидоров", "директор", "ivan@romashka.ru")]
    assert numbers == ["+74822123456", "+79261112233", "+74822123458"]
    assert (client.external_id, client.stage, client.expected_minor) == ("12", "new", 45000000)
    assert (client.city, client.region, client.address) == ("Тверь", "Тверская область", "ул. Мира, 1")
    lead, people, numbers = clients["ИП Лютиков"]
    assert (lead.stage, people, numbers) == (None, [], ["+79261112234"])
    [note] = [note.text for note in rows(Note)]
    assert "просил КП" in note
    assert "Название лида: Заявка с сайта" in note
    assert "ivan@mail.ru" in note


def test_companies_of_bitrix(whole):
    _result, clients = whole("bitrix_companies")
    client, _people, numbers = clients["ООО Ромашка"]
    assert (client.address, client.industry, client.email) == (
        "Москва, ул. Мира, 1",
        "Услуги",
        "info@romashka.ru",
    )
    assert numbers == ["+74951234567", "+74951234568"]
    assert clients["АО Лютик"][0].address == "Тверь, ул. Новая, 2"


@pytest.mark.parametrize("kind", [CONTACTS, CLIENTS])
def test_contacts_of_bitrix_are_people_of_one_client(whole, kind):
    _result, clients = whole("bitrix_contacts", kind)
    [(client, people, numbers)] = clients.values()
    assert client.name == "ООО Ромашка"
    assert people == [
        ("Иван Петрович Сидоров", "директор", "ivan@romashka.ru"),
        ("Анна Белова", "бухгалтер", "anna@romashka.ru"),
    ]
    assert numbers == ["+74951234567", "+79261112233", "+79261112234"]


def test_deals_of_amo_bring_their_clients_and_whom_they_are_with(whole, rows):
    result, clients = whole("amo_deals")
    assert (result.added, result.clients_made) == (3, 2)
    client, people, numbers = clients["ООО Ромашка"]
    assert people == [
        ("Иван Сидоров", "директор", "ivan@romashka.ru"), ("Анна Белова", None, None),
    ]  # fmt: skip
    assert numbers == ["+74951234567", "+79261112233", "+79261112234"]
    assert (client.stage, client.pool) == ("proposal", False)
    assert clients["Пётр Лютиков"][1] == [("Пётр Лютиков", None, None)]
    assert [(deal.title, deal.stage, deal.amount_minor) for deal in rows(Deal)] == [
        ("Поставка мебели", "proposal", 45000000), ("Доставка", "shipped", 1500000),
        ("Ремонт", "rejected", 0),
    ]  # fmt: skip
    assert any("ждут КП" in note.text for note in rows(Note))


def test_deals_of_amo_as_clients_bring_clients(whole):
    result, clients = whole("amo_deals", CLIENTS)
    assert result.rejected == 0
    assert set(clients) == {"ООО Ромашка", "Пётр Лютиков"}


def test_deals_of_bitrix_without_a_company_are_the_contact_s(whole, rows):
    _result, clients = whole("bitrix_deals")
    assert set(clients) == {"ООО Ромашка", "Пётр Лютиков"}
    assert [(deal.stage, deal.amount_minor) for deal in rows(Deal)] == [
        ("proposal", 120000050),
        ("shipped", 500000),
    ]


def test_people_of_hubspot_deals(whole):
    _result, clients = whole("hubspot_deals")
    assert clients["Acme Inc"][1] == [
        ("Brian Halligan", None, "bh@acme.com"), ("Maria Johnson", None, "maria@acme.com"),
    ]  # fmt: skip


def test_deals_of_pipedrive_are_won_or_lost_by_their_status(whole, rows):
    _result, clients = whole("pipedrive_deals")
    assert [(deal.title, deal.stage) for deal in rows(Deal)] == [
        ("Acme deal", "shipped"), ("Solo deal", "new"), ("Lost deal", "rejected"),
    ]  # fmt: skip
    client, people, numbers = clients["Acme Inc"]
    assert (client.address, people) == ("1 High St, Boston", [("John Smith", None, "john@acme.com")])
    assert numbers == ["+13102461501", "+14155552671"]
    assert set(clients) == {"Acme Inc", "Jane Roe", "Burlap"}


def test_accounts_of_salesforce_are_where_they_are_billed_or_shipped_to(whole):
    _result, clients = whole("salesforce_accounts")
    assert [(client.city, client.address) for client, _people, _numbers in clients.values()] == [
        ("Boston", "1 High St"), ("Austin", "3 Dock Rd"),
    ]  # fmt: skip


def test_people_of_salesforce_go_to_their_account(whole, bring, rows):
    whole("salesforce_accounts")
    _result, clients = whole("salesforce_contacts_api")
    client, people, numbers = clients["Acme Inc"]
    assert (client.external_id, len(rows(Client))) == ("001A", 2)
    assert people == [("Rose Gonzalez", "SVP", "rose@acme.com")]
    assert numbers == ["+13102461500", "+13102461501", "+13102461502"]


def test_odoo_s_people_are_at_their_company(whole):
    result, clients = whole("odoo")
    assert (result.rows, result.added) == (4, 2)
    client, people, numbers = clients["Azure Interior"]
    assert (client.external_id, client.address) == ("base.main_1", "4557 De Silva St, Suite 5")
    assert (client.email, client.tax_id) == ("azure@example.com", "US12345677")
    assert people == [
        ("Brandon Freeman", "Creative Director", "brandon@example.com"),
        ("Nicole Ford", "Director", "nicole@example.com"),
    ]
    assert len(numbers) == 3
    assert clients["Jane Roe"][1] == [("Jane Roe", None, "jane@example.com")]


def test_google_s_people_with_several_values_and_no_fax(whole, rows):
    _result, clients = whole("google")
    client, people, numbers = clients["ООО Ромашка"]
    assert people == [
        ("Иван Петрович Сидоров", "директор", "ivan@romashka.ru"), ("Анна Белова", "бухгалтер", None),
    ]  # fmt: skip
    assert numbers == ["+74951234567", "+79261112233", "+79261112234"]
    assert (client.city, client.website) == ("Москва", "romashka.ru")
    assert "i@romashka.ru" in rows(Note)[0].text
    assert clients["Мама"][2] == ["+79261112235"]


def test_a_pager_of_google_is_no_phone(whole):
    _result, clients = whole("google_old")
    assert clients["Acme Inc"][1:] == ([("John Smith", "CEO", "john@acme.com")], ["+13102461501"])


def test_outlook_s_people_are_at_work_first(whole):
    _result, clients = whole("outlook")
    client, people, numbers = clients["Acme Inc"]
    assert people == [("John Q Smith", "CEO", "john@acme.com")]
    assert numbers[-1] == "+12129617500"
    assert set(numbers) == {
        "+13102461500", "+13102461501", "+13102461502", "+14155552671", "+12129617500",
    }  # fmt: skip
    assert (client.address, client.city, client.postal_code) == ("1 High St", "Boston", "02101")
    assert (client.client_class, client.stage) == ("C", None)
    home, people, numbers = clients["Jane Roe"]
    assert (home.address, home.city, home.email) == ("8 Home Rd", "Salem", "jane@mail.com")


def test_outlook_in_russian(whole):
    _result, clients = whole("outlook_ru")
    client, people, numbers = clients["ООО Ромашка"]
    assert people == [("Иван Петрович Сидоров", "директор", "ivan@romashka.ru")]
    assert numbers == ["+74822123456", "+79261112233", "+74951234567"]
    assert (client.address, client.city, client.postal_code) == ("ул. Мира, 1", "Тверь", "170000")


def test_thunderbird_s_people(whole):
    _result, clients = whole("thunderbird")
    client, people, numbers = clients["Acme Inc"]
    assert people == [("John Smith", "CEO", "john@acme.com")]
    assert numbers == ["+13102461501", "+14155552671", "+12129617500"]
    assert (client.address, client.website) == ("1 High St", "acme.com")
    assert set(clients) == {"Acme Inc", "lonely@mail.com"}


def test_lists_of_1c_and_registers(whole, rows):
    result, clients = whole("one_c")
    client, _people, numbers = clients["Ромашка"]
    assert (client.tax_id, client.address, numbers) == ("7707083893", "Москва, ул. Мира, 1", ["+74951234567"])
    assert clients["Лютик"][0].tax_id is None
    assert any("1111111111" in note.text for note in rows(Note))
    assert [problem.column for problem in result.problems] == ["ИНН"]


def test_whether_a_company_still_is_one_says_nothing_of_the_work(whole):
    _result, clients = whole("spark")
    [(client, people, _numbers)] = clients.values()
    assert (client.stage, client.tax_id, client.region) == (None, "7707083893", "Москва")
    assert people == [("Сидоров Иван Петрович", "Генеральный директор", None)]


def test_deals_with_people_are_taken_back_whole(base, context, bring, rows, counts):
    bring("Название;Телефон\nООО Ромашка;8-495-123-45-67\n", name="clients.csv")
    before = counts()
    batch = bring(FILES / "amo_deals.csv", kind=DEALS).batch
    assert [client.name for client in rows(Client)] == ["ООО Ромашка", "Пётр Лютиков"]
    assert len(rows(Contact)) == 3
    assert [phone.e164 for phone in rows(Phone)] == ["+74951234567", "+79261112233", "+79261112234"]
    with base.write() as session:
        undone = undo_import(session, context, batch)
    assert (undone.removed, undone.kept) == (3, ())
    after = counts()
    trail = {"ImportBatch": 2, "ImportRow": after["ImportRow"]}
    assert after == before | trail
