"""``make bench``: ratios of one run on this machine, so that they mean something elsewhere too."""

import argparse
import datetime
import os
import platform
import subprocess
import sys
from collections.abc import Callable

from demo.process import ProcessError
from demo.progress import Progress
from demo.servers import CHECKOUT

from . import forms, pages, work
from .load import LoadError
from .place import Site, site
from .table import Table

DOCUMENT = CHECKOUT / "docs" / "benchmarks.md"
START, END = "<!-- figures -->\n", "<!-- /figures -->"
MEASURES: dict[str, Callable[[Site, Table], None]] = {
    "pages": pages.measure,
    "registrations": forms.measure,
    "mails": work.measure_mails,
    "badges": work.measure_badges,
    "programme": work.measure_programme,
    # Of the edition that “programme” makes.
    "booklet": work.measure_booklet,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("measures", nargs="*", help=f"of {', '.join(MEASURES)}; all unless said")
    parser.add_argument("--write", action="store_true", help=f"put them into {DOCUMENT.name}")
    arguments = parser.parse_args()
    progress, table = Progress(sys.stderr), Table()
    try:
        with site() as here:
            for name in arguments.measures or MEASURES:
                with progress.step(f"Measure {name}"):
                    MEASURES[name](here, table)
    except (ProcessError, LoadError, subprocess.CalledProcessError) as error:
        sys.exit(f"{table.markdown()}\n\n{error}")
    text = f"{table.markdown()}\n\n{circumstances()}\n"
    print(text)
    if arguments.write:
        before, _, rest = DOCUMENT.read_text().partition(START)
        DOCUMENT.write_text(f"{before}{START}\n{text}\n{END}{rest.partition(END)[2]}")
    return 0


def circumstances() -> str:
    today = datetime.datetime.now(datetime.UTC).date()
    return (
        f"Measured on {today:%d %B %Y}, {os.cpu_count()} cores, Python {platform.python_version()}; "
        "the load comes from the same cores, which both sides of a ratio pay."
    )


if __name__ == "__main__":
    sys.exit(main())
