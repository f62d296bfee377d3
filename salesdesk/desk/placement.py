from salesdesk.base.placement import *
