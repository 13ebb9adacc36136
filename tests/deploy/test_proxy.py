import re
import shutil
import subprocess

import pytest

from conference import documents
from conference.images import MOST_BYTES
from demo.servers import CHECKOUT
from press import kit

TEMPLATE = CHECKOUT / "deploy" / "nginx" / "default.conf.template"


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed here")
def test_nginx_accepts_its_configuration(tmp_path):
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"),
            *("-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    text = TEMPLATE.read_text()
    for said, here in {
        "${SERVER_NAME}": "localhost",
        "/etc/nginx/certificates": str(tmp_path),
        "server web:8000": "server 127.0.0.1:8000",
        # Debian 12's nginx is older than this way of saying it.
        "http2 on;": "",
    }.items():
        assert said in text
        text = text.replace(said, here)
    main = tmp_path / "nginx.conf"
    main.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{text}\n}}\n")

    tested = subprocess.run(
        ["nginx", "-t", "-q", "-c", main, "-e", tmp_path / "errors"], capture_output=True, text=True
    )

    assert (tested.returncode, tested.stderr) == (0, "")


def test_no_request_reaches_a_log_with_its_query():
    text = TEMPLATE.read_text()

    assert "$request_uri" not in text.partition("log_format")[2].partition("server_tokens")[0]
    assert '"$request"' not in text


@pytest.mark.parametrize(
    ("place", "largest"),
    [
        # Staff send slides as well, for speakers who sent them by mail.
        ("/admin/", max(MOST_BYTES, kit.MOST_BYTES, documents.MOST_BYTES)),
        ("/speaker-space/", documents.MOST_BYTES),
    ],
)
def test_staff_and_speakers_can_send_the_largest_file(place, largest):
    location = TEMPLATE.read_text().partition(f"{place} {{")[2].partition("}")[0]
    megabytes = int(location.partition("client_max_body_size ")[2].partition("m;")[0])

    assert megabytes * 2**20 > largest
    assert "limit_req " in location


def test_nobody_else_sends_files():
    assert TEMPLATE.read_text().count("client_max_body_size") == 3


SECRET = "Zm9vYmFy-Zm9vYmFy_Zm9vYmFyZm9vYm"


def logged(path):
    """The address as nginx writes it into its log, by the rules of its map."""
    rules = TEMPLATE.read_text().partition("map $uri $safe_uri {")[2].partition("}\n")[0]
    for rule in re.findall(r'"~(.+)" \$before\.\.\.;', rules):
        if found := re.search(rule.replace("(?<", "(?P<"), path):
            return f"{found['before']}..."
    return path


@pytest.mark.parametrize(
    "path",
    [
        f"/fr/own/registration/{SECRET}/ticket/",
        f"/en/own/speaker-space/{SECRET}/files/",
        f"/en/own/agenda/{SECRET}/",
        f"/en/own/agenda/{SECRET}.ics",
        f"/fr/own/agenda/news/12/{SECRET}/",
        f"/fr/account/password/reset/key/1-{SECRET}/",
        f"/fr/account/confirm-email/{SECRET}/",
    ],
)
def test_no_secret_of_a_path_reaches_the_access_log(path):
    assert SECRET[8:] not in logged(path)
    assert logged(path).startswith(path.partition(SECRET)[0].rstrip("1-"))


@pytest.mark.parametrize("path", ["agenda/", "agenda/star/", "agenda/starred.json", "schedule/"])
def test_what_is_no_secret_is_logged(path):
    assert logged(f"/en/own/{path}") == f"/en/own/{path}"


def test_what_the_server_says_of_permissions_is_said_of_media_too():
    """A location with an add_header of its own drops those of its server."""
    whole = TEMPLATE.read_text()
    locations = [part.partition("\n    }")[0] for part in whole.split("    location ")[1:]]

    assert locations
    for location in locations:
        assert "add_header" not in location or "add_header Permissions-Policy" in location


def test_a_campus_behind_one_address_may_open_many_streams():
    connections = int(TEMPLATE.read_text().partition("limit_conn connections ")[2].split(";")[0])

    assert connections >= 300
