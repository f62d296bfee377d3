"""`import` and `import undo`: a file in, and the whole of it out again."""

import signal

import pytest

from tests.cli.conftest import one_line

CSV = (
    "Код;Компания;Телефон;Город\n"
    "A1;ООО «Ромашка»;+7 495 123-45-67;Москва\n"
    "A2;ЗАО «Лютик»;8 (812) 320-11-22;СПб\n"
)


@pytest.fixture
def file(tmp_path):
    """A file of two clients, in the encoding of old office programs."""
    path = tmp_path / "clients.csv"
    path.write_bytes(CSV.encode("cp1251"))
    return path


def test_a_file_comes_in_and_its_base_is_made(cli, file):
    done = cli("import", file, "--json").document
    assert set(done) >= {
        "batch", "rows", "added", "updated", "unchanged", "rejected", "rejected_file", "possible_duplicates",
        "problems",
    }  # fmt: skip
    assert (done["rows"], done["added"], done["rejected"]) == (2, 2, 0)
    assert cli("card", "A1", "--json").document["client"]["name"] == "ООО «Ромашка»"
    assert {row["name"] for row in cli("today", "--json").document["rows"]} == {
        "ООО «Ромашка»",
        "ЗАО «Лютик»",
    }
    assert cli("db", "check", "--json").document["ok"] is True


def test_the_same_file_again_adds_nothing(cli, file):
    cli("import", file)
    done = cli("import", file, "--json").document
    assert (done["added"], done["updated"], done["unchanged"]) == (0, 0, 2)


def test_a_rehearsal_keeps_nothing(cli, file):
    done = cli("import", file, "--dry-run", "--json").document
    assert (done["batch"], done["added"]) == (None, 2)
    assert cli("search", "Ромашка", "--json").document["total"] == 0


def test_an_import_is_taken_back(cli, file):
    batch = cli("import", file, "--json").document["batch"]
    assert cli("import", "undo", batch, "--json").document["removed"] == 2
    assert cli("today", "--json").document["rows"] == []
    assert "already" in one_line(cli("import", "undo", batch))
    assert cli("db", "check", "--json").document["ok"] is True


def test_refused_rows_go_beside_the_file_with_their_reason(cli, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("id,name,phone\n1,Alpha,+74951234567\n2,,\n3,Gamma,+74951234568\n", "utf-8")
    done = cli("import", path, "--json").document
    assert (done["added"], done["rejected"]) == (2, 1)
    assert done["rejected_file"] == str(tmp_path / "bad.rejected.csv")
    assert "reason" in (tmp_path / "bad.rejected.csv").read_text("utf-8-sig")
    chosen = tmp_path / "elsewhere.csv"
    assert cli("import", path, "--rejected", chosen, "--json").document["rejected_file"] == str(chosen)


def test_columns_and_words_are_said(cli, tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text("ref,who,tel,how\n1,Alpha,+74951234567,Hot\n", "utf-8")
    words = (
        "--map",
        "ref=external_id,who=name,tel=phone,how=stage",
        "--values",
        "stage:Hot=invoice",
        "--source",
        "crm",
    )
    cli("import", path, *words)
    client = cli("card", "ext:1", "--json").document["client"]
    assert (client["name"], client["stage"], client["source"]) == ("Alpha", "invoice", "crm")


def test_columns_are_said_in_a_file(cli, tmp_path):
    path, said = tmp_path / "x.csv", tmp_path / "map.toml"
    path.write_text("ref\twho\ttel\n1\tAlpha\t+74951234567\n", "utf-8")
    said.write_text('[map]\nref = "external_id"\nwho = "name"\ntel = "phone"\n', "utf-8")
    assert cli("import", path, "--map-file", said, "--delimiter", "tab", "--json").document["added"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--map", "nothing=name"), "--map"),
        (("--map", "nothing"), "--map"),
        (("--values", "stage:Won=nowhere"), "--values"),
        (("--map-file", "missing.toml"), "missing.toml"),
    ],
)
def test_a_wrong_mapping_is_one_line_and_nothing_comes_in(cli, file, words, said):
    cli("init")
    assert said in one_line(cli("import", file, *words))
    assert cli("today", "--json").document["rows"] == []


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03" * 100, b"PK\x03\x04 cut short"])
def test_a_file_that_is_no_table_is_one_line(cli, tmp_path, content):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    one_line(cli("import", path))
    assert not (tmp_path / "base.db").exists()


def test_people_are_told_what_came_in(cli, file):
    text = cli("import", file).out
    assert "clients" in text
    assert "import undo 1" in text
    assert "taken back" in cli("import", "undo", "1").out


def test_ctrl_c_stops_an_import_and_nothing_comes_in(cli, tmp_path, monkeypatch):
    path = tmp_path / "many.csv"
    rows = "".join(f"{n},Company {n},+7495{n:07}\n" for n in range(4500))
    path.write_text(f"id,name,phone\n{rows}", "utf-8")
    cli("init")
    monkeypatch.setattr(
        "salesdesk.cli.progress.Bar.report", lambda *_told: signal.raise_signal(signal.SIGINT)
    )
    assert "nothing was imported" in one_line(cli("import", path), 130)
    assert cli("today", "--json").document["rows"] == []
    assert cli("db", "check", "--json").document["ok"] is True


DEALS = (
    "Код сделки;Название сделки;Компания;Ответственный;Бюджет;Этап сделки;Дата создания;Дата закрытия\n"
    "1;Окна;ООО «Ромашка»;Иван Петров;450 тыс;Счёт;02.03.2026;\n"
    "2;Двери;Лютик;Иван Петров;100;Ура;05.02.2026;19.02.2026\n"
)


@pytest.fixture
def deals(tmp_path):
    """A file of two deals, one of them at a stage of its own."""
    path = tmp_path / "deals.csv"
    path.write_text(DEALS, "utf-8")
    return path


def test_deals_come_in_with_their_clients_and_go_again(cli, deals):
    done = cli("import", deals, "--as", "deals", "--values", "stage:Ура=shipped", "--json").document
    assert (done["rows"], done["added"], done["rejected"], done["problems"]) == (2, 2, 0, [])
    assert done["mapping"]["Компания"] == "client"
    (found,) = cli("search", "Ромашка", "--json").document["rows"]
    card = cli("card", found["client"], "--json").document
    assert (card["client"]["stage"], card["next_action"]["goal"]) == ("invoice", "get_payment_date")
    assert [(deal["title"], deal["amount"]) for deal in card["deals"]] == [("Окна", "450000.00")]
    assert cli("db", "check", "--json").document["ok"] is True
    logins = [row["login"] for row in cli("operators", "list", "--json").document["rows"]]
    assert "ivan.petrov" in logins
    assert "ivan.petrov" in one_line(cli("--operator", "ivan.petrov", "today"))
    assert cli("import", "undo", done["batch"], "--json").document["removed"] == 2
    assert cli("search", "Ромашка", "--json").document["total"] == 0
    assert [row["login"] for row in cli("operators", "list", "--json").document["rows"]] == logins[:-1]
    assert cli("db", "check", "--json").document["ok"] is True


def test_an_unknown_stage_is_refused_with_its_word(cli, deals, tmp_path):
    done = cli("import", deals, "--as", "deals", "--json").document
    assert (done["added"], done["rejected"]) == (1, 1)
    assert "Ура" in (tmp_path / "deals.rejected.csv").read_text("utf-8-sig")
    assert done["problems"][0]["column"] == "Этап сделки"
    assert "deals removed" in cli("import", "undo", done["batch"]).out


def test_an_order_of_dates_is_asked_for_and_said(cli, tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text("client,title,opened\nAlpha,a,03/04/2026\n", "utf-8")
    assert "--dates" in one_line(cli("import", path, "--as", "deals"))
    assert cli("import", path, "--as", "deals", "--dates", "mdy", "--json").document["added"] == 1
    assert "dmy" in one_line(cli("import", path, "--dates", "dym"), 2)


def test_fields_are_those_of_the_kind(cli, deals):
    cli("init")
    assert "next_goal" not in one_line(cli("import", deals, "--as", "deals", "--map", "Бюджет=campaign"))
    assert "nothing" in one_line(cli("import", deals, "--as", "nothing"), 2)


def test_products_that_no_deal_had_are_one_line(cli, tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text("id,client,owner,product\n1,Alpha,Ivan,Window\n2,Beta,,Door\n3,Beta,,Door\n", "utf-8")
    done = cli("import", path, "--as", "deals", "--dry-run", "--json").document
    assert done["unknown_products"] == [{"product": "Door", "rows": 2}, {"product": "Window", "rows": 1}]
    assert (done["unknown_product_count"], done["clients_made"], done["operators_made"]) == (2, 2, 1)
    text = cli("import", path, "--as", "deals").out
    assert "New products: Door (2 rows), Window (1 row)\n" in text
    assert "belong to: 2 clients, 1 operator." in text
    path.write_text("id,client,product\n4,Alpha,Windows\n", "utf-8")
    done = cli("import", path, "--as", "deals", "--json").document
    assert done["unknown_products"] == [{"product": "Windows", "rows": 1, "did_you_mean": "Window"}]


def test_people_come_in_to_their_clients(cli, file, tmp_path):
    cli("import", file)
    people = tmp_path / "people.csv"
    people.write_text(
        "Имя;Фамилия;Компания;Телефон\nИван;Петров;Ромашка;32-72-89\nАнна;Белова;Новая;\n", encoding="utf-8"
    )
    done = cli("import", people, "--as", "contacts", "--area-code", "3854", "--json").document
    assert (done["kind"], done["added"], done["clients_made"], done["remembered"]) == (
        "contacts",
        2,
        1,
        False,
    )
    contacts = cli("card", "A1", "--json").document["contacts"]
    assert [person["name"] for person in contacts] == ["Иван Петров"]
    assert cli("search", "3854327289", "--json").document["total"] == 1
    again = cli("import", people, "--as", "contacts", "--json").document
    assert (again["added"], again["unchanged"], again["remembered"]) == (0, 2, True)
    said = cli("import", people, "--as", "contacts", "--dry-run").out
    assert "--fresh" in said
    fresh = cli("import", people, "--as", "contacts", "--fresh", "--dry-run").out
    assert "--fresh" not in fresh
    undone = cli("import", "undo", done["batch"], "--json").document
    assert (undone["removed"], undone["restored"]) == (1, 1)
    assert cli("db", "check", "--json").document["ok"] is True


def test_an_area_code_that_is_none_is_named_with_its_option(cli, file):
    assert "--area-code" in one_line(cli("import", file, "--area-code", "город"))


NEXT = (
    "Код;Компания;Телефон;Город;E-mail\n"
    "A1;ООО «Ромашка»;+7 495 123-45-67;Москва;r@romashka.ru\n"
    "B7;Ромашка ООО;+7 495 123-45-67;Москва;\n"
    "B8;;;;\n"
)


@pytest.fixture
def next_file(tmp_path):
    """What the source sends a month later: a change, a likely duplicate, a row of nobody."""
    path = tmp_path / "next.csv"
    path.write_text(NEXT, encoding="utf-8")
    return path


def test_a_rehearsal_tells_the_rows_that_are_asked_for(cli, file, next_file):
    cli("import", file, "--source", "crm")
    rehearsal = ("import", next_file, "--source", "crm", "--dry-run", "--json", "--rows")
    every = cli(*rehearsal).document["outcomes"]
    assert [(each["row"], each["action"]) for each in every] == [
        (1, "update"),
        (2, "duplicate"),
        (3, "reject"),
    ]
    assert every[0]["changes"] == [{"field": "email", "from": None, "to": "r@romashka.ru"}]
    double = every[1]["duplicate_of"][0]
    assert (double["name"], double["score"] > 0.5, bool(double["why"])) == ("ООО «Ромашка»", True, True)
    assert set(double) == {"client", "name", "score", "why"}
    assert every[2]["why"] == "no name"
    assert cli(*rehearsal, "duplicate").document["outcomes"] == [every[1]]
    assert cli(*rehearsal, "--limit", 1, "--offset", 2).document["outcomes"] == [every[2]]
    assert cli(*rehearsal, "absent", "--absent", "mark").document["outcomes"] == []
    told = cli("import", next_file, "--source", "crm", "--dry-run", "--rows", "update").out
    assert "email: – → r@romashka.ru" in told
    assert "outcomes" not in cli("import", next_file, "--dry-run", "--json").document
    assert cli("search", "r@romashka.ru", "--json").document["total"] == 0


def test_rows_are_told_of_a_rehearsal_only(cli, file):
    refused = cli("import", file, "--rows")
    assert (refused.status, "--dry-run" in refused.err) == (2, True)
    assert cli("import", file, "--dry-run", "--rows", "--limit", "-1").status == 2


def test_policies_are_said_and_kept_with_the_import(cli, file, next_file):
    cli("import", file, "--source", "crm")
    done = cli("import", next_file, "--source", "crm", "--duplicates", "skip", "--json").document
    assert (done["added"], done["skipped"], done["possible_duplicates"]) == (0, 1, 1)
    last, first = cli("import", "list", "--json").document["imports"]
    assert (last["batch"], last["file"], last["skipped"], last["state"]) == (
        done["batch"],
        "next.csv",
        1,
        "done",
    )
    assert cli("import", "list", "--limit", 1, "--json").document["imports"] == [last]
    cli("import", "undo", first["batch"])
    assert "taken back" in cli("import", "list").out
    assert cli("import", next_file, "--duplicates", "merge").status == 2


def test_who_stays_when_an_import_is_taken_back_is_named_with_the_reason(cli, file):
    batch = cli("import", file, "--json").document["batch"]
    cli("log", "A1", "--outcome", "no_answer")
    kept = cli("import", "undo", batch, "--json").document["kept"]
    assert [(each["name"], each["why"]) for each in kept] == [("ООО «Ромашка»", "called since")]


def test_a_do_not_call_list_comes_in_holds_and_goes(cli, file, tmp_path):
    stop = tmp_path / "stop.txt"
    stop.write_text("8 495 123 45 67\nfoo@bar.ru\n", encoding="utf-8")
    cli("import", file)
    done = cli("import", stop, "--as", "do-not-call", "--json").document
    assert (done["added"], done["rejected"], done["marked"]) == (1, 1, 1)
    assert cli("why", "A1", "--json").document["listed"] is False
    assert "do-not-call list" in one_line(cli("log", "A1", "--outcome", "no_answer"))
    assert cli("card", "A1", "--json").document["phones"][0]["state"] == "do_not_call"
    assert cli("db", "check", "--json").document["ok"] is True
    assert cli("import", "undo", done["batch"], "--json").document["removed"] == 1
    assert cli("why", "A1", "--json").document["listed"] is True
    assert cli("db", "check", "--json").document["ok"] is True
