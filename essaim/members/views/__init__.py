from essaim.members.views.data import archive, erase, erased, my_data
from essaim.members.views.entering import enter, enter_code, sign_out
from essaim.members.views.profile import complete_interests, me, name

__all__ = [
    "archive",
    "complete_interests",
    "enter",
    "enter_code",
    "erase",
    "erased",
    "me",
    "my_data",
    "name",
    "sign_out",
]
