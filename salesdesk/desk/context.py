from salesdesk.context import *  # noqa: F403
