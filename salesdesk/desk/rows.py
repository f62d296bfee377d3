from salesdesk.rows import *
