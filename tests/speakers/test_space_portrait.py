"""A portrait is sent, cut by hand, reviewed once public, and nothing of it is left behind."""

import io

import pytest
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from conference.images import sizes_of
from speakers import review
from speakers.models import By
from speakers.space import throttle
from tests.conference.test_images import halves, png_of
from tests.conference.test_images import picture as picture_bytes
from tests.speakers.space import address, make_coming, picture, profile, read

# on_commit is part of what is tested: files go when the row is safe.
pytestmark = pytest.mark.django_db(transaction=True)


def send(client, speaker, upload, by=By.SPEAKER, **fields):
    data = {"picture": upload, "credit": "Nadar", **fields}
    return client.post(address(speaker, "speakers:space_portrait", by=by), data)


def crop(client, speaker, size=100, x=0, y=0, by=By.SPEAKER):
    data = {"size": size, "x": x, "y": y, "credit": "Nadar"}
    return client.post(address(speaker, "speakers:space_crop", by=by), data)


def private_files(speaker):
    try:
        return sorted(storages["private"].listdir(f"speakers/{speaker.guid}")[1])
    except FileNotFoundError:
        return []


def public_files():
    try:
        return sorted(default_storage.listdir("portraits")[1])
    except FileNotFoundError:
        return []


def corner(file):
    with Image.open(file) as image:
        red, _green, blue = image.convert("RGB").getpixel((3, 3))
    return "red" if red > blue else "blue"


@pytest.mark.parametrize("by", [By.SPEAKER, By.ASSISTANT])
def test_picture_is_shown_at_once_before_publication(client, by):
    speaker = make_coming()

    answer = send(client, speaker, picture(size=(1200, 900)), by)

    assert answer.status_code == 302 and "done=saved" in answer["Location"]
    speaker.refresh_from_db()
    sizes = sizes_of(speaker.portrait.name)
    assert list(sizes) == [160, 400, 800]
    assert all(default_storage.exists(name) for name in sizes.values())
    assert speaker.portrait_credit == "Nadar"
    with storages["private"].open(speaker.portrait_original) as file:
        assert Image.open(file).size == (1200, 900)
    page = client.get(address(speaker, "speakers:space_portrait")).text
    assert "160w" in page and "800w" in page


def test_square_is_cut_anew_from_what_was_sent_and_the_old_one_deleted(client):
    speaker = make_coming()
    send(client, speaker, halves(1800, 900))

    for x, colour in ((0, "red"), (100, "blue")):
        crop(client, speaker, x=x)
        speaker.refresh_from_db()
        with speaker.portrait.open() as file:
            assert corner(file) == colour

    assert len(public_files()) == 3
    assert len(private_files(speaker)) == 1


def test_another_picture_takes_the_place_of_the_first(client):
    speaker = make_coming()
    send(client, speaker, picture())
    send(client, speaker, picture(size=(900, 900)))

    assert len(public_files()) == 3
    assert len(private_files(speaker)) == 1
    client.post(address(speaker, "speakers:space_remove_portrait"))
    speaker.refresh_from_db()
    assert not speaker.portrait and not speaker.portrait_original
    assert public_files() == private_files(speaker) == []


def test_after_publication_it_waits_for_staff(client):
    speaker = make_coming(is_published=True)

    answer = send(client, speaker, halves(1800, 900))
    crop(client, speaker, x=100)

    assert "done=proposed" in answer["Location"]
    speaker.refresh_from_db()
    assert not speaker.portrait and public_files() == []
    change = review.pending(speaker, "profile")
    assert {"portrait", "portrait_original", "portrait_credit"} == set(change.texts)
    # What was sent, and the latest square alone.
    assert len(private_files(speaker)) == 2
    square = read(client, address(speaker, "speakers:space_square"))
    assert corner(io.BytesIO(square.read)) == "blue"
    review.accept(change, None)
    speaker.refresh_from_db()
    assert list(sizes_of(speaker.portrait.name)) == [160, 400, 800]
    assert [f"speakers/{speaker.guid}/{name}" for name in private_files(speaker)] == [
        speaker.portrait_original
    ]
    with speaker.portrait.open() as file:
        assert corner(file) == "blue"
    assert client.get(address(speaker, "speakers:space_square")).status_code == 404


def test_what_is_taken_back_leaves_no_file(client):
    speaker = make_coming(is_published=True)
    send(client, speaker, picture())

    change = review.pending(speaker, "profile")
    client.post(address(speaker, "speakers:space_withdraw_change", change.pk))

    assert private_files(speaker) == public_files() == []


def test_what_staff_refuse_leaves_no_file(client):
    speaker = make_coming(is_published=True)
    send(client, speaker, picture())

    review.refuse(review.pending(speaker, "profile"), None, "Trop sombre.")

    assert private_files(speaker) == public_files() == []


def test_texts_and_portrait_wait_together(client):
    speaker = make_coming(is_published=True)
    client.post(address(speaker, "speakers:space_profile"), profile())
    send(client, speaker, picture())

    texts = review.pending(speaker, "profile").texts
    assert texts["biography_en"]["after"] == "A life." and texts["portrait"]["after"]
    assert storages["private"].exists(texts["portrait"]["after"])


def test_pictures_are_private_until_shown(client):
    speaker, stranger = make_coming(is_published=True), make_coming(email="eve@example.org")
    send(client, speaker, picture())

    for name in ("speakers:space_picture", "speakers:space_square"):
        answer = read(client, address(speaker, name))
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Type"] == "image/jpeg"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert client.get(address(stranger, name)).status_code == 404
    original = review.pending(speaker, "profile").texts["portrait_original"]["after"]
    assert client.get(f"/media/{original}").status_code == 404


def test_nothing_of_where_it_was_taken_is_kept_anywhere(client, tmp_path):
    exif = Image.Exif()
    exif[0x010E] = "CANARY"
    exif.get_ifd(0x8825)[1] = "N"
    speaker = make_coming()

    send(client, speaker, picture(exif=exif))

    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) == 3
    for file in files:
        assert b"CANARY" not in file.read_bytes() and b"Exif" not in file.read_bytes()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not a JPEG, PNG"),
        (b"%PDF-1.7", "not a JPEG, PNG"),
        (b"\xff\xd8\xff\xe0", "not a JPEG, PNG"),
        (picture_bytes("GIF"), "not a JPEG, PNG"),
        (picture_bytes("PNG")[:40], "not a JPEG, PNG"),
        (picture_bytes(size=(159, 400)), "smaller than 160"),
        (png_of(50_000, 50_000), "25 megapixels"),
        (b"a" * (10 * 2**20 + 1), "larger than 10"),
    ],
    ids=range(9),
)
def test_what_is_no_portrait_is_refused_beside_the_field(client, content, words):
    speaker = make_coming()

    answer = send(client, speaker, SimpleUploadedFile("moi.jpg", content), credit="Gardé")

    assert answer.status_code == 422
    assert words in answer.text and "error-summary" in answer.text
    assert 'value="Gardé"' in answer.text
    assert public_files() == private_files(speaker) == []


@pytest.mark.parametrize(
    "fields", [{"size": "0"}, {"x": "101"}, {"y": "-1"}, {"size": "nan"}, {"x": "1e400"}, {"y": ""}]
)
def test_a_square_outside_the_picture_is_refused(client, fields):
    speaker = make_coming()
    send(client, speaker, picture())
    speaker.refresh_from_db()
    data = {"size": "50", "x": "0", "y": "0"} | fields

    answer = client.post(address(speaker, "speakers:space_crop"), data)

    assert answer.status_code == 422
    before = speaker.portrait.name
    speaker.refresh_from_db()
    assert speaker.portrait.name == before


def test_without_a_picture_there_is_nothing_to_cut(client):
    speaker = make_coming()

    assert crop(client, speaker).status_code == 302
    assert client.get(address(speaker, "speakers:space_picture")).status_code == 404


def test_too_many_pictures_in_an_hour_are_refused(client, monkeypatch):
    monkeypatch.setattr(throttle, "UPLOADS_AN_HOUR", 1)
    speaker = make_coming()
    send(client, speaker, picture())

    answer = send(client, speaker, picture())

    assert answer.status_code == 429 and "Please wait" in answer.text
    # Another speaker is not held up.
    assert send(client, make_coming(), picture()).status_code == 302
