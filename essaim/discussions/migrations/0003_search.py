import django.contrib.postgres.indexes
import essaim.foundation.search
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0001_extensions'),
        ('discussions', '0002_positions_and_versions'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='post',
            index=django.contrib.postgres.indexes.GinIndex(essaim.foundation.search.Document(models.Value(''), 'text', 'language'), name='post_searched'),
        ),
    ]
