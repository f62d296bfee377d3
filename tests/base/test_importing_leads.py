import pytest

from salesdesk.base.importing import look_unasked
from salesdesk.codes import ImportKind, PhoneState
from salesdesk.models import Client, Note, Phone

LEADS = """\
A1|WEB|999|1|7275551212|Mr|John|Q|Public|123 Main St|Suite 4||Clearwater|FL||33755|USA|M|1970-01-01|\
7275551213|j@example.com|secret|hot lead|3|NEW|2026-01-02 10:00:00|\
7275551214_1_work!7275551215_1_sister in law
A2||999|7|9161234567||Иван||Петров|ул. Мира 5|||Москва|||101000|RUS|||||||0|DNC||
A3||999|44|02079460018||||||||London||||GBR|||||||0|SALE||
A4||999|1|7275551299||Ann||Lee|||||||||||||||0|NI||
A5||999||||No|||||||||||||||||0|NEW||
"""


@pytest.mark.parametrize("sign", ["|", "\t"])
def test_a_list_of_leads_without_a_header(bring, rows, sign):
    result = bring(LEADS.replace("|", sign), "leads.txt")
    assert (result.added, result.rejected) == (5, 0)
    john, ivan, nobody, ann, _no = rows(Client)
    assert (john.external_id, john.name, john.city, john.region, john.address, john.email, john.stage) == (
        "A1", "John Q Public", "Clearwater", "FL", "123 Main St, Suite 4", "j@example.com", None,
    )  # fmt: skip
    numbers = [(phone.client_id, phone.e164) for phone in rows(Phone)]
    assert [e164 for client, e164 in numbers if client == john.id] == [
        "+17275551212", "+17275551213", "+17275551214", "+17275551215",
    ]  # fmt: skip
    assert rows(Note)[0].text == (
        "hot lead\n7275551214: work\n7275551215: sister in law\nBirthday: 1970-01-01\nSecurity phrase: secret"
    )
    assert (ivan.name, ivan.do_not_call, ivan.city) == ("Иван Петров", True, "Москва")
    assert {phone.state for phone in rows(Phone) if phone.client_id == ivan.id} == {PhoneState.DO_NOT_CALL}
    assert (nobody.name, nobody.stage, ann.stage) == ("+442079460018", "shipped", "rejected")


def test_one_code_for_all_leads_is_no_id(bring, rows):
    line = "SAME||999|7|916123456{}||Иван{}||||||Москва|||||||||||0|NEW||\n"
    result = bring("".join(line.format(at, at) for at in range(9)), "leads.txt")
    assert (result.added, len(rows(Client))) == (9, 9)


def test_a_list_of_leads_is_known_without_being_told(tmp_path):
    path = tmp_path / "leads.txt"
    path.write_text(LEADS, encoding="utf-8")
    preview = look_unasked(path)
    assert (preview.kind, preview.table.layout.title) == (ImportKind.CLIENTS, "VICIdial")
