from salesdesk.base.placement import *  # noqa: F403
