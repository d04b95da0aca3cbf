from collections import defaultdict
from datetime import timedelta

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import essaim.foundation.clock
import essaim.foundation.ids

def to_cases(apps, schema_editor):
    """Each post's open reports are one case, and those that one decision closed another."""
    Report = apps.get_model("discussions", "Report")
    together = defaultdict(list)
    for report in Report.objects.select_related("post__thread").order_by("created_at", "pk"):
        together[report.post_id, report.decided_at].append(report)
    for reports in together.values():
        case = made_case(apps, reports[0])
        reported = set()
        for report in reports:
            if report.reporter_id and report.reporter_id in reported:
                report.delete()
                continue
            reported.add(report.reporter_id)
            report.case = case
            report.save(update_fields=["case"])


def made_case(apps, report):
    """What was decided about a post becomes a decision; its author may still contest a recent one."""
    post = report.post
    about = {
        "community_id": post.thread.community_id,
        "subject_kind": "discussions.post",
        "subject_id": post.pk,
    }
    by = None if report.decided_by_id == post.author_id else report.decided_by_id
    decision = None
    if report.decided_at:
        decision = apps.get_model("communities", "Decision").objects.create(
            verb="hid" if report.was_hidden else "kept",
            concerned_id=post.author_id if report.was_hidden else None,
            taken_by_id=by,
            reason=report.decision_reason or "-",
            asked_at=report.created_at,
            decided_at=report.decided_at,
            **about,
        )
    outcome = "hidden" if report.was_hidden else "kept"
    return apps.get_model("discussions", "Case").objects.create(
        audience=post.thread.audience,
        author_id=post.author_id,
        opened_at=report.created_at,
        due_at=report.created_at + timedelta(days=3),
        outcome=outcome if report.decided_at else "",
        closed_at=report.decided_at,
        decided_by_id=by,
        decision=decision,
        **about,
    )


class Migration(migrations.Migration):

    dependencies = [
        ("communities", "0003_decisions_and_delegations"),
        ("discussions", "0003_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=essaim.foundation.ids.public_id, max_length=12, unique=True)),
                ('audience', models.CharField(choices=[('public', 'everyone'), ('members', 'members'), ('role_holders', 'people with a role'), ('nobody', 'nobody')], default='public', max_length=20)),
                ('subject_kind', models.CharField(max_length=40)),
                ('subject_id', models.BigIntegerField()),
                ('opened_at', models.DateTimeField(default=essaim.foundation.clock.now)),
                ('due_at', models.DateTimeField()),
                ('taken_at', models.DateTimeField(null=True)),
                ('is_held', models.BooleanField(default=False)),
                ('signs', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                ('release_at', models.DateTimeField(null=True)),
                ('is_hidden_meanwhile', models.BooleanField(default=False)),
                ('outcome', models.CharField(blank=True, choices=[('kept', 'kept'), ('hidden', 'hidden'), ('released', 'shown after nobody decided in time'), ('withdrawn', 'withdrawn by its author'), ('lapsed', 'the reports were taken back')], max_length=10)),
                ('wording', models.CharField(blank=True, max_length=64)),
                ('closed_at', models.DateTimeField(null=True)),
                ('put_back_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ModerationPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_days', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30)])),
                ('claim_hours', models.PositiveSmallIntegerField(default=24, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(168)])),
                ('hides_at', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MaxValueValidator(100)])),
                ('reporter_days', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30)])),
                ('newcomer_days', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MaxValueValidator(30)])),
                ('newcomer_posts', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)])),
                ('newcomer_links', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MaxValueValidator(20)])),
                ('release_days', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30)])),
            ],
        ),
        migrations.AddField(
            model_name='post',
            name='waiting_for',
            field=models.CharField(blank=True, choices=[('look', 'a first look'), ('decision', 'a decision')], max_length=8),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('waiting_for', ''), ('hidden_at__isnull', False), _connector='OR'), name='post_waits_hidden'),
        ),
        migrations.AddField(
            model_name='case',
            name='author',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='cases', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='case',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='communities.community'),
        ),
        migrations.AddField(
            model_name='case',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='case',
            name='owner',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='case',
            name='decision',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moderated', to='communities.decision'),
        ),
        migrations.AddField(
            model_name='report',
            name='case',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='discussions.case'),
        ),
        migrations.AddField(
            model_name='moderationpolicy',
            name='community',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='moderation_policy', to='communities.community'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['community', 'opened_at', 'id'], name='case_queue'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['community', '-closed_at', '-id'], name='case_of_community'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['subject_kind', 'subject_id', '-id'], name='case_of_subject'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['author', '-id'], name='case_of_author'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('subject_kind', 'subject_id'), name='case_waits_once'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('outcome', '')), models.Q(('closed_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='case_closed_with_outcome'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ('kept', 'hidden')), _negated=True), ('decision__isnull', False), _connector='OR'), name='case_decided_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), ('author__isnull', True), models.Q(('decided_by', models.F('author')), _negated=True), _connector='OR'), name='case_decided_by_another'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('put_back_at__isnull', True), ('outcome', 'hidden'), _connector='OR'), name='case_put_back_was_hidden'),
        ),
        migrations.AddConstraint(
            model_name='moderationpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('hides_at', 0), ('hides_at__gte', 3), _connector='OR'), name='policy_hides_at_three'),
        ),
        migrations.RunPython(to_cases, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name='report',
            name='report_once',
        ),
        migrations.RemoveField(
            model_name='report',
            name='decided_at',
        ),
        migrations.RemoveField(
            model_name='report',
            name='decided_by',
        ),
        migrations.RemoveField(
            model_name='report',
            name='decision_reason',
        ),
        migrations.RemoveField(
            model_name='report',
            name='post',
        ),
        migrations.RemoveField(
            model_name='report',
            name='public_id',
        ),
        migrations.RemoveField(
            model_name='report',
            name='was_hidden',
        ),
        migrations.AlterField(
            model_name='report',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='discussions.case'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['reporter', '-id'], name='report_of_reporter'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('case', 'reporter'), name='report_once_in_case'),
        ),
    ]
