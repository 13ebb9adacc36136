import shutil
import subprocess

import pytest

from conference.images import MOST_BYTES
from demo.servers import CHECKOUT

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


def test_staff_can_send_the_largest_picture_and_nobody_else_can():
    whole = TEMPLATE.read_text()
    admin = whole.partition("/admin/ {")[2].partition("}")[0]
    megabytes = int(admin.partition("client_max_body_size ")[2].partition("m;")[0])

    assert megabytes * 2**20 > MOST_BYTES
    assert "limit_req " in admin
    assert whole.count("client_max_body_size") == 2
