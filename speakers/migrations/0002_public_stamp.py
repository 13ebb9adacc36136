from django.db import migrations

from conference.stamp import raise_stamp_with


class Migration(migrations.Migration):
    dependencies = [("speakers", "0001_initial"), ("conference", "0002_public_stamp")]

    operations = [raise_stamp_with("speakers_speaker", "speakers_committeemember")]
