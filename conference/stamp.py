"""Migration operations that make changes of public tables raise ``PublicStamp``."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION raise_public_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO conference_publicstamp AS stamp (id, value, changed_at)
        VALUES (1, 1, clock_timestamp())
        ON CONFLICT (id) DO UPDATE SET value = stamp.value + 1, changed_at = clock_timestamp();
    RETURN NULL;
END $$;
"""


def raise_stamp_with(*tables: str) -> migrations.RunSQL:
    """Raise the stamp once for every statement that changes one of ``tables``."""
    create = [
        f"CREATE TRIGGER {table}_is_public AFTER INSERT OR UPDATE OR DELETE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION raise_public_stamp();"
        for table in tables
    ]
    drop = [f"DROP TRIGGER {table}_is_public ON {table};" for table in tables]
    return migrations.RunSQL("\n".join(create), "\n".join(drop))
