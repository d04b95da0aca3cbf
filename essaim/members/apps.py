from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "essaim.members"
