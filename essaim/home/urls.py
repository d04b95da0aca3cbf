from django.urls import path

from essaim.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("today/", views.today, name="today"),
    path("today/put-off/", views.act_put_off, name="act_put_off"),
    path("search/", views.search, name="search"),
    path("definitions/", views.definitions, name="definitions"),
    path("your-data/", views.your_data, name="your_data"),
    path("communities/<slug:slug>/join/", views.community_join, name="community_join"),
    path("welcome/first-act/", views.first_act, name="first_act"),
    path("welcome/<str:key>/", views.welcome, name="welcome"),
]
