"""Bases that many work in at once: a sample of clients, and as many operators as are asked for."""

import shutil
from contextlib import closing
from pathlib import Path

from benchmarks.bases import sample_base
from benchmarks.load.places import fsync
from benchmarks.load.server import Server
from salesdesk.models import Operator, Role
from salesdesk.storage import policies
from salesdesk.storage.base import open_base
from salesdesk.storage.copying import copy_base


def login(number: int) -> str:
    """Name an operator of the room, from 0."""
    return f"room{number:04}"


def hire(url: str, operators: int) -> None:
    """Let so many operators work in a base; they have no clients yet, all of them call the shared pool."""
    base = open_base(url)
    with base.write() as session:
        session.add_all(
            Operator(login=login(number), name=f"Operator {number}", role=Role.OPERATOR)
            for number in range(operators)
        )
    base.close()


def on_sqlite(folder: Path, clients: int, operators: int) -> str:
    """Put a base into a folder; give its path."""
    path = folder / "room.sqlite"
    shutil.copyfile(sample_base(clients), path)
    fsync(path)
    hire(str(path), operators)
    return str(path)


def on_postgres(server: Server, clients: int, operators: int) -> str:
    """Put a base onto a server; give its URL."""
    url = copied(server, sample_base(clients), f"room{clients}")
    hire(url, operators)
    return url


def copied(server: Server, path: Path, name: str) -> str:
    """Copy a base onto a server; what the copy left to do is done before anything is measured."""
    server.run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    copy_base(str(path), server.url(name))
    server.run("VACUUM ANALYZE", name)
    server.run("CHECKPOINT")
    return server.url(name)


def give_logins(url: str) -> None:
    """Give everybody in a base a login of the server, under rules of its own."""
    with closing(open_base(url)) as base:
        policies.set_up(base.engine)


def as_login(url: str, login: str) -> str:
    """Name a base as somebody with a login of the server reaches it; `{login}` stands for any of them."""
    return url.replace("//postgres@", f"//{login}@", 1)
