"""A PostgreSQL base that is put back after each test: far cheaper than a new database for each."""

from sqlalchemy import Connection, create_engine, text

# What a test may leave behind: rows, and numbers given out. Whatever it does to the schema shows in `_SHAPE`.
_REMEMBER = """
CREATE SCHEMA pristine;
CREATE TABLE pristine.numbers AS
    SELECT format('public.%I', sequencename)::regclass AS name, coalesce(last_value, start_value) AS value,
           last_value IS NOT NULL AS given
    FROM pg_sequences WHERE schemaname = 'public';
DO $$
DECLARE one text; put_back text := 'SET LOCAL session_replication_role = replica;';
BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE pristine.%I AS TABLE public.%I', 'rows_' || one, one);
        put_back := put_back || format(
            'DELETE FROM public.%1$I; INSERT INTO public.%1$I OVERRIDING SYSTEM VALUE TABLE pristine.%2$I;',
            one, 'rows_' || one);
    END LOOP;
    put_back := put_back || 'PERFORM setval(name, value, given) FROM pristine.numbers;';
    EXECUTE format('CREATE FUNCTION pristine.put_back() RETURNS void LANGUAGE plpgsql AS %L',
                   'BEGIN ' || put_back || ' END');
END $$;
"""
# A function, whose statements a connection plans once.
_PUT_BACK = text("SELECT pristine.put_back()")
_LEAVE = text(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
# Each row of the catalogue of the schema by what wrote it last: an undone change counts as one, too.
_OURS = "(SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
_SHAPE = text(
    "SELECT count(*) || ' ' || bit_xor(hashtextextended(line, 0)) FROM ("
    f"SELECT 'class ' || oid || ' ' || xmin AS line FROM pg_class WHERE oid IN {_OURS}"
    f" UNION ALL SELECT 'column ' || attrelid || ' ' || attnum || ' ' || xmin"
    f" FROM pg_attribute WHERE attrelid IN {_OURS}"
    f" UNION ALL SELECT 'default ' || oid || ' ' || xmin FROM pg_attrdef WHERE adrelid IN {_OURS}"
    f" UNION ALL SELECT 'trigger ' || oid || ' ' || xmin FROM pg_trigger WHERE tgrelid IN {_OURS}"
    " UNION ALL SELECT 'constraint ' || oid || ' ' || xmin FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace"
    " UNION ALL SELECT 'function ' || oid || ' ' || xmin FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace"
    " UNION ALL SELECT 'schema ' || oid || ' ' || xmin FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'"
    " UNION ALL SELECT 'extension ' || oid || ' ' || xmin FROM pg_extension"
    ") AS whole"
)


class KeptBase:
    """A database that remembers how it was."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = create_engine(
            url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
        )
        with self._engine.connect() as connection:
            connection.execute(text(_REMEMBER))
            self._shape = self._look(connection)

    def put_back(self) -> bool:
        """Put every row and number back; False where the schema was touched: then it is of no more use."""
        with self._engine.connect() as connection:
            connection.execute(_LEAVE)
            if self._look(connection) != self._shape:
                return False
        self.put_rows_back()
        return True

    def put_rows_back(self) -> None:
        """Put every row and number back, of a base whose schema nobody has touched."""
        with self._engine.connect() as connection:
            connection.execute(_PUT_BACK)

    def close(self) -> None:
        self._engine.dispose()

    def _look(self, connection: Connection) -> str:
        return connection.execute(_SHAPE).scalar_one()
