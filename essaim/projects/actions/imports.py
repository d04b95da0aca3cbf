"""What was undertaken elsewhere, brought in with its history; run again, it changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.text import slugify

from essaim.communities.actions import create_archive
from essaim.communities.actions.tree import free_slug, lock_tree
from essaim.communities.models import Community, Kind
from essaim.foundation.activity import record
from essaim.foundation.clock import now
from essaim.foundation.http.cache import bump_generation
from essaim.foundation.text import clean_line, clean_text, unaccented
from essaim.projects.betagouv import Product
from essaim.projects.facts import ProjectsImported
from essaim.projects.models import PART_LENGTH, FormerName, Project, Spell, State

BETAGOUV = "beta.gouv.fr"
ADDRESS = "https://beta.gouv.fr/startups/"
NAME_LENGTH = 80


@dataclass(slots=True)
class Tally:
    """What one run did; `same`: it was there and as it is."""

    new: int = 0
    changed: int = 0
    renamed: int = 0
    same: int = 0
    spells: int = 0


@transaction.atomic
def import_products(
    *, products: Sequence[Product], recording_since: date | None = None, dry_run: bool = False
) -> Tally:
    """Products of beta.gouv.fr into an archive of their own, each recognised by its keys.

    A dry run does everything, and takes it back.
    """
    host = create_archive(
        slug=slugify(BETAGOUV),
        name=BETAGOUV,
        source_name=BETAGOUV,
        source_url="https://beta.gouv.fr/",
    )
    lock_tree()
    tally = Tally()
    for product in products:
        _bring(host, product, recording_since, tally)
    if tally.new or tally.changed or tally.renamed:
        bump_generation()
        record(ProjectsImported(community_id=host.pk, projects=tally.new, spells=tally.spells))
    if dry_run:
        transaction.set_rollback(True)
    return tally


def _bring(host: Community, product: Product, since: date | None, tally: Tally) -> None:
    known = Project.objects.select_for_update(of=("self",)).select_related("community")
    known = known.filter(source_name=BETAGOUV)
    project = known.filter(source_key=product.key).first()
    before = known.filter(source_key__in=product.former_keys).first() if not project else None
    if before:
        FormerName.objects.get_or_create(
            project=before,
            name=before.community.name,
            defaults={"source_key": before.source_key or ""},
        )
        project = before
        tally.renamed += 1
    is_new = project is None
    if project is None:
        project = Project(source_name=BETAGOUV, source_key=product.key)
        project.community = _community(host, product)
    values = _values(product, since)
    changed = is_new or any(getattr(project, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(project, name, value)
    project.save()
    renamed = not is_new and _rename(project.community, product)
    _former_keys(project, product)
    spells = _spells(project, product)
    tally.spells += spells
    if is_new:
        tally.new += 1
    elif changed or renamed or spells:
        tally.changed += not before
    else:
        tally.same += 1


def _values(product: Product, since: date | None) -> dict[str, object]:
    """Its state is that of its last phase; the source does not say what became of it."""
    return {
        "source_key": product.key,
        "source_url": f"{ADDRESS}{product.key}.html"[:300],
        "state": State.ENDED if product.ended_on else State.RUNNING,
        "problem": clean_text(product.mission)[:PART_LENGTH],
        "for_whom": clean_text(product.users)[:PART_LENGTH],
        "language": "fr",
        "started_on": product.stays[0].starts_on if product.stays else None,
        "ended_on": product.ended_on,
        "recording_since": since,
    }


def _name_of(product: Product) -> str:
    return clean_line(product.title)[:NAME_LENGTH]


def _community(host: Community, product: Product) -> Community:
    name = _name_of(product)
    return Community.objects.create(
        slug=free_slug(name),
        kind=Kind.PROJECT,
        name=name,
        name_key=unaccented(name)[:160],
        purpose=clean_text(product.mission),
        parent=host,
        ancestor_ids=[*host.ancestor_ids, host.pk],
        opened_at=now(),
        archived_at=now(),
        source_name=BETAGOUV,
        source_url=f"{ADDRESS}{product.key}.html"[:200],
    )


def _rename(community: Community, product: Product) -> bool:
    name = _name_of(product)
    if community.name == name:
        return False
    FormerName.objects.get_or_create(project=community.project, name=community.name)
    community.name, community.name_key = name, unaccented(name)[:160]
    community.save(update_fields=["name", "name_key"])
    return True


def _former_keys(project: Project, product: Product) -> None:
    """Addresses that lead to it now name what it was."""
    for key in product.former_keys:
        if not project.former_names.filter(source_key=key).exists():
            FormerName.objects.create(
                project=project, name=key.replace("-", " ")[:NAME_LENGTH], source_key=key
            )


def _spells(project: Project, product: Product) -> int:
    """How many were written; none when they stand as they are."""
    wanted = [(one.stage, one.starts_on, one.ends_on) for one in product.stays]
    there = list(
        project.spells.order_by("starts_on", "pk").values_list("stage", "starts_on", "ends_on")
    )
    if there == wanted:
        return 0
    project.spells.all().delete()
    Spell.objects.bulk_create(
        Spell(project=project, stage=stage, starts_on=start, ends_on=end)
        for stage, start, end in wanted
    )
    return len(wanted)
