"""Whether there is a row that fulfils conditions."""

from sqlalchemy import ColumnElement, Exists, literal_column, select


def there_is(*conditions: ColumnElement[bool]) -> Exists:
    """Tell it for each row of the statement around.

    `EXISTS (SELECT * …)` makes SQLite read the whole row, though nothing of it is asked for; of this an
    index alone can tell.
    """
    return select(literal_column("1")).where(*conditions).exists()
