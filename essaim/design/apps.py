from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "essaim.design"
    label = "design"
