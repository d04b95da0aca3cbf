import django.db.models.deletion
import essaim.foundation.clock
import essaim.foundation.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ideas', '0004_supporters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='appeal',
            name='withdrawn_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RemoveConstraint(model_name='appeal', name='appeal_has_reasons'),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(
                condition=models.Q(('reasons', ''), _negated=True)
                | models.Q(('withdrawn_at__isnull', False)),
                name='appeal_has_reasons',
            ),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(
                condition=models.Q(('withdrawn_at__isnull', True))
                | models.Q(('decided_at__isnull', True)),
                name='appeal_decided_or_withdrawn',
            ),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(
                condition=models.Q(('decided_by__isnull', True))
                | models.Q(('appellant__isnull', True))
                | models.Q(('decided_by', models.F('appellant')), _negated=True),
                name='appeal_not_decided_by_appellant',
            ),
        ),
        migrations.CreateModel(
            name='Synthesis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=essaim.foundation.ids.public_id, max_length=12, unique=True)),
                ('text', models.TextField(max_length=2000)),
                ('language', models.CharField(default='fr', max_length=2)),
                ('sent_at', models.DateTimeField(default=essaim.foundation.clock.now)),
                ('debate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sent', to='ideas.debate')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='received', to='ideas.debate')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('debate', 'target'), name='synthesis_sent_once'),
                    models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='synthesis_has_words'),
                    models.CheckConstraint(condition=models.Q(('debate', models.F('target')), _negated=True), name='synthesis_goes_up'),
                ],
            },
        ),
    ]
