"""A portrait is kept as a picture and nothing else."""

import io
import os
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from conference.images import sizes_of
from speakers import services
from speakers.models import By, ProposedChange, Speaker
from speakers.portraits import folder
from speakers.tasks import tidy_portraits
from tests.factories import make_speaker, make_user
from tests.speakers.space import picture

pytestmark = pytest.mark.django_db
LIST = "/en/admin/speakers/speaker/"


@pytest.fixture
def staff(client, settings, tmp_path):
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def post(staff, speaker, portrait, **more):
    form = {
        "conference": speaker.conference_id,
        "family_name": speaker.family_name,
        "language": "en",
        "position": 1,
        "portrait": portrait,
        **more,
    }
    for prefix in ("committees", "unavailabilities", "state_changes", "consents", "links"):
        form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return staff.post(f"{LIST}{speaker.pk}/change/", form)


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
    assert Image.open(io.BytesIO(kept)).size == (800, 800)


def test_a_portrait_that_staff_send_is_as_one_that_a_speaker_sends(
    staff, django_capture_on_commit_callbacks
):
    speaker = make_speaker()
    shown = []
    for colour in ("red", "blue"):
        with django_capture_on_commit_callbacks(execute=True):
            assert post(staff, speaker, picture(kind="PNG", color=colour)).status_code == 302
        speaker.refresh_from_db()
        shown.append({*sizes_of(speaker.portrait.name).values()})
        assert set(listed(default_storage, "portraits")) == shown[-1]
        assert listed(private(), folder(speaker)) == [speaker.portrait_original]
    assert not shown[0] & shown[1] and len(shown[1]) == 2

    with django_capture_on_commit_callbacks(execute=True):
        form = {"portrait-clear": "on", "portrait_credit": ""}
        assert post(staff, speaker, "", **form).status_code == 302
    speaker.refresh_from_db()
    assert (speaker.portrait.name, speaker.portrait_original) == ("", "")
    assert not listed(default_storage, "portraits") + listed(private(), folder(speaker))


def test_a_portrait_too_small_for_paper_is_refused_with_a_reason(staff):
    speaker = make_speaker()

    assert "smaller than 160" in post(staff, speaker, picture((100, 400))).content.decode()
    assert not Speaker.objects.get().portrait


@pytest.mark.parametrize("is_list", [False, True])
def test_the_pictures_of_a_speaker_go_with_their_row(
    staff, is_list, django_capture_on_commit_callbacks
):
    speaker, other = make_speaker(), make_speaker(code="OTHER")
    for one in (speaker, other):
        post(staff, one, picture())
        one.refresh_from_db()
    page, form = f"{LIST}{speaker.pk}/delete/", {"post": "yes"}
    if is_list:
        page, form = LIST, form | {"action": "delete_selected", "_selected_action": speaker.pk}

    with django_capture_on_commit_callbacks(execute=True):
        assert staff.post(page, form).status_code == 302

    assert list(Speaker.objects.all()) == [other]
    assert private().listdir("speakers")[0] == [str(other.guid)]
    assert set(listed(default_storage, "portraits")) == {*sizes_of(other.portrait.name).values()}


@pytest.mark.parametrize("by", ["withdrawing", "unpublishing"])
def test_the_picture_of_who_is_public_no_more_leaves_its_address(
    staff, by, django_capture_on_commit_callbacks
):
    speaker = make_speaker(state="accepted", is_published=True)
    post(staff, speaker, picture(), is_published="on")
    speaker.refresh_from_db()
    known = listed(default_storage, "portraits")
    assert len(known) == 2

    with django_capture_on_commit_callbacks(execute=True):
        if by == "withdrawing":
            services.withdraw(speaker, By.SPEAKER)
        else:
            post(staff, speaker, "")

    speaker.refresh_from_db()
    left = listed(default_storage, "portraits")
    assert not set(left) & set(known)
    assert set(left) == {*sizes_of(speaker.portrait.name).values()} and len(left) == 2
    with speaker.portrait.open() as file:
        assert file.read() and not speaker.is_published


def test_what_no_row_names_is_deleted_after_a_day(staff):
    gone, speaker = make_speaker(code="GONE"), make_speaker()
    for one in (gone, speaker):
        post(staff, one, picture())
    wanted = private().save(f"{folder(speaker)}/waits.jpg", ContentFile(b"x"))
    texts = {"portrait": {"before": "", "after": wanted}}
    ProposedChange.objects.create(speaker=speaker, subject="profile", texts=texts, by="speaker")
    refused = private().save(f"{folder(speaker)}/refused.jpg", ContentFile(b"x"))
    Speaker.objects.filter(pk=gone.pk).delete()
    assert tidy_portraits() == 0  # It may be on its way.

    make_old(default_storage.path(""), private().path(""))
    fresh = private().save(f"{folder(speaker)}/fresh.jpg", ContentFile(b"x"))
    assert tidy_portraits() == 2 + 1 + 1
    make_old(private().path(folder(gone)))
    tidy_portraits()  # An empty folder may be about to be filled as well.

    speaker = Speaker.objects.get(pk=speaker.pk)
    kept = [speaker.portrait_original, fresh, wanted]
    assert set(listed(private(), folder(speaker))) == {*kept} and refused not in kept
    assert private().listdir("speakers")[0] == [str(speaker.guid)]
    assert set(listed(default_storage, "portraits")) == {*sizes_of(speaker.portrait.name).values()}


def private():
    return storages["private"]


def listed(storage, name):
    return [f"{name}/{file}" for file in sorted(storage.listdir(name)[1])]


def make_old(*roots):
    """As if two days had passed."""
    then = time.time() - 2 * 86400
    for root in roots:
        for path in [*Path(root).rglob("*"), Path(root)]:
            os.utime(path, (then, then))


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
