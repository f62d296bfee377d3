import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_files import DATA
from sqlalchemy import select

from salesdesk.base.exporting import export
from salesdesk.base.importing import ImportOptions, look, run_import
from salesdesk.base.reading import open_table
from salesdesk.base.reading.table import BadRow
from salesdesk.errors import SalesdeskError
from salesdesk.models import Client, Contact, Note, Phone

NAMELESS = "a card without a name, a company, an e-mail address or a number"
CARDS = DATA / "vcards"


@pytest.fixture
def cards(tmp_path):
    """Read cards as a table: what each says, by column."""

    def cards(content, encoding=None):
        path = tmp_path / "cards.vcf"
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        table = open_table(path, encoding=encoding)
        return [said(table, row) for _number, row in table.rows()]

    return cards


def said(table, row):
    found = {name: cell for name, cell in zip(table.header, row, strict=True) if cell is not None}
    found.pop("external_id", None)
    return found | ({"why": row.why} if isinstance(row, BadRow) else {})


def card(*lines, version="3.0"):
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def test_a_person_at_a_company_is_a_contact_and_one_alone_is_a_client(cards):
    text = card(
        "FN:Иван Петров",
        "N:Петров;Иван;;;",
        "ORG:ООО «Ромашка»;Закупки",
        "TITLE:директор",
        "TEL;TYPE=WORK:+7 495 123-45-67",
        "EMAIL:a@b.ru",
    ) + card("FN:Мария Лютик", "TEL:8 916 123-45-67")
    assert cards(text) == [
        {"name": "ООО «Ромашка»", "contact.name": "Иван Петров", "contact.position": "директор",
         "contact.phone": "+7 495 123-45-67", "contact.email": "a@b.ru", "note": "Department: Закупки"},
        {"name": "Мария Лютик", "phone": "8 916 123-45-67"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["N:Петров;Иван;Сергеевич;;"], {"name": "Иван Сергеевич Петров"}),
        (["ORG:Ромашка", "TEL:84951234567"], {"name": "Ромашка", "phone": "84951234567"}),
        (["FN:Ромашка", "ORG:ООО Ромашка"], {"name": "ООО Ромашка"}),
        (["EMAIL:a@b.ru"], {"name": "a@b.ru", "email": "a@b.ru"}),
        (["TEL:84951234567"], {"name": "84951234567", "phone": "84951234567"}),
        (["FN:Ann", "TITLE:boss", "TEL:5"], {"name": "Ann", "contact.name": "Ann", "contact.position": "boss",
                                            "phone": "5"}),
        (["FN:a\\, b\\; c\\\\d\\ne"], {"name": "a, b; c\\d e"}),
        (["FN:Ann", "TEL;VALUE=uri:tel:+7-495-1234567;ext=102"], {"name": "Ann",
                                                                  "phone": "+7-495-1234567 ext. 102"}),
        (["FN:Ann", "TEL;FAX:1", "TEL;TYPE=home,fax:2", "item1.TEL:3", "item1.X-ABLabel:Fax"],
         {"name": "Ann", "phone": "fax 1; fax 2; fax 3"}),
        (["FN:Ann", "TEL;CELL:1", "TEL;TYPE=pref:2", "TEL;PREF=1:3"], {"name": "Ann", "phone": "2; 3; 1"}),
        (["FN:Ann", "EMAIL:none", "EMAIL;INTERNET:mailto:a@b.ru"], {"name": "Ann", "email": "a@b.ru",
                                                                    "note": "E-mail: none"}),
        (["FN:Ann", "item7.ADR;TYPE=HOME:;кв. 4;ул. Мира\\, 5;Тула;Тульская обл.;300000;Россия"],
         {"name": "Ann", "address": "ул. Мира, 5, кв. 4", "city": "Тула", "region": "Тульская обл.",
          "postal_code": "300000", "country": "Россия"}),
        (["FN:Ann", "NOTE:long", " er text", "\t and on"], {"name": "Ann", "note": "longer text and on"}),
        (["FN:Ann", "NOTE:one", "two"], {"name": "Ann", "note": "one\ntwo"}),
        (["FN:Ann", "BDAY:1980-03-22", "NICKNAME:Annie", "CATEGORIES:VIP,My Contacts"],
         {"name": "Ann", "note": "Also known as: Annie\nBirthday: 1980-03-22\nGroups: VIP"}),
        (["KIND:org", "FN:Мак", "ORG:Мак", "CATEGORIES:Хлеб"], {"name": "Мак", "industry": "Хлеб"}),
        (["FN:Ann", "AGENT:", "BEGIN:VCARD", "FN:Bob", "TEL:84951234567", "END:VCARD", "TEL:1"],
         {"name": "Ann", "phone": "1", "note": "Assistant: Bob, 84951234567"}),
        (['FN;X-A="a:b";;  TYPE = x :Ann'], {"name": "Ann"}),
        (["FN:Ann", "PHOTO;ENCODING=b:AAAA", " BBBB", "KEY;X509;BASE64:", "  CCCC", "", "TEL:1"],
         {"name": "Ann", "phone": "1"}),
        (["NOTE:nobody"], {"note": "nobody", "why": NAMELESS}),
        (["KIND:group", "FN:All"], {"name": "All", "why": "a list of other cards, not a client"}),
    ],
)  # fmt: skip
def test_what_a_card_says(cards, lines, found):
    (only,) = cards(card(*lines, version="2.1"))
    assert only == found


def quoted(text, charset):
    return "".join(f"={byte:02X}" for byte in text.encode(charset))


@pytest.mark.parametrize("charset", ["UTF-8", "windows-1251", "KOI8-R"])
def test_quoted_printable_in_any_charset_with_soft_breaks(cards, charset):
    name = quoted("Иван Петров", charset)
    line = f"FN;CHARSET={charset};ENCODING=QUOTED-PRINTABLE:{name[:9]}=\r\n{name[9:]}"
    assert cards(card(line, "TEL:1", version="2.1")) == [{"name": "Иван Петров", "phone": "1"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\r\n"])
def test_any_encoding_and_line_end(cards, encoding, end):
    text = card("FN:Иван Петров", "NOTE:тут написано", " достаточно") + card("FN:Мария Сидорова")
    content = text.replace("\r\n", end).encode(encoding)
    assert [each["name"] for each in cards(content)] == ["Иван Петров", "Мария Сидорова"]


def test_a_charset_of_its_own_for_one_line(cards):
    text = card("FN:Иван").encode() + card("FN;CHARSET=windows-1251:Мария").encode("cp1251")
    assert cards(text) == [{"name": "Иван"}, {"name": "Мария"}]


def test_garbage_between_cards_and_cards_without_an_end(cards):
    text = "hello\n\n" + card("FN:Ann") + "?? --\nFN:stray\n" + "BEGIN:VCARD\nFN:Bob\n" + card("FN:Carl")
    assert [each["name"] for each in cards(text)] == ["Ann", "Bob", "Carl"]


def test_a_card_cut_short_is_refused_and_the_others_go_in(cards):
    assert cards(card("FN:Ann") + "BEGIN:VCARD\r\nFN:Bob\r\nTEL:+7495123") == [
        {"name": "Ann"}, {"name": "Bob", "why": "the card is cut short: the file ends within it"},
    ]  # fmt: skip
    assert cards(card("FN:Ann").removesuffix("\r\n")) == [{"name": "Ann"}]


def test_a_picture_is_not_held(tmp_path):
    path = tmp_path / "cards.vcf"
    with path.open("w") as file:
        for number in range(3):
            file.write(f"BEGIN:VCARD\nVERSION:2.1\nFN:Ann {number}\nPHOTO;ENCODING=BASE64:\n")
            file.writelines(" " + "A" * 75 + "\n" for _line in range(20_000))
            file.write("\nLOGO;ENCODING=b:" + "B" * (4 << 20) + "\nTEL:1\nEND:VCARD\n")
    table = open_table(path)
    tracemalloc.start()
    rows = [said(table, row) for _number, row in table.rows()]
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()
    assert rows == [{"name": f"Ann {number}", "phone": "1"} for number in range(3)]


def test_a_line_beyond_all_measure_is_refused(cards):
    found = cards(card("FN:Ann", "NOTE:" + "x" * (2 << 20)) + card("FN:Bob"))
    assert [each.get("why") for each in found] == ["the card is longer than any real one", None]


PIECES = [
    b"BEGIN:VCARD", b"END:VCARD", b"FN:", b"TEL;", b":", b"=", b"=D0", b"\n", b"\r\n", b" ", b"\\", b";",
    b"\xd0", b"\xff", b"\0", b'"', b"AGENT:", b"ENCODING=B", b"A", b"ENCODING=QUOTED-PRINTABLE",
    b"CHARSET=idna", b"ADR:", b"N:", b"CHARSET=utf-16", b"PHOTO:", b"ORG:", b"\xef\xbb\xbf",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_no_bytes_break_the_reading(tmp_path_factory, parts):
    path = tmp_path_factory.mktemp("fuzz") / "cards.vcf"
    path.write_bytes(b"BEGIN:VCARD\n" + b"".join(parts))
    try:
        rows = list(open_table(path).rows())
    except SalesdeskError:
        return
    assert all(len(row) == 16 for _number, row in rows)


def test_several_cards_of_one_company_are_one_client(bring, rows):
    people = "".join(
        card(f"FN:Person {number}", f"ORG:{company}", f"TEL:+7495123{number:04}")
        for number, company in enumerate(["Ромашка", "ООО «Ромашка»", "Лютик", "РОМАШКА"])
    )
    result = bring(people, "cards.vcf")
    assert (result.rows, result.added, result.unchanged) == (4, 2, 2)
    flower, other = rows(Client)
    assert [person.client_id for person in rows(Contact)] == [flower.id, flower.id, flower.id, other.id]
    owners = {person.id: person.name for person in rows(Contact)}
    assert {phone.last4: owners[phone.contact_id] for phone in rows(Phone)} == {
        f"000{number}": f"Person {number}" for number in range(4)
    }
    again = bring(people, "cards.vcf")
    assert (again.added, again.updated) == (0, 0)


def test_a_wrong_card_is_a_rejected_row(bring, rows, tmp_path):
    refused = tmp_path / "refused.csv"
    text = card("FN:Ann") + card("NOTE:nobody") + card("FN:Bob")
    result = bring(text, "cards.vcf", rejected=refused)
    assert (result.added, result.rejected, [client.name for client in rows(Client)]) == (2, 1, ["Ann", "Bob"])
    assert "a card without a name" in refused.read_text(encoding="utf-8-sig")


def test_our_own_export_comes_back_the_same(bring, rows, base, context, desk, tmp_path):
    with desk.filling() as filling:
        filling.client(
            "ООО «Ромашка»", phones=("+7 495 123-45-67", "123-45-67"), city="Тула", address="ул. Мира, 5",
            region="Тульская область", industry="Цветы", email="a@b.ru", website="romashka.ru",
        )  # fmt: skip
        filling.client("Лютик; и\\Мак", phones=(), people=("Иван Петров", "Мария"))
        filling.client("Лютик; и\\Мак", phones=("+7 495 123-45-68",), people=("Анна",))
    path = tmp_path / "x.vcf"
    with base.read() as session:
        export(session, context, "clients", path)
        before = _whole(session)
    with base.write() as session:
        before_ids = {client.id for client in rows(Client)}
        run_import(session, context, path, ImportOptions(source="again"))
    with base.read() as session:
        assert _whole(session, without=before_ids) == before


def _whole(session, without=frozenset()):
    """Tell of every client what a card can hold."""
    found = []
    for client in session.scalars(select(Client).order_by(Client.id)):
        if client.id in without:
            continue
        numbers = session.scalars(select(Phone).where(Phone.client_id == client.id))
        people = session.scalars(select(Contact).where(Contact.client_id == client.id))
        notes = session.scalars(select(Note).where(Note.client_id == client.id))
        found.append((
            client.name, client.city, client.address, client.region, client.industry, client.email,
            sorted(phone.e164 or phone.digits for phone in numbers), sorted(person.name for person in people),
            sorted(note.text for note in notes),
        ))  # fmt: skip
    return found


def test_companies_of_one_name_at_several_places_stay_apart(bring, rows):
    shop = "KIND:org\r\nFN:Аптека\r\nORG:Аптека\r\nADR:;;{};Тула;;;"
    streets = ("Мира 1", "Мира 2", "Мира 1")
    result = bring("".join(card(shop.format(street)) for street in streets), "cards.vcf")
    assert (result.added, result.unchanged) == (2, 1)


REAL = {
    "John_Doe_ANDROID": (6, "ÑÑÑÑÑÑÑÑÑÑÑÑ", "Ñ Ñ Ñ Ñ", "bob@company.com"),
    "John_Doe_BLACK_BERRY": (1, "Acme Solutions", "John Doe", None),
    "John_Doe_EVOLUTION": (1, "IBM", "Mr. John Richter, James Doe Sr.", "john.doe@ibm.com"),
    "John_Doe_GMAIL": (1, "IBM", "Mr. John Richter, James Doe Sr.", "john.doe@ibm.com"),
    "John_Doe_IPHONE": (1, "IBM", "Mr. John Richter James Doe Sr.", "john.doe@ibm.com"),
    "John_Doe_LOTUS_NOTES": (1, "IBM", "Mr. Doe John I Johny", "john.doe@ibm.com"),
    "John_Doe_MAC_ADDRESS_BOOK": (1, "IBM", "Mr. John Richter,James Doe Sr.", "john.doe@ibm.com"),
    "John_Doe_MS_OUTLOOK": (1, "IBM", "Mr. John Richter James Doe Sr.", "john.doe@ibm.cm"),
    "fullcontact": (1, "Organization1", "Prefix FirstName MiddleName LastName Suffix", "home@example.com"),
    "gmail-list": (3, "Arnold Smith", None, "asmithk@gmail.com"),
    "gmail-single": (1, "TheCompany", "Greg Dartmouth", "gdartmouth@hotmail.com"),
    "gmail-single2": (1, "TheCompany", "VCard Test", "email@example.com"),
    "issue114": (1, "Dummy GmbH", "Dummy, Dummy", "dummy.dummy@dummy.com"),
    "outlook-2003": (1, "Company, The", "John Doe III", "jdoe@hotmail.com"),
    "outlook-2007": (1, "TheCompany", "Mr. Michael Angstadt Jr.", "mike.angstadt@gmail.com"),
    "rfc2426-example": (2, "Netscape Communications Corp.", "Tim Howes", "howes@netscape.com"),
    "rfc6350-example": (1, "Viagenie", "Simon Perreault", "simon.perreault@viagenie.ca"),
    "thunderbird-MoreFunctionsForAddressBook-extension": (
        1, "TheOrganization", "John Doe", "doe.john@hotmail.com",
    ),
}  # fmt: skip


@pytest.mark.skipif(not CARDS.exists(), reason="the folder of real input is absent")
@pytest.mark.parametrize("name", REAL)
def test_real_cards(name):
    preview = look(CARDS / f"{name}.vcf")
    rows = [said(preview.table, row) for _number, row in preview.table.rows()]
    count, client, person, email = REAL[name]
    assert len(rows) == count
    assert not [row for row in rows if "why" in row]
    assert (client, person, email) in [
        (row["name"], row.get("contact.name"), row.get("contact.email") or row.get("email")) for row in rows
    ]
