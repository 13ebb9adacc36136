"""A measure that needs the application's own process: ``python -m bench.inside mails 600``.

Printed as JSON for ``bench.work``, which starts this with the environment of the site.
"""

import json
import sys

import django


def main(name: str, count: str) -> None:
    django.setup()
    # Models can be imported from here on.
    from bench.measures import MEASURES

    print(json.dumps(MEASURES[name](int(count))))


if __name__ == "__main__":
    main(*sys.argv[1:])
