"""A small France of the tests' own, brought in as any file is."""

from essaim.places.actions import Imported, import_places
from essaim.places.forms import read_places
from essaim.places.models import Level, Place

# Real names and codes; populations and points rounded. Homonyms, a postcode across départements, a
# name of one letter, a collectivity that is its own region, a place without people or point.
COMMUNES = """\
code,nom,dep,reg,pop,cps,lat,lon
64417,Nay,64,75,3400,64800,43.18,-0.26
64037,Arros-de-Nay,64,75,700,64800,43.15,-0.30
50368,Nay,50,28,60,50190,49.26,-1.45
64445,Pau,64,75,77000,64000,43.32,-0.35
64483,Saint-Jean-de-Luz,64,75,14000,64500,43.39,-1.66
42218,Saint-Étienne,42,84,173000,42000|42100|42230,45.43,4.38
67482,Strasbourg,67,44,290000,67000|67100|67200,48.58,7.75
01002,L'Abergement-de-Varey,01,84,270,01640,46.01,5.43
02566,Œuilly,02,32,300,02160,49.35,3.73
80829,Y,80,32,90,80190,49.80,2.99
75056,Paris,75,11,2100000,75001|75002|75003|75004,48.86,2.34
91479,Paray-Vieille-Poste,91,11,7600,91550|94390,48.71,2.36
94054,Orly,94,11,24000,94310,48.74,2.40
03250,Saint-Pierre-Laval,03,84,350,42620,46.18,3.74
42257,Saint-Martin-d'Estréaux,42,84,830,42620,46.21,3.80
97502,Saint-Pierre,975,975,5194,97500,,
98412,Archipel des Kerguelen,984,984,0,,,
"""


def import_text(text: str, *, country: str = "FR", dry_run: bool = False) -> Imported:
    file = read_places(text.encode())
    assert not file.problems, file.problems
    return import_places(country=country, rows=file.rows, dry_run=dry_run)


def small_france() -> None:
    import_text(COMMUNES)


def place_factory(
    *, name: str = "Nay", code: str = "64417", postcode: str = "64800", **fields: float
) -> Place:
    """One commune of the Pyrénées-Atlantiques, for tests of sub-platforms above."""
    point = {"lat": fields.get("latitude", 43.18), "lon": fields.get("longitude", -0.26)}
    import_text(
        "code,name,dep,reg,pop,cps,lat,lon\n"
        f"{code},{name},64,75,{fields.get('population', 3400):.0f},{postcode},"
        f"{point['lat']},{point['lon']}\n"
    )
    return Place.objects.get(country="FR", level=Level.COMMUNE, code=code)
