from django.db import migrations

from conference.stamp import raise_stamp_with


class Migration(migrations.Migration):
    dependencies = [("press", "0001_initial"), ("conference", "0002_public_stamp")]

    operations = [
        raise_stamp_with(
            "press_presscontact",
            "press_pressrelease",
            "press_pressrelease_contacts",
            "press_pressrelease_speakers",
            "press_presskititem",
        )
    ]
