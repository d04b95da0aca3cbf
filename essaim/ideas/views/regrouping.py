from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.communities.queries import bar_for_page
from essaim.communities.readers import member_of, reader_of
from essaim.discussions.forms import PostForm
from essaim.discussions.queries import thread_if_any
from essaim.foundation.access import require
from essaim.foundation.http import public, render
from essaim.ideas import actions, queries, rules
from essaim.ideas.forms import MergeForm, SplitForm
from essaim.ideas.models import Idea, Way
from essaim.ideas.views.finding import find_debate, find_idea, read_idea


@require_safe
def debate_group(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Choose what says the same, one search after another; what seems to comes first."""
    reader, debate = find_debate(request, slug, public_id)
    require(rules.may_regroup(reader, debate))
    named = request.GET.getlist("idea")[: actions.MOST_MERGED + 1]
    chosen = queries.ideas_named(reader, debate, named) if named else []
    chosen.sort(key=lambda idea: named.index(idea.public_id))
    text = "" if "all" in request.GET else request.GET.get("q", "")
    return render(
        request,
        "ideas/debate_group.html",
        {
            "page": queries.candidates_for_page(
                reader, debate, chosen=chosen, text=text, after=request.GET.get("after")
            ),
            "question": debate.question,
            "question_lang": debate.language,
            "slug": slug,
            "debate": public_id,
            "bar": bar_for_page(reader, debate.community, here="debates"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def debate_merge(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """See what the merge would do, say why, do it."""
    reader, debate = find_debate(request, slug, public_id)
    require(rules.may_regroup(reader, debate))
    data = request.POST if request.method == "POST" else request.GET
    ideas = queries.ideas_named(reader, debate, data.getlist("idea")[: actions.MOST_MERGED + 1])
    verdict = rules.may_merge(reader, debate, ideas)
    if request.method != "POST" and not verdict:
        messages.error(request, str(verdict.reason))
        back = urlencode([("idea", idea.public_id) for idea in ideas])
        return HttpResponseRedirect(f"{reverse('debate_group', args=[slug, public_id])}?{back}")
    require(verdict)
    preview = queries.merge_for_page(ideas)
    form = MergeForm(preview, request.POST or None)
    if form.is_valid():
        try:
            done = actions.merge_ideas(
                member=member_of(request),
                survivor=next(i for i in ideas if i.public_id == form.cleaned_data["survivor"]),
                ideas=ideas,
                reason=form.cleaned_data["reason"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The ideas are merged; everyone concerned is told."))
            return _to(done.idea)
    return render(
        request,
        "ideas/debate_merge.html",
        {
            "form": form,
            "preview": preview,
            "question": debate.question,
            "question_lang": debate.language,
            "slug": slug,
            "debate": public_id,
            "back": reverse("debate_group", args=[slug, public_id])
            + "?"
            + urlencode([("idea", one.public_id) for one in preview.ideas]),
            "bar": bar_for_page(reader, debate.community, here="debates"),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def idea_split(request: HttpRequest, public_id: str) -> HttpResponse:
    reader, found = find_idea(request, public_id)
    require(rules.may_split(reader, found))
    form = SplitForm(request.POST or None, initial=SplitForm.values_of(found))
    if form.is_valid():
        try:
            actions.split_idea(
                member=member_of(request),
                idea=found,
                parts=form.parts(),
                reason=form.cleaned_data["reason"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The idea is split; everyone concerned is told."))
            return _to(found)
    return render(
        request,
        "ideas/idea_split.html",
        {
            "form": form,
            "idea": queries.idea_named(found),
            "numbers": range(1, actions.MOST_PARTS + 1),
            "needed": actions.FEWEST_PARTS,
            "bar": bar_for_page(reader, found.debate.community, here="debates"),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def regrouping_undo(request: HttpRequest, public_id: str) -> HttpResponse:
    found = queries.regrouping_for_change(reader_of(request), public_id)
    if found is None:
        raise Http404
    actions.undo_regrouping(member=member_of(request), regrouping=found)
    messages.success(
        request,
        _("The split is undone: its parts are merged into the idea.")
        if found.way == Way.SPLIT
        else _("Undone: each idea stands by itself again."),
    )
    return _to(found.idea)


@require_POST
def idea_leave_group(request: HttpRequest, public_id: str) -> HttpResponse:
    _reader, found = find_idea(request, public_id)
    actions.leave_group(member=member_of(request), idea=found)
    messages.success(request, _("This idea stands by itself again."))
    return _to(found)


@public
@require_safe
def idea_kept(request: HttpRequest, public_id: str) -> HttpResponse:
    """A merged idea as it was, with all that was said about it."""
    reader, found = read_idea(request, public_id)
    if found.merged_into_id is None:
        return _to(found)
    return render(
        request,
        "ideas/idea_kept.html",
        {
            "page": queries.idea_for_page(reader, found),
            "group": queries.regrouping_for_page(reader, found),
            "thread": thread_if_any(reader, found.thread, after=request.GET.get("after")),
            "form": PostForm(),
            "bar": bar_for_page(reader, found.debate.community, here="debates"),
        },
    )


def _to(found: Idea) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("idea", args=[found.public_id]))
