"""What the catalogue shows: each macro's own words, and samples of its states in French."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from markupsafe import Markup

from essaim.design.charts import Chart, bar_chart
from essaim.design.components import FOLDER
from essaim.design.qr_code import qr_code
from essaim.foundation.differences import difference

MACRO = re.compile(
    r"^{%\s*macro (?P<name>[a-z]\w*)\((?P<arguments>.*?)\)\s*-%}"
    r"(?:\n *{#(?P<words>(?s:.*?))-#})?",  # the words right below it
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Described:
    """One macro as its file declares it."""

    name: str
    signature: str
    words: str
    file: str


def described() -> dict[str, Described]:
    """Every macro by name, in the order of the files."""
    found = {}
    for file in sorted(FOLDER.glob("*.html")):
        for match in MACRO.finditer(file.read_text(encoding="utf-8")):
            name, words = match["name"], match["words"] or ""
            signature = f"ui.{name}({match['arguments']})"
            found[name] = Described(name, signature, " ".join(words.split()), file.stem)
    return found


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label="Votre nom", help_text="Comme vous voulez être appelé ici.", max_length=80
    )
    mail = forms.EmailField(label="Adresse e-mail", help_text="Pour vous envoyer un code.")
    text = forms.CharField(
        label="Votre idée", max_length=2000, widget=forms.Textarea, required=False
    )
    place = forms.CharField(label="Le lieu concerné", required=False)
    minutes = forms.IntegerField(label="Minutes par semaine", required=False)
    born_on = forms.DateField(label="Le débat ferme le")
    at = forms.DateTimeField(label="La rencontre commence", required=False)
    role = forms.ChoiceField(
        label="Qui répondra",
        choices=[("", "Choisir"), ("elected", "Un élu"), ("decider", "Un décideur")],
    )
    moves = forms.ChoiceField(
        label="Ce qui vous amène",
        choices=[
            ("idea", "Une idée"),
            ("help", "Donner un coup de main"),
            ("look", "Voir d’abord"),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    topics = forms.MultipleChoiceField(
        label="Ce qui vous intéresse",
        choices=[("move", "Se déplacer"), ("food", "Se nourrir"), ("learn", "Apprendre")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agree = forms.BooleanField(label="J’ai lu le manifeste et je le signe")


class CodeForm(forms.Form):
    code = forms.CharField(label="Le code à six chiffres", max_length=6)


class DoorForm(forms.Form):
    code = forms.CharField(label="Le code d’un billet")
    name = forms.CharField(label="Son nom, s’il le donne")


class SearchForm(forms.Form):
    q = forms.CharField(label="Que cherchez-vous ?", help_text="Des mots, -sans")


class PasswordForm(forms.Form):
    password = forms.CharField(
        label="Nouveau mot de passe",
        help_text="Au moins 12 caractères.",
        widget=forms.PasswordInput,
    )


class CommentForm(forms.Form):
    text = forms.CharField(label="Votre message", widget=forms.Textarea, max_length=5000)
    position = forms.ChoiceField(
        label="Votre position",
        choices=[("for", "Pour"), ("against", "Contre"), ("other", "Une autre piste")],
        widget=forms.RadioSelect,
        required=False,
    )


def samples(query: QueryDict | None = None) -> dict[str, Any]:
    """The context of the catalogue's page."""
    when = datetime(2026, 10, 1, 17, 30, tzinfo=UTC)
    wrong = SampleForm(
        {"name": "", "mail": "nadia@", "born_on": "2026-13-40", "minutes": "beaucoup"},
        auto_id="wrong_%s",
    )
    return {
        "described": described(),
        "day": date(2026, 10, 1),
        "when": when,
        "form": SampleForm(
            auto_id="sample_%s", initial={"born_on": date(2026, 12, 12), "at": when}
        ),
        "wrong": wrong,
        "code_form": CodeForm(auto_id="code_%s"),
        "search_form": SearchForm(auto_id="search_%s"),
        "password_form": PasswordForm(auto_id="password_%s"),
        "qr_code": qr_code("https://essaim.example/design/"),
        "comment_form": CommentForm(auto_id="comment_%s"),
        "door_form": DoorForm(auto_id="door_%s"),
        "door_rows": _door_rows(),
        "manifesto": _manifesto(),
        "fate": _fate(),
        "late_fate": _late_fate(),
        "thread": _thread(when),
        "views": _views(),
        "current": _current(),
        "chart": _chart(),
        "tree": _tree(),
        "difference": difference(
            "Un bus le dimanche, de Nay à Pau.\nOn essaie trois mois.",
            "Un bus le samedi et le dimanche, de Nay à Pau.\nOn essaie six mois, puis on compte.",
        ),
    }


def _door_rows() -> list[dict[str, str]]:
    rows = (("Hélène Dufau", "", "19:02"), ("Nadia Berges", "avec 2 accompagnants", ""))
    return [
        {"public_id": f"sample{place}", "name": name, "note": note, "here": here}
        for place, (name, note, here) in enumerate(rows)
    ]


def _views() -> list[dict[str, Any]]:
    return [
        {
            "position": "for",
            "excerpt": "Ma mère n’a plus le permis. Le dimanche, elle ne voit personne.",
            "lang": "fr",
            "author": "Solène K.",
            "href": "#sample",
            "convinced": "A convaincu 4 personnes qui voient les choses autrement, 12 en tout.",
            "held": "23 personnes le voient ainsi.",
        },
        {
            "position": "other",
            "excerpt": "Plutôt qu’un bus vide, un minibus qu’on appelle la veille.",
            "lang": "fr",
            "author": "Yann Q.",
            "href": "#sample",
            "convinced": "A convaincu 7 personnes.",
            "held": "",
        },
    ]


def _current() -> dict[str, Any]:
    return {
        "id": "current-sample",
        "name": "Réparer avant de construire",
        "summary": "Remettre d’abord en service ce qui existe.",
        "lang": "fr",
        "carriers": [
            {
                "author": "Yann Q.",
                "excerpt": "La moitié des trous reviennent parce que la fuite est dessous.",
                "lang": "fr",
                "href": "#sample",
            }
        ],
    }


def _chart() -> Chart:
    months = ("janv.", "févr.", "mars", "avril", "mai")
    served = (12, 18, 31, 29, 44)
    return bar_chart(
        id_="chart-sample",
        title="Repas servis",
        describes="Repas servis chaque mois, de 12 en janvier à 44 en mai ; 40 sont visés.",
        headings=("Mois", "Repas"),
        values=[(month, Decimal(meals)) for month, meals in zip(months, served, strict=True)],
        levels=[("target", "visé : 40", Decimal(40)), ("baseline", "avant : 5", Decimal(5))],
    )


def _tree() -> list[dict[str, Any]]:
    below = {"title": "La table d’Arudy", "href": "#ui-tree", "meta": "Arudy, en cours"}
    return [
        {
            "title": "La table du mardi",
            "meta": "Pau, depuis mars 2026",
            "is_here": True,
            "children": [
                {**below, "children": [{"title": "La table de Laruns", "meta": "Laruns"}]},
                {"title": "La grande table", "href": "#ui-tree", "meta": "Nay, terminé"},
            ],
        }
    ]


def _manifesto() -> list[dict[str, Any]]:
    return [
        {
            "title": "Ce que nous n’acceptons plus",
            "text": "On nous demande notre avis, puis plus rien. Les décisions se prennent loin "
            "des vallées, et personne ne revient dire ce qu’elles sont devenues.",
            "sources": [{"title": "Enquête de mars 2025, 412 réponses", "href": "#ui-manifesto"}],
        },
        {
            "title": "Ce qui nous porte",
            "text": "Dans chaque bourg, des gens savent déjà quoi faire\u202f: réparer, nourrir, "
            "soigner, transmettre. Ensemble, ils peuvent le faire en grand.",
        },
        {
            "title": "Les règles que nous cassons",
            "text": "Personne n’attend la permission. Chaque idée reçoit une réponse datée. Chacun "
            "reste membre d’où il veut.",
        },
    ]


def _fate() -> list[dict[str, Any]]:
    return [
        {"label": "Proposée", "meta": "14 mai, Nadia B.", "state": "done"},
        {"label": "Débattue", "meta": "212 soutiens, 38 messages", "state": "done"},
        {"label": "Retenue", "meta": "3 octobre, à temps", "state": "done", "href": "#ui-answer"},
        {"label": "Mesure 14", "meta": "programme, version 3", "state": "done"},
        {"label": "Essai", "meta": "promis pour mars 2027", "state": "now"},
        {"label": "Effet", "meta": "compté en juin 2027", "state": "todo"},
    ]


def _late_fate() -> list[dict[str, Any]]:
    return [
        {"label": "Proposée", "meta": "2 juin", "state": "done"},
        {"label": "Débattue", "meta": "158 soutiens", "state": "done"},
        {
            "label": "Réponse en retard",
            "meta": "de 12 jours, attendue du référent éducation",
            "state": "late",
        },
        {"label": "Programme", "state": "todo"},
    ]


def _thread(at: datetime) -> list[dict[str, Any]]:
    reply = {
        "id": "m2",
        "author": "Nadia Berges",
        "role": "autrice de l’idée",
        "text": Markup("<p>Je l’ai mis dans le texte, merci.</p>"),
        "at": at,
        "state": "shown",
        "edited": True,
        "replies": [{"id": "m3", "state": "withdrawn", "text": "", "replies": []}],
    }
    return [
        {
            "id": "m1",
            "author": "Marc Lalanne",
            "author_href": "#m1",
            "position": "for",
            "text": Markup(
                "<p>Infirmier de nuit : je dors dans ma voiture un dimanche sur deux.</p>"
            ),
            "at": at,
            "state": "shown",
            "replies": [reply],
        },
        {
            "id": "m4",
            "author": "Odile Prat",
            "position": "other",
            "lang": "en",
            "text": Markup(
                "<p>Organised car sharing would cost ten times less. Arudy has one.</p>"
            ),
            "at": at,
            "state": "shown",
            "replies": [],
        },
        {"id": "m5", "state": "hidden", "reason": "une adresse privée y figurait", "replies": []},
    ]
