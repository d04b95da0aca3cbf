from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ideas', '0008_appeal_words'),
    ]

    operations = [
        migrations.AlterField(
            model_name='appeal',
            name='reasons',
            field=models.TextField(max_length=2000),
        ),
    ]
