import django.contrib.postgres.fields
from django.db import migrations, models

WORDS = """
CREATE FUNCTION essaim_words(words text, language text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN tsvector_to_array(
        CASE language
            WHEN 'fr' THEN to_tsvector('essaim_fr'::regconfig, words)
            ELSE to_tsvector('essaim_en'::regconfig, words)
        END
    );
"""

# How alike two short texts are, from 0 to 1: by letters (typing errors), by one within the other
# (slightly less sure), by the share of stems of three letters or more that both have (other order).
LIKENESS = """
CREATE FUNCTION essaim_likeness(one text, other text, language text) RETURNS real
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT COST 10000
    RETURN greatest(
        similarity(essaim_unaccent(one), essaim_unaccent(other)),
        0.8 * strict_word_similarity(essaim_unaccent(one), essaim_unaccent(other)),
        0.8 * strict_word_similarity(essaim_unaccent(other), essaim_unaccent(one)),
        (
            SELECT 2.0 * count(*) FILTER (WHERE ours = theirs)
                / nullif(count(ours) + count(theirs), 0)
            FROM (SELECT ours FROM unnest(essaim_words(one, language)) ours
                  WHERE length(ours) > 2) x
            FULL JOIN (SELECT theirs FROM unnest(essaim_words(other, language)) theirs
                       WHERE length(theirs) > 2) y ON ours = theirs
        )
    );
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_facts")]

    operations = [
        migrations.CreateModel(
            name="CacheGeneration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bumped_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="RateLimit",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "moments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateTimeField(), size=None
                    ),
                ),
                ("was_allowed", models.BooleanField()),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.RunSQL(WORDS, "DROP FUNCTION essaim_words(text, text);"),
        migrations.RunSQL(LIKENESS, "DROP FUNCTION essaim_likeness(text, text, text);"),
    ]
