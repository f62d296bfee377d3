"""The team's own files, brought into a base that others share: what changes there is said, and by whom."""

from collections.abc import Mapping

from sqlmodel import Session

from salesdesk.catalogues import Catalogues
from salesdesk.context import Context
from salesdesk.storage.catalogue_rows import Synced, sync
from salesdesk.storage.journal import CATALOGUES, Journal
from salesdesk.team.rights import only_for_admins


def bring_catalogues(
    session: Session, context: Context, catalogues: Catalogues, fingerprint: str, *, keep: bool = True
) -> Mapping[str, Synced]:
    """Bring what was read of files into the base; tell by file what that changes, and where nothing does.

    Unless it is to be kept, the base stays as it is. No undo takes it back: the earlier files do. Desks that
    are open go by what they have read. Raises NotAllowedError for who is no administrator.
    """
    only_for_admins(context)
    synced = sync(session, catalogues, fingerprint)
    if not keep:
        session.rollback()
    elif any(each != Synced() for each in synced.values()):
        Journal(session).close(CATALOGUES, at=context.now, operator_id=context.me.id)
    return synced
