"""An operator who wants to read another's client, by every command that reads."""

from salesdesk.desk import editing
from tests.cli.attacks.conftest import NOWHERE, tells_nothing
from tests.cli.conftest import one_line

SEARCHES = (
    "Секретный завод", "секр", "works", "345-67-89", "6789", "3456789", "812345678", "Секретный зовод",
    "ctrhtnysq pfdjl", "Иннокентий", "Тайный", "hidden@works.example", "7707083893", "Мурманск",
)  # fmt: skip


def test_no_search_finds_it_nor_tells_what_was_meant(attacked):
    nothing = {"rows": [], "total": 0, "total_is_exact": True, "understood": None, "client_of": None}
    for text in SEARCHES:
        assert attacked("search", text, "--json").document == nothing, text
        assert attacked("search", text, "--json", who="vera").document["total"] == 1, text
    assert all(action != "whose_number" for action, *_more in attacked.trail())


def test_a_whole_number_tells_whose_it_is_and_that_stands_in_the_trail(attacked):
    for number in ("+7 812 345-67-89", "8 (812) 3456789", "78123456789"):
        ran = attacked("search", number)
        tells_nothing(ran)
        assert ran.out == "This number is a client of Vera.\n"
        assert attacked.trail()[0] == ("whose_number", attacked.hers, "boris")
        assert attacked("search", number, "--json").document["client_of"] == "Vera"
        # One digit off is nobody's, and so is told of nobody.
        assert attacked("search", number[:-1] + "8", "--json").document["client_of"] is None
    # It is nothing that could be taken back.
    assert "nothing to undo" in one_line(attacked("undo"))


def test_who_was_asked_for_can_still_be_taken_out(attacked):
    desk = attacked.desk
    desk.beside("galina").write(editing.add_client, name="Новая", phone="+7 812 111-22-33")
    assert attacked("search", "+7 812 111-22-33").out == "This number is a client of Galina.\n"
    assert attacked("undo", who="galina").status == 0


def test_a_lead_and_the_owner_find_it_as_ever(attacked):
    for who in ("anna", "vera"):
        found = attacked("search", "+7 812 345-67-89", "--json", who=who).document
        assert [row["client"] for row in found["rows"]] == [attacked.hers]
        assert found["client_of"] is None


def test_what_is_anothers_answers_as_what_is_nowhere(attacked):
    for words in (("card",), ("why",), ("log", "--outcome", "busy"), ("duplicates", "--not", attacked.his)):
        for of_hers in (attacked.hers, "ext:S-77", "S-77"):
            if words[0] == "duplicates" and of_hers != attacked.hers:
                continue
            said = one_line(attacked(*words, of_hers))
            there = (
                "ext:N-99" if str(of_hers).startswith("ext:") else "N-99" if of_hers == "S-77" else NOWHERE
            )
            assert said == one_line(attacked(*words, there)).replace(str(there), str(of_hers))


def test_what_was_merged_into_hers_is_hers(attacked):
    other = attacked.desk.beside("vera").client("Секретный филиал", phones=())
    assert attacked("merge", attacked.hers, other, who="vera").status == 0
    said = one_line(attacked("card", other))
    assert said == one_line(attacked("card", NOWHERE)).replace(str(NOWHERE), str(other))
    assert attacked("card", other, "--json", who="vera").document["client"]["id"] == attacked.hers


FILTERS = (
    "owner=vera", "city=Мурманск", "deal=in_work", "stage=proposal", "class=B", "source=crm", "interest>=0",
    "missing=industry", "not owner=boris", "owner=vera or owner=boris", "not (owner=boris and class=B)",
    "name~секретный", "phone~6789", "email~hidden", "tax_id=7707083893", "last_call<1w", "amount>1",
)  # fmt: skip


def test_no_filter_lists_counts_or_exports_it(attacked, tmp_path):
    for where in FILTERS:
        listed = attacked("list", "--where", where, "--json")
        assert attacked.hers not in {row["client"] for row in listed.document["rows"]}
        assert len(listed.document["rows"]) == listed.document["total"]
    for where in ("owner=vera or owner=boris", "phone~6789 or deal=in_work"):
        total = attacked("list", "--where", where, "--json").document["total"]
        assert attacked("segment", "save", "s", "--where", where, "--json").document["count"] == total
        tells_nothing(attacked("export", "clients", tmp_path / "clients.csv", "--segment", "s"))
        assert "Секретный" not in (tmp_path / "clients.csv").read_text("utf-8-sig")


def test_a_shared_segment_of_hers_counts_what_who_asks_sees(attacked):
    attacked("segment", "save", "мои", "--where", "owner=vera", "--shared", who="vera")
    assert attacked("segment", "show", "мои@vera", "--json").document["count"] == 0
    assert attacked("list", "--segment", "мои@vera", "--json").document["total"] == 0


def test_an_export_of_all_has_but_what_is_seen(attacked, tmp_path):
    for kind, rows in (("clients", 2), ("calls", 0), ("deals", 0)):
        for ending in ("csv", "xlsx", *(["vcf"] if kind == "clients" else [])):
            done = attacked("export", kind, tmp_path / f"{kind}.{ending}", "--json").document
            assert done["rows"] == rows, (kind, ending)


ELSEWHERE = (
    ("tails", "--by", "client"), ("tails", "--by", "operator"), ("tails", "--history"), ("today",),
    ("report", "calls", "--period", "2026", "--by", "operator"), ("report", "sales", "--period", "2026"),
    ("report", "vip", "--period", "2026"), ("report", "quality"), ("report", "operators", "--period", "2026"),
    ("report", "calls", "--period", "2026", "--rows", "total"),
    ("report", "quality", "--rows", "total"), ("funnel", "--period", "2026", "--by", "operator"),
    ("funnel", "--period", "2026", "--rows", "proposal"), ("duplicates",), ("merge", "list"),
    ("segment", "list"), ("plan", "list"), ("cleaning",), ("import", "list"),
)  # fmt: skip
OF_LEADS = (
    ("now",), ("dropped",), ("standup",), ("handover", "list"), ("handover", "vera", "boris"),
    ("handover", "vera", "boris", "--dry-run"),
    ("segment", "assign", "--where", "owner=vera", "--to", "boris"),
    ("merge", "all", "--min-score", "0.9"), ("operators", "add", "me"),
    ("operators", "add", "me", "--role", "admin"), ("operators", "retire", "vera"),
    ("operators", "absent", "vera", "--until", "2026-12-01", "--substitute", "boris"),
    ("operators", "cost", "vera", "1"), ("plan", "set", "vera", "2026-11", "calls=1"),
    ("plan", "copy", "2026-11", "2026-12"), ("import", "undo", "1"), ("db", "check", "--cure"),
    ("tails", "--history", "--operator", "vera"), ("report", "calls", "--operator", "vera"),
    ("funnel", "--operator", "vera"), ("cleaning", "--operator", "vera"),
)  # fmt: skip


def test_nothing_else_that_is_read_tells_of_it(attacked):
    vera = attacked.desk.beside("vera")
    vera.client("Секретный завод (secret works)", phones=("+7 812 345-67-89",), tax_id="7707083893")
    for words in ELSEWHERE:
        ran = attacked(*words)
        assert ran.status == 0, (words, ran)
        tells_nothing(ran)
        tells_nothing(attacked(*words, "--json"))


def test_what_is_a_leads_is_refused_in_one_line_and_changes_nothing(attacked):
    before = attacked.rows("audit_event"), attacked.rows("operator")
    for words in OF_LEADS:
        ran = attacked(*words)
        tells_nothing(ran)
        assert any(said in one_line(ran) for said in ("Only a", "own figures only", "There is no")), words
    assert (attacked.rows("audit_event"), attacked.rows("operator")) == before


def test_somebody_who_stands_in_sees_it_until_the_other_is_back(attacked):
    away = ("operators", "absent", "vera", "--until", "2026-12-01", "--substitute", "boris")
    assert attacked(*away, who="anna").status == 0
    assert attacked("card", attacked.hers).status == 0
    assert attacked("search", "Секретный", "--json").document["total"] == 1
    assert attacked("list", "--where", "owner=vera", "--json").document["total"] == 1
    one_line(attacked("card", attacked.hers, who="galina"))
    assert attacked("operators", "absent", "vera", "--back", who="anna").status == 0
    one_line(attacked("card", attacked.hers))
