"""Ask this container's own web server for ``/livez`` or ``/readyz``, as the reverse proxy would."""

import http.client
import os
import sys


def main(path: str, port: int) -> int:
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
    answer = connection.getresponse()
    print(answer.read().decode())
    return answer.status != 200


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(os.environ.get("WEB_BIND", ":8000").rpartition(":")[2])))
