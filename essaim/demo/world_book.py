"""The demo world as its TOML files tell it: frozen dataclasses, checked while reading."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

WORLD = files("essaim.demo").joinpath("world")
MOVEMENT = "bearn-en-commun"
MAIL_DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone invented. `joins` pairs a community with the number of days since they joined it."""

    name: str
    email: str
    place: str
    cast: str = ""
    motive: str = ""
    minutes: int | None = None
    skills: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    joins: tuple[tuple[str, int], ...] = ()
    functions: tuple[tuple[str, str], ...] = ()
    left: float | None = None  # days since they left the movement, and why
    reason: str = ""

    def joined(self, community: str) -> int | None:
        return dict(self.joins).get(community)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifesto:
    days_ago: float
    note: str  # what this version changes
    parts: dict[str, str]  # the fields of the form, sources included


@dataclass(frozen=True, slots=True, kw_only=True)
class Founder:
    name: str
    outside: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A community; a root has founders and manifestos, the others a purpose and a host."""

    slug: str
    kind: str
    name: str
    place: str
    founded: float
    parent: str = ""
    tagline: str = ""
    purpose: str = ""
    host: str = ""
    asleep: bool = False
    opened: float = 0
    founders: tuple[Founder, ...] = ()
    manifestos: tuple[Manifesto, ...] = ()

    @property
    def runner(self) -> str:
        """Whoever began it."""
        return self.host or self.founders[0].name


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    by: str
    says: str
    position: str = ""
    key: str = ""
    replies: tuple["Comment", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """A current of thought, named by whoever runs the community; carried by comments' keys."""

    name: str
    summary: str
    days_ago: float
    carried_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    owner: str
    role: str
    what: str
    due_in: int
    kept_days_ago: float | None = None
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    decision: str
    days_ago: float
    text: str
    delivery: Delivery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Into which idea, by its title; who did it, when and why."""

    into: str
    by: str
    days_ago: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """What the author wrote first; the idea's own words are what it says since."""

    days_ago: float
    was: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a split made of an idea; `also` are those who came to this part alone."""

    title: str
    text: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    by: str
    days_ago: float
    reason: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """`from_comment` is the key of its author's comment that first stated it, as another way."""

    title: str
    author: str
    place: str
    day: float
    supports: int
    text: str
    key: str = ""
    comments: tuple[Comment, ...] = ()
    currents: tuple[Current, ...] = ()
    answer: Answer | None = None
    merged: Merged | None = None
    from_comment: str = ""
    rewritten: Rewritten | None = None
    split: Split | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Debate:
    community: str
    question: str
    context: str
    opened: float  # days ago
    closed: float  # days ago; negative while it is open
    threshold: int
    answer_within: int
    answering: str  # the role; its public title follows
    answering_role: str
    decider: str
    moderator: str
    ideas: tuple[Idea, ...]
    grouped_answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    groups: tuple[Group, ...]
    people: tuple[Person, ...]
    debates: tuple[Debate, ...]
    programme: dict[str, Any] = field(default_factory=dict)

    @property
    def cast(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.cast)


def read(name: str) -> dict[str, Any]:
    """One file of the world."""
    return tomllib.loads(WORLD.joinpath(name).read_text(encoding="utf-8"))


@cache
def read_world() -> World:
    """All of it, read once."""
    groups = _groups(read("communities.toml"))
    names = sorted(entry.name for entry in WORLD.iterdir() if entry.name.startswith("debate-"))
    large = [read(name) for name in names]
    return World(
        groups=groups,
        people=_people(read("people.toml"), groups),
        debates=tuple(_debate(one) for one in (*large, *read("debates-comites.toml")["debate"])),
        programme=read("programme.toml"),
    )


def _groups(book: dict[str, Any]) -> tuple[Group, ...]:
    found: list[Group] = []
    for root in book["root"]:
        found.append(
            Group(
                slug=root["slug"],
                kind=root["kind"],
                name=root["name"],
                place=root["place"],
                tagline=root["tagline"],
                founded=root["founded"],
                opened=root["opened"],
                founders=tuple(Founder(**one) for one in root["founders"]),
                manifestos=tuple(
                    Manifesto(
                        days_ago=one["days_ago"],
                        note=one.get("note", ""),
                        parts={
                            key: value.strip()
                            for key, value in one.items()
                            if key not in {"days_ago", "note"}
                        },
                    )
                    for one in root["manifesto"]
                ),
            )
        )
        found.extend(
            Group(
                slug=below["key"],
                kind=below.get("kind", "committee"),
                name=below["name"],
                place=below.get("place", ""),
                parent=root["slug"],
                purpose=below["purpose"],
                host=below["host"],
                founded=below["founded"],
                asleep=below.get("asleep", False),
            )
            for below in (*root.get("committee", ()), *root.get("circle", ()))
        )
    return tuple(found)


def _people(book: dict[str, Any], groups: tuple[Group, ...]) -> tuple[Person, ...]:
    by_slug = {group.slug: group for group in groups}
    rows: dict[str, dict[str, Any]] = {}
    joins: dict[str, list[tuple[str, int]]] = {}
    functions: dict[str, list[tuple[str, str]]] = {}
    for one in book["nobody"]:
        rows[one["name"]] = one
    for one in book["gone"]:
        rows[one["name"]] = {"home": by_slug[one["committee"]].place, **one}
        parent = by_slug[one["committee"]].parent
        joins[one["name"]] = [(parent, one["joined"]), (one["committee"], one["joined"])]
    for slug, section in book.items():
        if slug in {"nobody", "gone"}:
            continue
        group = by_slug[slug]
        for one in section["people"]:
            if one["name"] in rows:
                raise ValueError(f"{one['name']} is there twice")
            rows[one["name"]] = {"home": group.place, **one}
            if group.parent:
                joins.setdefault(one["name"], []).append((group.parent, one["joined"]))
        for one in (*section["people"], *section.get("also", ())):
            joins.setdefault(one["name"], []).append((slug, one["joined"]))
            if "function" in one:
                functions.setdefault(one["name"], []).append((slug, one["function"]))
    _join_circles(joins)
    return tuple(
        Person(
            name=name,
            email=row.get("email") or _address(name),
            place=row["home"],
            cast=row.get("cast", ""),
            motive=row.get("motive", ""),
            minutes=row.get("minutes"),
            skills=tuple(row.get("skills", ())),
            topics=tuple(row.get("topics", ())),
            joins=tuple(joins.get(name, ())),
            functions=tuple(functions.get(name, ())),
            left=row.get("left"),
            reason=row.get("reason", ""),
        )
        for name, row in rows.items()
    )


def _join_circles(joins: dict[str, list[tuple[str, int]]]) -> None:
    """Circles name their members; each joined on a day after both were there."""
    for root in read("communities.toml")["root"]:
        for circle in root.get("circle", ()):
            for number, name in enumerate(circle["members"]):
                since = dict(joins[name])[root["slug"]]
                days = min(since - 1, circle["founded"] - 1 - 4 * number)
                joins[name].append((circle["key"], max(days, 1)))


def _address(name: str) -> str:
    plain = name.lower().translate(_PLAIN)
    return f"{plain.rstrip('.').replace(' ', '.')}@{MAIL_DOMAIN}"


_PLAIN = str.maketrans("àâáéèêëíîïóôöúùûüçñ’'", "aaaeeeeiiiooouuuucn--")


def _debate(book: dict[str, Any]) -> Debate:
    grouped = book.get("grouped_answer")
    return Debate(
        community=book["community"],
        question=book["question"],
        context=book["context"].strip(),
        opened=book["opened"],
        closed=book["closed"] if "closed" in book else -book["closes"],
        threshold=book["threshold"],
        answer_within=book["answer_within"],
        answering=book["answering"],
        answering_role=book["answering_role"],
        decider=book["decider"],
        moderator=book["moderator"],
        ideas=tuple(_idea(one) for one in book["idea"]),
        grouped_answer=_answer(grouped) if grouped else None,
    )


def _idea(row: dict[str, Any]) -> Idea:
    answer = row.get("answer")
    return Idea(
        **{key: row[key] for key in ("title", "author", "place", "day", "supports")},
        text=row["text"].strip(),
        key=row.get("key", ""),
        comments=tuple(_comment(one) for one in row["comments"]),
        currents=tuple(Current(**one) for one in row.get("currents", ())),
        answer=_answer(answer) if answer else None,
        merged=Merged(**row["merged"]) if "merged" in row else None,
        from_comment=row.get("from_comment", ""),
        rewritten=_rewritten(row["rewritten"]) if "rewritten" in row else None,
        split=_split(row["split"]) if "split" in row else None,
    )


def _rewritten(row: dict[str, Any]) -> Rewritten:
    return Rewritten(**{**row, "was": row["was"].strip()})


def _split(row: dict[str, Any]) -> Split:
    parts = tuple(
        Part(title=one["title"], text=one["text"].strip(), also=tuple(one["also"]))
        for one in row["parts"]
    )
    return Split(**{**row, "parts": parts})


def _comment(row: dict[str, Any]) -> Comment:
    replies = tuple(_comment(one) for one in row.get("replies", ()))
    return Comment(**{**row, "replies": replies})


def _answer(row: dict[str, Any]) -> Answer:
    delivery = row.get("delivery")
    return Answer(
        decision=row["decision"],
        days_ago=row["days_ago"],
        text=row["text"].strip(),
        delivery=Delivery(**delivery) if delivery else None,
    )
