"""Where the base lives: engine, unit of work, migrations, journal, search index, backup.

What only one of the two databases can do sits here, behind a small function each.
"""
