import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import essaim.foundation.ids
import essaim.places.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('foundation', '0001_extensions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=essaim.foundation.ids.public_id, editable=False, max_length=12, unique=True)),
                ('country', models.CharField(max_length=2)),
                ('level', models.CharField(choices=[('country', 'country'), ('region', 'region'), ('department', 'department'), ('commune', 'commune')], max_length=20)),
                ('name', models.CharField(max_length=200)),
                ('key', models.CharField(max_length=200)),
                ('code', models.CharField(max_length=20)),
                ('ancestor_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('population', models.PositiveIntegerField(null=True)),
                ('latitude', models.FloatField(null=True)),
                ('longitude', models.FloatField(null=True)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='places.place')),
            ],
        ),
        migrations.CreateModel(
            name='Postcode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='postcodes', to='places.place')),
            ],
        ),
        migrations.AddIndex(
            model_name='place',
            index=models.Index(fields=['key', 'id'], name='places_by_name'),
        ),
        migrations.AddIndex(
            model_name='place',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('key'), name='gin_trgm_ops'), name='places_key_inside'),
        ),
        migrations.AddIndex(
            model_name='place',
            index=django.contrib.postgres.indexes.GistIndex(essaim.places.models.Point(models.F('longitude'), models.F('latitude')), name='places_nearest'),
        ),
        migrations.AddIndex(
            model_name='place',
            index=django.contrib.postgres.indexes.GinIndex(fields=['ancestor_ids'], name='places_below'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.UniqueConstraint(fields=('country', 'level', 'code'), name='places_one_place_per_code'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$')), name='places_country_is_iso2'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), _connector='OR'), name='places_point_is_on_earth'),
        ),
        migrations.AddIndex(
            model_name='postcode',
            index=models.Index(django.contrib.postgres.indexes.OpClass(models.F('code'), name='varchar_pattern_ops'), name='places_by_postcode'),
        ),
        migrations.AddConstraint(
            model_name='postcode',
            constraint=models.UniqueConstraint(fields=('place', 'code'), name='places_one_postcode_per_place'),
        ),
    ]
