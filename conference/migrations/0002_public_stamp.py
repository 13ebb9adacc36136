from django.db import migrations

from conference.stamp import FUNCTION, raise_stamp_with


class Migration(migrations.Migration):
    dependencies = [("conference", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO conference_publicstamp (id, value, changed_at) VALUES (1, 1, now());",
            "DELETE FROM conference_publicstamp;",
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION raise_public_stamp();"),
        raise_stamp_with(
            "conference_conference",
            "conference_venue",
            "conference_organisation",
            "conference_partner",
            "conference_page",
        ),
    ]
