"""``schedule.xml``, by the published XSD: the order of the elements is part of it."""

import re
from xml.etree.ElementTree import Element, SubElement, tostring

from programme.feeds.document import GENERATOR, Json

CONTENT_TYPE = "application/xml; charset=utf-8"

# XML 1.0 §2.2: these cannot be written in any way, not even as references.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SLUG = re.compile(r"[a-z0-9-]{2,}")

# The texts of an event in the words of both files.
EVENT_TEXTS = (
    "date",
    "start",
    "duration",
    "room",
    "slug",
    "url",
    "title",
    "subtitle",
    "track",
    "type",
    "language",
    "abstract",
)


def as_xml(schedule: Json) -> bytes:
    root = Element("schedule")
    SubElement(root, "generator", GENERATOR)
    child(root, "url", schedule["url"])
    child(root, "version", schedule["version"])
    add_conference(root, schedule)
    for day in schedule["conference"]["days"]:
        add_day(root, day, schedule["conference"]["rooms"])
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def add_conference(root: Element, schedule: Json) -> None:
    conference = schedule["conference"]
    element = SubElement(root, "conference")
    for name in ("acronym", "title", "start", "end"):
        child(element, name, conference[name])
    child(element, "days", str(conference["daysCount"]))
    child(element, "timeslot_duration", conference["timeslot_duration"])
    child(element, "base_url", schedule["base_url"])
    child(element, "url", conference["url"])
    if "time_zone_name" in conference:
        child(element, "time_zone_name", conference["time_zone_name"])
    for track in conference["tracks"]:
        slug = track.get("slug", "")
        attributes = {"name": written(track["name"])}
        if SLUG.fullmatch(slug):
            attributes["slug"] = slug
        SubElement(element, "track", attributes)


def add_day(root: Element, day: Json, rooms: list[Json]) -> None:
    element = SubElement(
        root,
        "day",
        index=str(day["index"]),
        date=day["date"],
        start=day["day_start"],
        end=day["day_end"],
    )
    guids = {room["name"]: room["guid"] for room in rooms}
    for name, events in day["rooms"].items():
        room = SubElement(element, "room", name=written(name), guid=guids[name])
        for event in events:
            add_event(room, event)


def add_event(room: Element, event: Json) -> None:
    element = SubElement(room, "event", guid=event["guid"], id=str(event["id"]))
    for name in EVENT_TEXTS:
        child(element, name, event[name])
    recording = SubElement(element, "recording")
    child(recording, "license", event["recording_license"])
    child(recording, "optout", "true" if event["do_not_record"] else "false")
    persons = SubElement(element, "persons")
    for person in event["persons"]:
        child(persons, "person", person["name"]).set("guid", person["guid"])
    add_references(element, "links", "link", event["links"])
    add_references(element, "attachments", "attachment", event["attachments"])


def add_references(event: Element, group: str, name: str, references: list[Json]) -> None:
    element = SubElement(event, group)
    for reference in references:
        child(element, name, reference["title"]).set("href", written(reference["url"]))


def child(parent: Element, name: str, text: str | None) -> Element:
    element = SubElement(parent, name)
    element.text = written(text or "")
    return element


def written(text: str) -> str:
    """``text`` without the characters that an XML file cannot hold."""
    return UNWRITABLE.sub("", text)
