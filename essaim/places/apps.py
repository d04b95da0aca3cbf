from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "essaim.places"
    label = "places"
