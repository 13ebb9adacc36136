from django.db import migrations

from conference.stamp import raise_stamp_with


class Migration(migrations.Migration):
    dependencies = [("speakers", "0004_speakers_file"), ("conference", "0002_public_stamp")]

    # Whether slides are on line is their speaker's latest word: pages that list them hear it.
    operations = [raise_stamp_with("speakers_consent")]
