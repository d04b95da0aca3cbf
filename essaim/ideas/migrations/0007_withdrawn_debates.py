from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ideas', '0006_search'),
    ]

    operations = [
        migrations.AddField(
            model_name='debate',
            name='withdrawn_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='debate',
            name='withdrawal_reason',
            field=models.TextField(blank=True, max_length=600, default=''),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name='idea',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('from_post',), name='idea_once_of_post'),
        ),
    ]
