"""A wire between operators and the server that is cut at the worst moment: around a commit."""

import asyncio
import random
from enum import StrEnum

from benchmarks.load.room import FORK

_COMMIT = b"COMMIT\0"
_MOST = 1 << 16


class Cut(StrEnum):
    """Where the wire is cut: the commit never arrives, or its answer never comes back."""

    BEFORE = "before the server has it"
    AFTER = "before its answer"


class Wire:
    """Passes on what is said between clients and a server, in a process of its own; `cut` cuts one commit."""

    def __init__(self, to: int, where: Cut) -> None:
        self.where, self._to = where, to
        self._due = FORK.Semaphore(0)
        self._done = FORK.Semaphore(0)
        self._ready = FORK.Event()
        self._port = FORK.Value("i", 0)
        self._process = FORK.Process(target=self._run, daemon=True)
        self._process.start()
        self._ready.wait()

    @property
    def port(self) -> int:
        """Where clients connect."""
        return int(self._port.value)

    def cut(self) -> bool:
        """Cut the next commit that comes along; tell whether one came in time."""
        self._due.release()
        return self._done.acquire(timeout=30)

    def close(self) -> None:
        """Let go of everybody."""
        self._process.kill()
        self._process.join()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        self._port.value = server.sockets[0].getsockname()[1]
        self._ready.set()
        await server.serve_forever()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, server = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.close()
            return
        answering = asyncio.create_task(_copy(answers, writer))
        while said := await _read(reader):
            if _COMMIT in said and self._due.acquire(block=False):
                await self._cut(answering, answers, server, said)
                self._done.release()
                break
            server.write(said)
            await server.drain()
        answering.cancel()
        for end in (server, writer):
            end.transport.abort()

    async def _cut(
        self,
        answering: "asyncio.Task[None]",
        answers: asyncio.StreamReader,
        server: asyncio.StreamWriter,
        said: bytes,
    ) -> None:
        answering.cancel()
        await asyncio.sleep(random.random() * 0.01)
        if self.where == Cut.AFTER:
            server.write(said)
            await answers.read(_MOST)


async def _copy(answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while said := await _read(answers):
        writer.write(said)
        await writer.drain()
    writer.transport.abort()


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(_MOST)
    except OSError:
        return b""
