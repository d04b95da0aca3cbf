from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.communities.queries import bar_for_page
from essaim.communities.readers import member_of
from essaim.foundation.access import require
from essaim.foundation.http import render
from essaim.foundation.http.missing import or_404
from essaim.ideas import actions, rules
from essaim.ideas.forms import SendUpwardForm
from essaim.ideas.queries.upward import ideas_chosen, ideas_to_send, synthesis_sent, targets_of
from essaim.ideas.views.finding import find_debate


@require_http_methods(["GET", "HEAD", "POST"])
def debate_send(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Choose ideas, write the synthesis, send both to a debate above."""
    reader, found = find_debate(request, slug, public_id)
    require(rules.may_send_upward(reader, found))
    form = SendUpwardForm(
        request.POST or None,
        targets=targets_of(reader, found),
        offered=ideas_to_send(reader, found),
    )
    if form.is_valid():
        target = form.targets[form.cleaned_data["target"]]
        try:
            actions.send_upward(
                member=member_of(request),
                debate=found,
                target=target,
                ideas=ideas_chosen(found, form.cleaned_data["ideas"]),
                synthesis=form.cleaned_data["synthesis"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                _("Sent to this debate. The answers will come back to the one it comes from."),
            )
            address = reverse("debate", args=[target.community.slug, target.public_id])
            return HttpResponseRedirect(f"{address}#syntheses")
    return render(
        request,
        "ideas/debate_send.html",
        {
            "form": form,
            "counts": form.counts,
            "name": found.community.name,
            "question": found.question,
            "question_lang": found.language,
            "slug": slug,
            "action": reverse("debate_send", args=[slug, public_id]),
            "back": reverse("debate", args=[slug, public_id]),
            "bar": bar_for_page(reader, found.community, here="debates"),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def synthesis_withdraw(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Its words go; `target` names the debate it was sent to."""
    reader, found = find_debate(request, slug, public_id)
    sent = or_404(synthesis_sent(reader, found, request.POST.get("target", "")[:12]))
    actions.withdraw_synthesis(member=member_of(request), synthesis=sent)
    messages.success(request, _("The synthesis is withdrawn. The ideas stay where they are."))
    return HttpResponseRedirect(reverse("debate", args=[slug, public_id]) + "#syntheses")
