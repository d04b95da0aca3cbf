from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0004_kept_answers'),
    ]

    operations = [
        migrations.AddField(
            model_name='keptanswer',
            name='seen_as',
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
