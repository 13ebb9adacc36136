"""The table at the end of ``make demo``: what was done, where it lies, what to open."""

import os
from pathlib import Path
from typing import TextIO

from .accounts import PASSWORD, accounts
from .job import EVENT, Job

type Row = tuple[str, str]


def report(job: Job, out: TextIO, *, serving: bool) -> None:
    sections: list[tuple[str, list[Row]]] = [("Done, and kept", _files(job))]
    if serving:
        sections += [
            ("To open", _addresses(job)),
            ("To log in: no second factor, on this machine alone", _accounts()),
        ]
    width = max(len(name) for _, rows in sections for name, _ in rows)
    for title, rows in sections:
        out.write(f"\n  {title}\n")
        out.writelines(f"    {name:<{width}}  {value}\n" for name, value in rows)
    out.write("\n  Ctrl-C ends everything.\n" if serving else "\n")
    out.flush()


def _files(job: Job) -> list[Row]:
    confirmations = [
        (f"{one.given_name} {one.family_name} ({one.language})", _short(one.mail))
        for one in job.attendees
        if one.mail
    ]
    return confirmations + [(name, _short(path)) for name, path in job.files.items()]


def _addresses(job: Job) -> list[Row]:
    event = f"{job.site}/fr/{EVENT}"
    return [
        ("Public site, French", f"{event}/"),
        ("Public site, English", f"{job.site}/en/{EVENT}/"),
        ("Programme", f"{event}/schedule/"),
        ("Registration", f"{event}/register/"),
        ("Press room", f"{event}/press/"),
        ("Admin", f"{job.site}/fr/admin/"),
        ("Mails", _short(job.place.mail)),
    ]


def _accounts() -> list[Row]:
    return [(email, f"{PASSWORD}   {role}") for email, role in accounts()]


def _short(path: Path) -> str:
    return os.path.relpath(path)
