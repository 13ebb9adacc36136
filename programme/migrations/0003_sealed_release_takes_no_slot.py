from django.db import migrations

# A draft slot could still be moved into a release that is sealed.
CREATE = """
CREATE OR REPLACE FUNCTION released_slot_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM programme_release
        WHERE id IN (OLD.release_id, NEW.release_id) AND is_sealed
    ) THEN
        RAISE EXCEPTION 'A published schedule is not changed: publish a new release.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("programme", "0002_released_is_final")]

    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
