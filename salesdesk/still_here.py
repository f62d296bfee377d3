"""Whether who sits at an open desk still works here: their login may have been closed meanwhile.

Nothing of the database is imported here at module level: the first frame is painted before.
"""

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlmodel import Session

    from salesdesk.context import Context
    from salesdesk.storage.watching import Watch

_KNOWN_FOR = 10.0
"""Seconds for which no news is taken for none: not everybody who writes tells of it."""


class StillHere:
    """Asks the base at every write; for reads once after each change of the base that was noticed."""

    def __init__(self) -> None:
        self._known: tuple[int, float] | None = None

    def ask(self, session: "Session", context: "Context", watch: "Watch | None", *, writes: bool) -> None:
        """Let only who works here go on. Raises NotAllowedError."""
        now, revision = time.monotonic(), watch.revision if watch is not None and watch.sees else None
        if not writes and self._known is not None:
            known, at = self._known
            if known == revision and now - at < _KNOWN_FOR:
                return
        from salesdesk.team.rights import only_while_working

        def learnt() -> None:
            # Told apart by what was known before: what was committed while it was asked is asked about again.
            self._known = None if revision is None else (revision, now)

        only_while_working(session, context, learnt)
