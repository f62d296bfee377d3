"""vCard 4.0 (RFC 6350): a card for each client, and one for each of its people.

Written here: the package for it, vobject, writes 3.0, and what is needed of 4.0 is two rules, for
what is escaped and where a line is folded.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from salesdesk.base.exporting.clients import Whole

_LONGEST = 75
"""Octets of a line, its end not counted."""

OURS = "X-SALESDESK-CLIENT"
"""The client whose person a card is: clients of one name are told apart by it when they come back."""

_ESCAPED = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n"})


def write_cards(path: Path, clients: Iterator[Whole]) -> int:
    """Write the cards; tell how many there were."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for client in clients:
            for card in _cards(client):
                lines = ("BEGIN:VCARD", "VERSION:4.0", *card, "END:VCARD")
                file.writelines(folded(line) for line in lines)
                count += 1
    return count


def _cards(client: Whole) -> Iterator[list[str]]:
    row = client.row
    place = [row.address, row.city, row.region, row.postal_code]
    yield [
        "KIND:org",
        f"UID;VALUE=text:salesdesk-client-{row.id}",
        f"FN:{escaped(row.name)}",
        f"ORG:{escaped(row.name)}",
        *map(_phone, client.phones),
        *([f"EMAIL:{escaped(row.email)}"] if row.email else []),
        *(["ADR;TYPE=work:;;" + ";".join(escaped(part or "") for part in place) + ";"] if any(place) else []),
        *([f"URL:{_address(row.website)}"] if row.website else []),
        *([f"CATEGORIES:{escaped(row.industry)}"] if row.industry else []),
        *(f"NOTE:{escaped(note)}" for note in client.notes),
    ]
    for person in client.people:
        who = person.row
        yield [
            "KIND:individual",
            f"UID;VALUE=text:salesdesk-contact-{who.id}",
            f"FN:{escaped(who.name)}",
            f"N:;{escaped(who.name)};;;",
            f"ORG:{escaped(row.name)}",
            f"{OURS}:{row.id}",
            *([f"TITLE:{escaped(who.position)}"] if who.position else []),
            *map(_phone, person.phones),
            *([f"EMAIL:{escaped(who.email)}"] if who.email else []),
        ]


def _phone(phone: Any) -> str:  # noqa: ANN401  # a row
    if phone.e164 is None:
        return f"TEL;VALUE=text;TYPE=work:{escaped(phone.raw)}"
    extension = "".join(sign for sign in (phone.extension or "").partition(",")[0] if sign.isdecimal())
    return f"TEL;VALUE=uri;TYPE=work:tel:{phone.e164}" + (f";ext={extension}" if extension else "")


def _address(website: str) -> str:
    """Write an address of the web as a URI: nothing that could end the line, and a scheme before it."""
    clean = "".join(sign for sign in website if sign.isprintable() and sign != " ")
    return clean if "://" in clean else f"http://{clean}"


def escaped(text: str) -> str:
    """Write text as a value: its own commas, semicolons, backslashes and line ends are marked."""
    lines = "\n".join(text.splitlines())
    return (
        "".join(sign for sign in lines if sign >= " " or sign in "\n\t")
        .replace("\x7f", "")
        .translate(_ESCAPED)
    )


def folded(line: str) -> str:
    """Break a line after 75 octets, never inside a character, and end it; its rest begins with a blank."""
    pieces: list[str] = []
    piece, size = "", 0
    for sign in line:
        octets = len(sign.encode("utf-8"))
        if size + octets > _LONGEST:
            pieces.append(piece)
            piece, size = " ", 1
        piece += sign
        size += octets
    return "\r\n".join([*pieces, piece]) + "\r\n"
