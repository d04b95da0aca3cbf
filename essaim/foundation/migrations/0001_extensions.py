"""Trusted extensions, and the words of search: accents off, French and English stems."""

from django.contrib.postgres.operations import (
    BtreeGinExtension,
    BtreeGistExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

# Lower-case without accents. unaccent() itself is only STABLE (its dictionary could be replaced),
# which forbids it in indexes and generated columns; ours never replaces the dictionary.
UNACCENT = """
CREATE FUNCTION essaim_unaccent(words text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN lower(unaccent('unaccent'::regdictionary, words));
"""

CONFIGURATIONS = """
CREATE TEXT SEARCH CONFIGURATION essaim_fr (COPY = pg_catalog.french);
ALTER TEXT SEARCH CONFIGURATION essaim_fr
    ALTER MAPPING FOR asciihword, asciiword, hword_asciipart, hword, hword_part, word
    WITH unaccent, french_stem;
CREATE TEXT SEARCH CONFIGURATION essaim_en (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION essaim_en
    ALTER MAPPING FOR asciihword, asciiword, hword_asciipart, hword, hword_part, word
    WITH unaccent, english_stem;
"""

# One weighted document from a title and a body in the row's own language; immutable, so that a
# generated column or an index can hold it.
DOCUMENT = """
CREATE FUNCTION essaim_document(title text, body text, language text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE language
        WHEN 'fr' THEN setweight(to_tsvector('essaim_fr'::regconfig, coalesce(title, '')), 'A')
            || setweight(to_tsvector('essaim_fr'::regconfig, coalesce(body, '')), 'B')
        ELSE setweight(to_tsvector('essaim_en'::regconfig, coalesce(title, '')), 'A')
            || setweight(to_tsvector('essaim_en'::regconfig, coalesce(body, '')), 'B')
    END;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        BtreeGistExtension(),
        BtreeGinExtension(),
        migrations.RunSQL(UNACCENT, "DROP FUNCTION essaim_unaccent(text);"),
        migrations.RunSQL(
            CONFIGURATIONS,
            "DROP TEXT SEARCH CONFIGURATION essaim_fr; DROP TEXT SEARCH CONFIGURATION essaim_en;",
        ),
        migrations.RunSQL(DOCUMENT, "DROP FUNCTION essaim_document(text, text, text);"),
    ]
