"""What each person would be told of the way from one programme to another: one mail to each."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from conference.models import Conference
from programme import audience, differences, wording
from programme.audience import Link
from programme.differences import Change
from programme.models import Slot
from speakers.models import Speaker

# Corrections of an abstract are no news for somebody who only wants to be in the room in time.
NEWS = {"title", "kind", "language", "is_interpreted", "access"}


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail: of ``own`` sessions to a speaker, of ``followed`` ones to who follows them.

    ``left`` are those of sessions that go on without the speaker.
    ``entries`` and ``withdrawn`` are the sessions whose calendar entries go with it.
    """

    to: str
    language: str
    name: str
    key: str
    speaker: Speaker | None = None
    own: tuple[Change, ...] = ()
    left: tuple[Change, ...] = ()
    followed: tuple[Change, ...] = ()
    links: tuple[Link, ...] = ()
    entries: tuple[int, ...] = ()
    withdrawn: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """All letters of one announcement, and the speakers concerned who have no address."""

    letters: list[Letter]
    unreachable: list[Speaker]

    @property
    def to_speakers(self) -> list[Letter]:
        return [letter for letter in self.letters if letter.speaker]

    @property
    def to_followers(self) -> list[Letter]:
        return [letter for letter in self.letters if not letter.speaker]


def post(conference: Conference, before: Iterable[Slot], after: Iterable[Slot]) -> Post:
    """Who is told what, in a number of queries that does not depend on how many they are.

    Nothing is in a letter that is not in ``before`` or ``after``, and nobody's name that the
    public does not know, but for the reader's own.
    """
    return Writing(conference, list(before), list(after)).post()


class Writing:
    """The changes, and for each of them whom it concerns."""

    def __init__(self, conference: Conference, before: list[Slot], after: list[Slot]) -> None:
        self.conference = conference
        self.changes = differences.compare(before, after)
        self.names = wording.published_names(self.changes)
        public = wording.under_names(self.changes, self.names)
        self.keys = {slot.content["guid"]: slot.session_id for slot in [*before, *after]}
        self.old = {slot.content["guid"]: people(slot) for slot in before}
        self.new = {slot.content["guid"]: people(slot) for slot in after}
        # In the order in which they are told.
        self.news = {self.key(change): change for change in public if is_news(change)}

    def post(self) -> Post:
        by_speaker = self.by_speaker()
        followers = audience.followers(self.conference, self.news.keys())
        letters: list[Letter | None] = []
        unreachable = []
        for speaker in audience.speakers(by_speaker.keys()):
            if speaker.email:
                follower = followers.pop(speaker.email.casefold(), None)
                letters.append(self.to_speaker(speaker, by_speaker[speaker.pk], follower))
            else:
                unreachable.append(speaker)
        letters += [self.to_follower(one) for one in followers.values()]
        return Post([letter for letter in letters if letter], unreachable)

    def by_speaker(self) -> dict[int, list[Change]]:
        """The changes of the sessions in which each speaker has, or had, a part."""
        found: dict[int, list[Change]] = {}
        for change in self.changes:
            guid = change["session"]
            for key in self.old.get(guid, set()) | self.new.get(guid, set()):
                found.setdefault(key, []).append(change)
        return found

    def to_speaker(
        self, speaker: Speaker, changes: list[Change], follower: audience.Follower | None
    ) -> Letter | None:
        mine = [change for change in changes if not self.is_left(speaker, change)]
        left = [change for change in changes if self.is_left(speaker, change)]
        own = wording.under_names(mine, self.names | {speaker.pk: speaker.full_name})
        followed = self.followed(follower, {change["session"] for change in changes})
        if not (own or left or followed):
            return None
        return Letter(
            to=speaker.email,
            language=speaker.language,
            name=speaker.full_name,
            key=f"speaker:{speaker.pk}",
            speaker=speaker,
            own=tuple(own),
            left=tuple(left),
            followed=tuple(followed),
            links=follower.links if follower and followed else (),
            entries=self.keys_of(change for change in own if change["to"]),
            withdrawn=self.keys_of(change for change in own if not change["to"]),
        )

    def to_follower(self, follower: audience.Follower) -> Letter | None:
        followed = self.followed(follower, set())
        if not followed:
            return None
        return Letter(
            to=follower.email,
            language=follower.language,
            name=follower.name,
            key=f"follower:{follower.email.casefold()}",
            followed=tuple(followed),
            links=follower.links,
        )

    def followed(self, follower: audience.Follower | None, told: Collection[str]) -> list[Change]:
        """The news of what ``follower`` follows, but for the sessions that are ``told`` already."""
        if follower is None:
            return []
        order = list(self.news)
        wanted = sorted(follower.sessions & self.news.keys(), key=order.index)
        found = [self.news[key] for key in wanted]
        return [change for change in found if change["session"] not in told]

    def is_left(self, speaker: Speaker, change: Change) -> bool:
        """Whether the session goes on without ``speaker``."""
        return change["to"] is not None and speaker.pk not in self.new[change["session"]]

    def key(self, change: Change) -> int:
        return self.keys[change["session"]]

    def keys_of(self, changes: Iterable[Change]) -> tuple[int, ...]:
        return tuple(self.key(change) for change in changes)


def people(slot: Slot) -> set[int]:
    return {person["speaker"] for person in slot.content["people"]}


def is_news(change: Change) -> bool:
    """Whether followers are told: when, where, whether, who, and what it is called."""
    if change["kind"] != "text":
        return True
    fields = {text["field"] for text in change["texts"] if text["talk"] is None}
    fields |= {fact["field"] for fact in change["facts"]}
    names = (
        change["people_added"] + change["people_gone"],
        change["talks_added"] + change["talks_gone"],
    )
    return bool(fields & NEWS) or any(names)
