import django.contrib.postgres.indexes
import django.db.models.functions.text
import essaim.foundation.search
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0001_extensions'),
        ('communities', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='community',
            index=django.contrib.postgres.indexes.GinIndex(essaim.foundation.search.Document('name', django.db.models.functions.text.Concat('tagline', models.Value(' '), 'purpose', output_field=models.TextField()), 'language'), name='community_searched'),
        ),
        migrations.AddIndex(
            model_name='community',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(essaim.foundation.search.Unaccented(models.F('name')), name='gin_trgm_ops'), name='community_name_letters'),
        ),
    ]
