"""Dividing people into circles that mix them, and how well they are mixed. Pure computation.

Diversity is the chance that two different members of a circle differ (Blau's index, unbiased), as a
share of the highest that circles of this size could reach with as many answers. The same people,
wishes and seed always give the same circles: a division can be repeated and explained.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from random import Random

USUAL_SIZES = (8, 12)
FEWEST, MOST = 5, 25  # smaller or larger circles come with a warning
DRAWS = 20  # random divisions that a result is held against
TRIES = 4  # other starts, as long as a wish is broken
MOST_PASSES = 12
# A broken wish weighs more than any mixing; to be kept apart weighs more than to be together.
TOGETHER, APART = 1e4, 1e6
NOTHING = 1e-9

Circles = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a value for each attribute, in the same order for all; "" is not known."""

    id: int
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Wish:
    """To sit with somebody, or not to; only the one who wishes knows of it."""

    author: int
    other: int
    is_with: bool


@dataclass(frozen=True, slots=True)
class Mix:
    """How one attribute is mixed: the chance that two differ, and the highest there could be."""

    chance: float
    most: float

    @property
    def share(self) -> float:
        return self.chance / self.most


@dataclass(frozen=True, slots=True)
class Diversity:
    """By attribute, None where fewer than two answers are known; overall: the mean share."""

    by_attribute: tuple[Mix | None, ...]

    @property
    def overall(self) -> float | None:
        told = [mix.share for mix in self.by_attribute if mix]
        return sum(told) / len(told) if told else None


@dataclass(frozen=True, slots=True)
class Division:
    """Circles, the wishes they do not keep, and how they mix against random circles."""

    circles: Circles
    broken: tuple[Wish, ...]
    diversity: Diversity
    at_random: Diversity  # the mean of several draws with the same sizes


def pairs(number: int) -> int:
    """Of how many pairs of people a circle is made: 28 for 8, 66 for 12, 300 for 25."""
    return number * (number - 1) // 2


def sizes_of(number: int, wished: int) -> tuple[int, ...]:
    """The sizes nearest to the one wished, which differ by one at most; largest first."""
    if number == 0:
        return ()
    if wished < 1:
        raise ValueError("A circle holds somebody.")
    few = max(1, number // wished)
    many = few + 1
    circles = few if number / few - wished <= wished - number / many else many
    if wished <= MOST < ceil(number / circles):
        circles = ceil(number / wished)
    circles = min(circles, number)
    small, larger = divmod(number, circles)
    return (small + 1,) * larger + (small,) * (circles - larger)


def divide(
    people: Sequence[Person], wished: int, wishes: Iterable[Wish] = (), *, seed: int = 0
) -> Division:
    """Everyone into exactly one circle, mixed as well as the wishes let them be.

    Begins with who wants to sit together, seats the others where they differ most, then exchanges
    two people as long as that mixes better.
    """
    sizes = sizes_of(len(people), wished)
    asked = _known(people, wishes)
    best: tuple[tuple[float, float], Circles] | None = None
    for number in range(TRIES):
        table = _Table(people, sizes, asked, Random(f"{seed}-{number}"))  # noqa: S311  to be repeated, not to be secret
        table.seat()
        table.improve()
        circles = table.circles()
        broken = sum(TOGETHER if one.is_with else APART for one in broken_wishes(circles, asked))
        found = (broken, -(diversity(people, circles).overall or 0.0)), circles
        if best is None or found[0] < best[0]:
            best = found
        if not broken:
            break
    circles = best[1] if best else ()
    return Division(
        circles=circles,
        broken=broken_wishes(circles, asked),
        diversity=diversity(people, circles),
        at_random=at_random(people, sizes, seed=seed),
    )


def diversity(people: Iterable[Person], circles: Circles) -> Diversity:
    """How these circles mix these people."""
    values = {one.id: one.values for one in people}
    width = max((len(one) for one in values.values()), default=0)
    return Diversity(tuple(_mix(values, circles, position) for position in range(width)))


def at_random(people: Sequence[Person], sizes: Sequence[int], *, seed: int = 0) -> Diversity:
    """What circles of these sizes would be without any care: the mean of several draws."""
    dice = Random(f"{seed}-at random")  # noqa: S311  as above
    ids = [one.id for one in people]
    drawn = []
    for _draw in range(DRAWS):
        dice.shuffle(ids)
        starts = [sum(sizes[:number]) for number in range(len(sizes))]
        circles = tuple(
            tuple(ids[start : start + size]) for start, size in zip(starts, sizes, strict=True)
        )
        drawn.append(diversity(people, circles).by_attribute)
    return Diversity(tuple(_mean(column) for column in zip(*drawn, strict=True)))


def broken_wishes(circles: Circles, wishes: Iterable[Wish]) -> tuple[Wish, ...]:
    """Those of people who sit in a circle, about others who do."""
    at = {person: number for number, circle in enumerate(circles) for person in circle}
    return tuple(
        sorted(
            one
            for one in wishes
            if one.author in at
            and one.other in at
            and (at[one.author] == at[one.other]) is not one.is_with
        )
    )


def place_for(
    person: Person, people: Iterable[Person], circles: Circles, wishes: Iterable[Wish] = ()
) -> int | None:
    """The circle for somebody who comes later: one that keeps the wishes, small, of others.

    None when every circle has as many people as a circle can bear.
    """
    values = {one.id: one.values for one in people}
    asked = list(wishes)

    def cost(number: int) -> tuple[float, int, int, int]:
        circle = circles[number]
        joined = (*circles[:number], (*circle, person.id), *circles[number + 1 :])
        mine = [one for one in asked if person.id in (one.author, one.other)]
        broken = sum(TOGETHER if one.is_with else APART for one in broken_wishes(joined, mine))
        same = sum(
            bool(value) and value == other
            for one in circle
            for value, other in zip(person.values, values.get(one, ()), strict=False)
        )
        return broken, len(circle), same, number

    free = [number for number, circle in enumerate(circles) if len(circle) < MOST]
    return min(free, key=cost, default=None)


def _known(people: Iterable[Person], wishes: Iterable[Wish]) -> list[Wish]:
    """Each wish once, in an order of their own, between two different people who are there."""
    ids = {one.id for one in people}
    return sorted({w for w in wishes if w.author != w.other and {w.author, w.other} <= ids})


def _most_differing(number: int, answers: int) -> int:
    """How many pairs of so many people can differ in so many answers: as evenly as they can."""
    each, over = divmod(number, answers)
    return pairs(number) - over * pairs(each + 1) - (answers - over) * pairs(each)


def _mix(values: Mapping[int, tuple[str, ...]], circles: Circles, position: int) -> Mix | None:
    seated = [[v for one in circle if (v := values[one][position])] for circle in circles]
    answers = len({value for circle in seated for value in circle})
    compared = sum(pairs(len(circle)) for circle in seated)
    if answers < 2 or not compared:  # noqa: PLR2004  two that differ take two answers
        return None
    alike = sum(pairs(count) for circle in seated for count in Counter(circle).values())
    most = sum(_most_differing(len(circle), answers) for circle in seated)
    return Mix(chance=1 - alike / compared, most=most / compared)


def _mean(column: Sequence[Mix | None]) -> Mix | None:
    told = [mix for mix in column if mix]
    if not told:
        return None
    chances, mosts = sum(mix.chance for mix in told), sum(mix.most for mix in told)
    return Mix(chance=chances / len(told), most=mosts / len(told))


class _Table:
    """Who sits where while it is looked for: each answer counted in each circle.

    The cost is the number of pairs that are alike, by attribute as a share of what there could be,
    and what broken wishes weigh. An unknown value counts as an answer of its own here, so that
    those of whom nothing is known are spread too.
    """

    def __init__(
        self, people: Sequence[Person], sizes: Sequence[int], wishes: Sequence[Wish], dice: Random
    ) -> None:
        self.dice, self.sizes, self.wishes = dice, list(sizes), wishes
        self.ids = [one.id for one in people]
        self.at = [-1] * len(people)
        places = {one: number for number, one in enumerate(self.ids)}
        numbers: dict[tuple[int, str], int] = {}
        self.answers = [
            tuple(numbers.setdefault(key, len(numbers)) for key in enumerate(one.values))
            for one in people
        ]
        self.counts = [[0] * len(numbers) for _ in sizes]
        self.filled = [0] * len(sizes)
        self.weights = self._weights(people, numbers)
        # Of each person: the others whom a wish ties them to, and what sitting apart or together
        # costs.
        self.ties: list[dict[int, float]] = [{} for _ in people]
        for wish in wishes:
            one, other = places[wish.author], places[wish.other]
            weight = -TOGETHER if wish.is_with else APART
            self.ties[one][other] = self.ties[one].get(other, 0.0) + weight
            self.ties[other][one] = self.ties[other].get(one, 0.0) + weight

    def _weights(
        self, people: Sequence[Person], numbers: Mapping[tuple[int, str], int]
    ) -> list[float]:
        width = len(people[0].values) if people else 0
        weights = []
        for position in range(width):
            answers = sum(at == position for at, _value in numbers)
            most = sum(_most_differing(size, answers) for size in self.sizes)
            weights.append(1 / most if most else 0.0)
        top = max(weights, default=1.0) or 1.0
        return [weight / top for weight in weights]

    def circles(self) -> Circles:
        seated: list[list[int]] = [[] for _ in self.sizes]
        for one, at in zip(self.ids, self.at, strict=True):
            seated[at].append(one)
        return tuple(tuple(sorted(circle)) for circle in seated)

    def seat(self) -> None:
        """Those who want to sit together first, the larger groups before the smaller ones."""
        order = self._groups()
        for group in order:
            free = [n for n, size in enumerate(self.sizes) if size - self.filled[n] >= len(group)]
            if free:
                best = min(free, key=lambda n: (self._costs(group, n), self.filled[n], n))
                for one in group:
                    self._put(one, best)
            else:
                for one in group:
                    left = [n for n, size in enumerate(self.sizes) if size > self.filled[n]]
                    self._put(one, min(left, key=lambda n: (self._costs([one], n), n)))

    def _groups(self) -> list[list[int]]:
        """Chains of those who want to sit together, unless one in them wants the contrary."""
        group_of = {one: [one] for one in range(len(self.ids))}
        most = max(self.sizes, default=0)
        places = {one: number for number, one in enumerate(self.ids)}
        for wish in self.wishes:
            mine, theirs = group_of[places[wish.author]], group_of[places[wish.other]]
            if not wish.is_with or mine is theirs or len(mine) + len(theirs) > most:
                continue
            if any(self.ties[a].get(b, 0.0) > 0 for a in mine for b in theirs):
                continue
            mine += theirs
            for one in theirs:
                group_of[one] = mine
        found = list({id(group): group for group in group_of.values()}.values())
        self.dice.shuffle(found)
        return sorted(found, key=lambda group: -len(group))

    def _put(self, one: int, circle: int) -> None:
        if self.at[one] >= 0:
            self.filled[self.at[one]] -= 1
            for answer in self.answers[one]:
                self.counts[self.at[one]][answer] -= 1
        self.at[one] = circle
        self.filled[circle] += 1
        for answer in self.answers[one]:
            self.counts[circle][answer] += 1

    def _costs(self, group: Sequence[int], circle: int) -> float:
        """What it would cost to seat them there; a circle that is emptier weighs its pairs more."""
        counts, cost = self.counts[circle], 0.0
        share = self.sizes[circle] / (self.filled[circle] + 1)
        for one in group:
            for answer, weight in zip(self.answers[one], self.weights, strict=True):
                cost += weight * counts[answer] * share
            for other, weight in self.ties[one].items():
                if self.at[other] == circle:
                    cost += weight
        return cost

    def improve(self) -> None:
        """Exchange two people as long as that costs less; each is tried with every other."""
        order = list(range(len(self.ids)))
        for _pass in range(MOST_PASSES):
            self.dice.shuffle(order)
            exchanges = sum(self._better(one, order) for one in order)
            if not exchanges:
                return

    def _better(self, one: int, order: Sequence[int]) -> bool:
        """The best exchange there is for this person, if there is one."""
        found, gain = -1, -NOTHING
        here, mine, weights = self.counts[self.at[one]], self.answers[one], self.weights
        at, home = self.at, self.at[one]
        tied = bool(self.ties[one])
        for other in order:
            there = at[other]
            if there == home:
                continue
            cost, counts = 0.0, self.counts[there]
            for my, their, weight in zip(mine, self.answers[other], weights, strict=True):
                if my != their:
                    # one leaves `here` for `there`, the other comes the other way
                    cost += weight * (here[their] - here[my] + counts[my] - counts[their] + 2)
            if tied or self.ties[other]:
                cost += self._strain(one, other)
            if cost < gain:
                found, gain = other, cost
        if found < 0:
            return False
        there = at[found]
        self._put(found, home)
        self._put(one, there)
        return True

    def _strain(self, one: int, other: int) -> float:
        """What an exchange of these two changes in broken wishes; their own pair stays apart."""
        here, there, cost = self.at[one], self.at[other], 0.0
        for who, away, home in ((one, there, here), (other, here, there)):
            for tied, weight in self.ties[who].items():
                if tied in (one, other):
                    continue
                cost += weight * ((self.at[tied] == away) - (self.at[tied] == home))
        return cost
