"""Where a base lies, in words."""

from salesdesk.opening import Opened
from salesdesk.widgets.cells import plain


def base_words(opened: Opened) -> str:
    """Tell where the open base is: its file, or its server without the password."""
    path = opened.base.path
    return plain(
        str(path) if path is not None else opened.base.engine.url.render_as_string(hide_password=True)
    )
