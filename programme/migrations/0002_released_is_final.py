from django.db import migrations

from conference.stamp import raise_stamp_with

CREATE = """
CREATE FUNCTION released_slot_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sealed boolean;
BEGIN
    SELECT is_sealed INTO sealed FROM programme_release
        WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.release_id ELSE OLD.release_id END;
    IF sealed THEN
        RAISE EXCEPTION 'A published schedule is not changed: publish a new release.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER released_slot_is_final BEFORE INSERT OR UPDATE OR DELETE ON programme_slot
    FOR EACH ROW EXECUTE FUNCTION released_slot_is_final();

CREATE FUNCTION sealed_release_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - 'is_current' - 'published_by_id'
          = to_jsonb(OLD) - 'is_current' - 'published_by_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A published release is not changed: publish a new one.'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER sealed_release_is_final BEFORE UPDATE OR DELETE ON programme_release
    FOR EACH ROW WHEN (OLD.is_sealed) EXECUTE FUNCTION sealed_release_is_final();
"""
DROP = """
DROP TRIGGER sealed_release_is_final ON programme_release;
DROP FUNCTION sealed_release_is_final();
DROP TRIGGER released_slot_is_final ON programme_slot;
DROP FUNCTION released_slot_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("programme", "0001_initial"), ("conference", "0002_public_stamp")]

    operations = [
        migrations.RunSQL(CREATE, DROP),
        raise_stamp_with(
            "programme_theme",
            "programme_room",
            "programme_session",
            "programme_talk",
            "programme_participation",
            "programme_release",
        ),
    ]
