from salesdesk.rows import *  # noqa: F403
