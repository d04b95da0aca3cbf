"""Where a project spread, and that it never descends from itself: what it started from is fixed
when it is made, when nothing can descend from it yet."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION projects_descending(first bigint[]) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    WITH RECURSIVE found (id) AS (
        SELECT unnest(first)
        UNION
        SELECT copy.id FROM projects_project AS copy JOIN found ON copy.copied_from_id = found.id
    )
    SELECT coalesce(array_agg(id), '{}') FROM found
$$;
CREATE FUNCTION projects_ascending(first bigint[]) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    WITH RECURSIVE found (id) AS (
        SELECT unnest(first)
        UNION
        SELECT copy.copied_from_id FROM projects_project AS copy JOIN found ON copy.id = found.id
        WHERE copy.copied_from_id IS NOT NULL
    )
    SELECT coalesce(array_agg(id), '{}') FROM found
$$;
CREATE FUNCTION projects_refuse_other_origin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.copied_from_id IS DISTINCT FROM NEW.copied_from_id THEN
        RAISE EXCEPTION 'What a project started from does not change.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'project_origin_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER projects_origin_fixed BEFORE UPDATE OF copied_from_id ON projects_project
FOR EACH ROW EXECUTE FUNCTION projects_refuse_other_origin();
"""
BACKWARDS = """
DROP TRIGGER projects_origin_fixed ON projects_project;
DROP FUNCTION projects_refuse_other_origin();
DROP FUNCTION projects_ascending(bigint[]);
DROP FUNCTION projects_descending(bigint[]);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0002_perimeter'),
    ]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
