"""`python -m bench.circles`: how long 400 people take, and how mixed they are against chance.

Nothing of Django or a database: the computation alone, of five attributes with a tenth of the
answers unknown, uneven categories, and sixty wishes.
"""

from random import Random
from time import process_time

from essaim.communities.circles import Person, Wish, divide, pairs

PEOPLE, WISHES, UNKNOWN = 400, 60, 0.1
ANSWERS = {"service": 6, "function": 9, "trade": 12, "zone": 5, "side": 2}
SIZES = (8, 12, 25)


def crowd(dice: Random) -> list[Person]:
    def answer(of: int) -> str:
        return "" if dice.random() < UNKNOWN else str(min(int(dice.expovariate(0.5)), of - 1))

    return [Person(one, tuple(answer(of) for of in ANSWERS.values())) for one in range(PEOPLE)]


def main() -> None:
    dice = Random(1)  # noqa: S311  the same crowd each time
    people = crowd(dice)
    wishes = [
        Wish(dice.randrange(PEOPLE), dice.randrange(PEOPLE), is_with=dice.random() < 0.5)  # noqa: PLR2004  of each kind
        for _ in range(WISHES)
    ]
    for size in SIZES:
        began = process_time()
        found = divide(people, size, wishes, seed=1)
        took = process_time() - began
        mixed, drawn = found.diversity.overall or 0, found.at_random.overall or 0
        print(
            f"{PEOPLE} people about {size} a circle ({pairs(size)} pairs): "
            f"{len(found.circles)} circles in {took:.2f} s; diversity {mixed:.1%} of the highest, "
            f"at random {drawn:.1%}; {len(found.broken)} of {WISHES} wishes broken"
        )
        for name, one, other in zip(
            ANSWERS, found.diversity.by_attribute, found.at_random.by_attribute, strict=True
        ):
            if one and other:
                print(f"    {name:10} {one.share:6.1%}   at random {other.share:6.1%}")


if __name__ == "__main__":
    main()
