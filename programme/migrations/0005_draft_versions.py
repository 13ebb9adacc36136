from django.db import migrations

# Whoever changes a draft slot, by whatever path, gives it a version that no draft slot ever had:
# a screen that names an older one is told so. Taking a session off and placing it anew counts.
VERSIONS = """
CREATE SEQUENCE programme_slot_versions AS integer START 2 OWNED BY programme_slot.version;
CREATE FUNCTION number_draft_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND ROW(NEW.session_id, NEW.room_id, NEW.starts_at, NEW.ends_at)
        IS NOT DISTINCT FROM ROW(OLD.session_id, OLD.room_id, OLD.starts_at, OLD.ends_at)
    THEN
        NEW.version := OLD.version;
    ELSE
        NEW.version := nextval('programme_slot_versions');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draft_slot_has_its_version BEFORE INSERT OR UPDATE ON programme_slot
    FOR EACH ROW WHEN (NEW.release_id IS NULL) EXECUTE FUNCTION number_draft_slot();
"""
NO_VERSIONS = """
DROP TRIGGER draft_slot_has_its_version ON programme_slot;
DROP FUNCTION number_draft_slot;
DROP SEQUENCE programme_slot_versions;
"""


class Migration(migrations.Migration):

    dependencies = [("programme", "0004_releases_keep_their_content")]

    operations = [migrations.RunSQL(VERSIONS, NO_VERSIONS)]
