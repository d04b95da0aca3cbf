import django.contrib.postgres.indexes
import essaim.foundation.search
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0001_extensions'),
        ('ideas', '0005_second_looks_and_syntheses'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='debate',
            index=django.contrib.postgres.indexes.GinIndex(essaim.foundation.search.Document('question', 'introduction', 'language'), name='debate_searched'),
        ),
        migrations.AddIndex(
            model_name='debate',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(essaim.foundation.search.Unaccented(models.F('question')), name='gin_trgm_ops'), name='debate_question_letters'),
        ),
        migrations.AddIndex(
            model_name='idea',
            index=django.contrib.postgres.indexes.GinIndex(essaim.foundation.search.Document('title', 'text', 'language'), name='idea_searched'),
        ),
        migrations.AddIndex(
            model_name='idea',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(essaim.foundation.search.Unaccented(models.F('title')), name='gin_trgm_ops'), name='idea_title_letters'),
        ),
    ]
