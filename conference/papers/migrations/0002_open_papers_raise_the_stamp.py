"""Public pages name the papers that are everybody's: rendered pages hear when one is ready."""

from django.db import migrations

TRIGGERS = """
CREATE TRIGGER raise_public_stamp_when_ready
    AFTER UPDATE ON papers_paper
    FOR EACH ROW WHEN (NEW.requested_by_id IS NULL AND OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION raise_public_stamp();
CREATE TRIGGER raise_public_stamp_when_gone
    AFTER DELETE ON papers_paper
    FOR EACH ROW WHEN (OLD.requested_by_id IS NULL)
    EXECUTE FUNCTION raise_public_stamp();
"""
NO_TRIGGERS = """
DROP TRIGGER raise_public_stamp_when_ready ON papers_paper;
DROP TRIGGER raise_public_stamp_when_gone ON papers_paper;
"""


class Migration(migrations.Migration):
    dependencies = [("papers", "0001_initial"), ("conference", "0002_public_stamp")]

    operations = [migrations.RunSQL(TRIGGERS, NO_TRIGGERS)]
