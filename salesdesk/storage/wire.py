"""The wire to a PostgreSQL server: statements sent as one, and waited for once.

psycopg's own pipeline sends each statement by itself and waits for the BEGIN: a server is woken for each.
Here it is woken once: https://www.postgresql.org/docs/current/libpq-pipeline-mode.html.
"""

from collections.abc import Generator, Iterator, Sequence
from typing import Any, NamedTuple

_MODES = {None: "", False: " READ WRITE", True: " READ ONLY"}


class Statement(NamedTuple):
    """A statement with `$1`, `$2`, … in it, and what stands there. Only a lasting one is prepared."""

    text: str
    values: Sequence[Any] = ()
    lasting: bool = True


_LEFT_OVER = Statement("DEALLOCATE ALL", lasting=False)


class Wire:
    """One connection of psycopg's. What is prepared here is kept apart from what psycopg prepares."""

    def __init__(self, driver: Any) -> None:  # noqa: ANN401  # psycopg is an extra
        self.driver = driver
        self._prepared: dict[str, bytes] = {}
        self._named = 0
        self._left_over = False

    @property
    def idle(self) -> bool:
        """Whether no transaction has begun."""
        from psycopg.pq import TransactionStatus

        return bool(self.driver.pgconn.transaction_status == TransactionStatus.IDLE)

    @property
    def in_one_snapshot(self) -> bool:
        """Whether all statements of a transaction are to see what the first one saw."""
        level = self.driver.isolation_level
        return level is not None and level.name in {"REPEATABLE_READ", "SERIALIZABLE"}

    @property
    def begin(self) -> Statement:
        """What begins a transaction, of the kind that the driver would begin."""
        level = self.driver.isolation_level
        isolation = "" if level is None else f" ISOLATION LEVEL {level.name.replace('_', ' ')}"
        return Statement(f"BEGIN{isolation}{_MODES[self.driver.read_only]}", lasting=False)

    def forget_prepared(self) -> None:
        """Prepare all anew: at a DROP psycopg lets the server forget all that was prepared."""
        self._prepared.clear()

    def rolled_back(self) -> None:
        """Prepare all anew behind a ROLLBACK, at which psycopg forgets all that it has prepared.

        It lets the server forget it only where there is any: ours goes before the next message.
        """
        self._left_over = self._left_over or bool(self._prepared)
        self._prepared.clear()

    def tidy(self) -> None:
        """Let the server forget what was left over, before psycopg prepares anything behind a ROLLBACK."""
        if self._left_over:
            self._left_over = False
            self.exchange([_LEFT_OVER])

    def exchange(self, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
        """Send statements and give the rows of each. Raises the psycopg.Error of the first that fails.

        None of those behind it is run then, a COMMIT neither.
        """
        self.tidy()
        pgconn = self.driver.pgconn
        with self.driver.lock:
            try:
                pgconn.enter_pipeline_mode()
                sent = [self._send(pgconn, each) for each in statements]
                pgconn.pipeline_sync()
                results = iter(self.driver.wait(_arriving(pgconn, len(sent) + sum(map(bool, sent)))))
                pgconn.exit_pipeline_mode()
            except BaseException:
                # Nobody knows whose answer would come next.
                pgconn.finish()
                raise
        return [self._rows([next(results), *([next(results)] if prepared else [])]) for prepared in sent]

    def _send(self, pgconn: Any, statement: Statement) -> bool:  # noqa: ANN401  # as above
        """Send a statement; tell whether it is prepared with that: then the server answers twice."""
        text, values = statement.text.encode(), self._dumped(statement.values)
        if not statement.lasting or self.driver.prepare_threshold is None:
            pgconn.send_query_params(text, values)
            return False
        name = self._prepared.get(statement.text)
        new = name is None
        if new:
            self._named += 1
            name = self._prepared[statement.text] = b"desk%d" % self._named
            pgconn.send_prepare(name, text)
        pgconn.send_query_prepared(name, values)
        return new

    def _dumped(self, values: Sequence[Any]) -> Sequence[Any] | None:
        from psycopg.adapt import PyFormat, Transformer

        if not values:
            return None
        return Transformer(self.driver).dump_sequence(values, [PyFormat.TEXT] * len(values))

    def _rows(self, results: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Give the rows of a statement, of which the last result tells."""
        from psycopg.adapt import Transformer
        from psycopg.errors import error_from_result
        from psycopg.pq import ExecStatus

        for result in results:
            if result.status == ExecStatus.FATAL_ERROR:
                # What stands behind it was not prepared either.
                self.rolled_back()
                raise error_from_result(result, encoding=self.driver.info.encoding)
        *_prepared, result = results
        if not result.ntuples:
            return []
        read = Transformer(self.driver)
        read.set_pgresult(result)
        return read.load_rows(0, result.ntuples, tuple)


def _arriving(pgconn: Any, most: int) -> Generator[Any, Any, Iterator[Any]]:  # noqa: ANN401  # as above
    """Wait, as psycopg does, until all was sent and as many results have come, and the end of all of them."""
    from psycopg.generators import fetch_many, send

    yield from send(pgconn)
    results = []
    for _number in range(most + 1):
        results += yield from fetch_many(pgconn)
    return iter(results)
