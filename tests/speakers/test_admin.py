"""A portrait is kept as a picture and nothing else."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from speakers.models import Speaker
from tests.factories import make_speaker, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, settings, tmp_path):
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def post(staff, speaker, portrait):
    form = {
        "conference": speaker.conference_id,
        "family_name": speaker.family_name,
        "language": "en",
        "position": 1,
        "portrait": portrait,
    }
    for prefix in ("committees", "unavailabilities", "state_changes", "consents", "links"):
        form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return staff.post(f"/en/admin/speakers/speaker/{speaker.pk}/change/", form)


def test_a_portrait_loses_everything_but_its_pixels(staff):
    speaker = make_speaker()
    exif = Image.Exif()
    exif[0x010F] = "CANARY"
    content = io.BytesIO()
    Image.new("RGB", (2000, 1000), "red").save(content, "JPEG", exif=exif)

    response = post(staff, speaker, SimpleUploadedFile("me at home.jpg", content.getvalue()))

    assert response.status_code == 302, response.content.decode()
    portrait = Speaker.objects.get(pk=speaker.pk).portrait
    assert "home" not in portrait.name
    with portrait.open() as file:
        kept = file.read()
    assert b"CANARY" not in kept
    assert Image.open(io.BytesIO(kept)).size == (1200, 600)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("x.jpg", b"<script>alert(1)</script>"),
        ("x.gif", b"GIF89a\1\0\1\0\0\0\0;"),
    ],
)
def test_what_is_no_portrait_is_refused_with_a_reason(staff, name, content):
    speaker = make_speaker()

    response = post(staff, speaker, SimpleUploadedFile(name, content))

    assert response.status_code == 200
    assert "JPEG, PNG or WebP" in response.content.decode()
    assert not Speaker.objects.get(pk=speaker.pk).portrait
