"""``schedule.xml`` brought into the shape of ``schedule.json``."""

from typing import Any

from django.utils.translation import gettext as _

from conference.imports import CannotRead, Where
from programme.imports.located import Node, Tree


def from_xml(root: Node) -> Tree:
    """The same tree as the JSON would have; raises ``CannotRead`` for another document."""
    conference = root.first("conference")
    if root.tag != "schedule" or conference is None:
        raise CannotRead(_("This XML is no schedule."), Where(root.line))
    source = tree(conference)
    for name in ("title", "acronym", "base_url", "url", "time_zone_name"):
        if text := conference.text_of(name):
            source[name] = text
    source["tracks"] = [tree(one, one.attributes) for one in conference.all("track")]
    source["days"] = [xml_day(day) for day in root.all("day")]
    source["rooms"] = xml_rooms(root)
    schedule = tree(root, {"conference": source, "url": root.text_of("url")})
    schedule["base_url"] = source.pop("base_url", "")
    return tree(root, {"schedule": schedule})


def tree(node: Node, values: dict[str, Any] | None = None) -> Tree:
    found = Tree(values or {})
    found.line = node.line
    return found


def xml_rooms(root: Node) -> list[Tree]:
    """Each room once, though it stands under every day."""
    found: dict[str, Tree] = {}
    for day in root.all("day"):
        for room in day.all("room"):
            attributes = {key: room.attributes.get(key) for key in ("name", "guid")}
            found.setdefault(room.attributes.get("name", ""), tree(room, attributes))
    return list(found.values())


def xml_day(day: Node) -> Tree:
    rooms = tree(day)
    for room in day.all("room"):
        events = rooms.setdefault(room.attributes.get("name", ""), [])
        events.extend(xml_event(event) for event in room.all("event"))
    return tree(day, {"rooms": rooms})


def xml_event(event: Node) -> Tree:
    found = tree(event, {"guid": event.attributes.get("guid")})
    for child in event.children:
        if child.tag == "persons":
            found["persons"] = [xml_person(person) for person in child.all("person")]
        elif child.tag == "recording":
            found["do_not_record"] = child.text_of("optout")
        elif child.children:
            found[child.tag] = [one.text for one in child.children]
        else:
            found[child.tag] = child.text.strip()
    return found


def xml_person(person: Node) -> Tree:
    attributes = {key: person.attributes.get(key) for key in ("guid", "code")}
    return tree(person, {"name": person.text.strip(), **attributes})
