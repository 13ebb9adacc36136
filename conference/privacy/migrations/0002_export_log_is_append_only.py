from django.db import migrations

# Rows are never changed, and deleted by retention only, once they are six months old.
CREATE = """
CREATE FUNCTION export_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.created_at < now() - interval '6 months' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The export log is append-only.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER export_log_is_append_only BEFORE UPDATE OR DELETE ON privacy_exportlog
    FOR EACH ROW EXECUTE FUNCTION export_log_is_append_only();
"""
DROP = """
DROP TRIGGER export_log_is_append_only ON privacy_exportlog;
DROP FUNCTION export_log_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
