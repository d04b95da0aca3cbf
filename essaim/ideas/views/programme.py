from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.queries import bar_for_page
from essaim.communities.readers import member_of
from essaim.foundation.access import Refused, require
from essaim.foundation.http import public, render
from essaim.ideas import actions, rules
from essaim.ideas.forms.programme import ItemForm, PublishForm, SentenceForm
from essaim.ideas.queries import programme as queries
from essaim.ideas.views.finding import find_programme


@public
@require_safe
def programme(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    reader, community = find_programme(request, slug)
    page = queries.programme_for_page(reader, community, number)
    if page is None:
        raise Http404
    return render(
        request,
        "ideas/programme.html",
        {"page": page, "slug": slug, "bar": bar_for_page(reader, community, here="programme")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def programme_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft: its items, a new one, and publishing."""
    reader, community = find_programme(request, slug)
    require(rules.may_write_programme(reader, community))
    form = ItemForm(request.POST or None)
    if form.is_valid():
        try:
            item = actions.add_item(
                member=member_of(request), community=community, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return HttpResponseRedirect(reverse("programme_item", args=[slug, item.number]))
    return render(
        request,
        "ideas/programme_edit.html",
        {
            "page": queries.draft_for_page(reader, community),
            "form": form,
            "publish_form": PublishForm(),
            "slug": slug,
            "bar": bar_for_page(reader, community, here="programme"),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def programme_publish(request: HttpRequest, slug: str) -> HttpResponse:
    reader, community = find_programme(request, slug)
    require(rules.may_write_programme(reader, community))
    try:
        version = actions.publish_programme(
            member=member_of(request),
            community=community,
            summary=request.POST.get("summary", ""),
        )
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
        return HttpResponseRedirect(reverse("programme_edit", args=[slug]))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(reverse("programme_edit", args=[slug]))
    messages.success(
        request,
        _("Version %(number)s is published. Everyone behind one of its sentences is told.")
        % {"number": version.number},
    )
    return HttpResponseRedirect(reverse("programme", args=[slug]))


@require_http_methods(["GET", "HEAD", "POST"])
def programme_item(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One item of the draft: its title and section, and its sentences."""
    reader, community = find_programme(request, slug)
    require(rules.may_write_programme(reader, community))
    item = queries.item_for_page(reader, community, number)
    if item is None:
        raise Http404
    form = ItemForm(request.POST or None, initial={"title": item.title, "section": item.section})
    if form.is_valid():
        try:
            actions.change_item(
                member=member_of(request), community=community, number=number, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved in the draft."))
            return HttpResponseRedirect(request.path)
    return render(
        request,
        "ideas/programme_item.html",
        {
            "item": item,
            "form": form,
            "slug": slug,
            "language": community.language,
            "bar": bar_for_page(reader, community, here="programme"),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def programme_item_remove(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    _reader, community = find_programme(request, slug)
    try:
        actions.remove_item(member=member_of(request), community=community, number=number)
    except ValidationError as error:  # it went before: the second click, another tab
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Out of the draft. Published versions keep it."))
    return HttpResponseRedirect(reverse("programme_edit", args=[slug]))


@require_http_methods(["GET", "HEAD", "POST"])
def programme_sentence(
    request: HttpRequest, slug: str, number: int, position: int = 0
) -> HttpResponse:
    """Write a sentence of an item; position 0 is a new one."""
    reader, community = find_programme(request, slug)
    require(rules.may_write_programme(reader, community))
    item = queries.item_for_page(reader, community, number)
    sentence = next((s for s in item.sentences if s.position == position), None) if item else None
    if item is None or (position and sentence is None):
        raise Http404
    ideas, posts = queries.sources_chosen(community, number, position) if position else ([], [])
    form = SentenceForm(
        request.POST or None,
        initial={
            "text": sentence.text if sentence else "",
            "stated_reason": sentence.reason if sentence else "",
            "ideas": ideas,
            "posts": posts,
        },
        ideas=queries.ideas_offered(reader, community, ideas),
        posts=queries.posts_offered(reader, community, number, posts),
    )
    if form.is_valid():
        chosen_ideas, chosen_posts = queries.contributions_named(
            reader, form.cleaned_data.get("ideas", []), form.cleaned_data.get("posts", [])
        )
        try:
            actions.write_sentence(
                member=member_of(request),
                community=community,
                number=number,
                text=form.cleaned_data["text"],
                stated_reason=form.cleaned_data["stated_reason"],
                ideas=chosen_ideas,
                posts=chosen_posts,
                position=position or None,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return HttpResponseRedirect(reverse("programme_item", args=[slug, number]))
    return render(
        request,
        "ideas/programme_sentence.html",
        {
            "item": item,
            "position": position,
            "form": form,
            "slug": slug,
            "bar": bar_for_page(reader, community, here="programme"),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def programme_sentence_remove(
    request: HttpRequest, slug: str, number: int, position: int
) -> HttpResponse:
    _reader, community = find_programme(request, slug)
    try:
        actions.remove_sentence(
            member=member_of(request), community=community, number=number, position=position
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(reverse("programme_edit", args=[slug]))
    return HttpResponseRedirect(reverse("programme_item", args=[slug, number]))
