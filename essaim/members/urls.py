from django.urls import path

from essaim.members import views

urlpatterns = [
    path("enter/", views.enter, name="enter"),
    path("enter/code/", views.enter_code, name="enter_code"),
    path("enter/password/", views.enter_password, name="enter_password"),
    path("enter/passkey/", views.enter_passkey, name="enter_passkey"),
    path("enter/second/", views.enter_second, name="enter_second"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("me/", views.me, name="me"),
    path("me/name/", views.name, name="me_name"),
    path("me/words/<slug:kind>/", views.complete_interests, name="interests_complete"),
    path("me/skills/", views.complete_skills, name="skills_complete"),
    path("me/confirm/", views.confirm, name="confirm"),
    path("me/security/", views.security, name="security"),
    path("me/security/password/", views.password, name="password"),
    path("me/security/password/remove/", views.password_remove, name="password_remove"),
    path("me/security/app/", views.factor_app, name="factor_app"),
    path("me/security/passkeys/", views.factor_passkeys, name="factor_passkeys"),
    path("me/security/remove/", views.factor_remove, name="factor_remove"),
    path("me/security/codes/", views.recovery_codes, name="recovery_codes"),
    path("me/security/sessions/", views.sessions, name="sessions"),
    path("me/security/sessions/end/", views.session_end, name="session_end"),
    path("me/tokens/", views.tokens, name="tokens"),
    path("me/tokens/new/", views.token_new, name="token_new"),
    path("me/tokens/revoke/", views.token_revoke, name="token_revoke"),
    path("me/data/", views.my_data, name="my_data"),
    path("me/data/archive/", views.archive, name="my_archive"),
    path("me/data/erase/", views.erase, name="erase"),
    path("erased/", views.erased, name="erased"),
    # django-allauth looks these names up; the addresses above have already answered.
    path("enter/", views.enter, name="account_login"),
    path("enter/", views.enter, name="account_request_login_code"),
    path("enter/code/", views.enter_code, name="account_confirm_login_code"),
    path("enter/second/", views.enter_second, name="mfa_authenticate"),
]
