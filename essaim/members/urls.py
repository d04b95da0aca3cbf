from django.urls import path

from essaim.members import views

urlpatterns = [
    path("enter/", views.enter, name="enter"),
    path("enter/code/", views.enter_code, name="enter_code"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("me/", views.me, name="me"),
    path("me/name/", views.name, name="me_name"),
    path("me/words/<slug:kind>/", views.complete_interests, name="interests_complete"),
    path("me/data/", views.my_data, name="my_data"),
    path("me/data/archive/", views.archive, name="my_archive"),
    path("me/data/erase/", views.erase, name="erase"),
    path("erased/", views.erased, name="erased"),
    # django-allauth looks these names up; the addresses above have already answered.
    path("enter/", views.enter, name="account_login"),
    path("enter/", views.enter, name="account_request_login_code"),
    path("enter/code/", views.enter_code, name="account_confirm_login_code"),
]
