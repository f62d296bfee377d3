from salesdesk.context import *
