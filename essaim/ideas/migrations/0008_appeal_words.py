import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ideas', '0007_withdrawn_debates'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='appeal',
            name='appeal_has_reasons',
        ),
        migrations.AddField(
            model_name='appeal',
            name='hidden_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='appeal',
            name='hidden_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='appeal',
            name='hiding_reason',
            field=models.TextField(blank=True, max_length=600),
        ),
        migrations.AddField(
            model_name='appeal',
            name='words_withdrawn_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reasons', ''), _negated=True), ('withdrawn_at__isnull', False), ('words_withdrawn_at__isnull', False), _connector='OR'), name='appeal_has_reasons'),
        ),
    ]
