from django.db import migrations

# Who stands behind an idea is counted by the database, whoever writes: the product, an import, an
# erasure. A support counts for the idea itself, for the one that idea is merged into, for its
# parts, and for what it was carried up as; a person counts once, and never behind their own idea.
#
# The count is made after the row is locked, so it sees every support committed before; locks are
# taken in the order of ids, so two counts never wait for each other.
COUNTING = """
CREATE FUNCTION ideas_counting(changed bigint[]) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    WITH RECURSIVE counting(id) AS (
        SELECT unnest(changed)
        UNION
        SELECT further.id FROM counting, LATERAL (
            SELECT merged_into_id AS id FROM ideas_idea
                WHERE ideas_idea.id = counting.id AND merged_into_id IS NOT NULL
            UNION ALL SELECT id FROM ideas_idea WHERE part_of_id = counting.id
            UNION ALL SELECT id FROM ideas_idea WHERE carried_from_id = counting.id
        ) AS further
    )
    SELECT array_agg(id ORDER BY id) FROM counting WHERE id IS NOT NULL
$$;

CREATE FUNCTION ideas_counted(behind bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    WITH RECURSIVE counted(id) AS (
        SELECT behind
        UNION
        SELECT further.id FROM counted, LATERAL (
            SELECT part_of_id AS id FROM ideas_idea
                WHERE ideas_idea.id = counted.id AND part_of_id IS NOT NULL
            UNION ALL SELECT carried_from_id FROM ideas_idea
                WHERE ideas_idea.id = counted.id AND carried_from_id IS NOT NULL
            UNION ALL SELECT id FROM ideas_idea WHERE merged_into_id = counted.id
        ) AS further
    )
    SELECT array_agg(id) FROM counted
$$;

CREATE FUNCTION ideas_recount(changed bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    counting bigint[] := ideas_counting(changed);
    one bigint;
    counted bigint[];
    people integer;
BEGIN
    PERFORM 1 FROM ideas_idea WHERE id = ANY(counting) ORDER BY id FOR NO KEY UPDATE;
    FOREACH one IN ARRAY coalesce(counting, '{}') LOOP
        counted := ideas_counted(one);
        SELECT count(DISTINCT member_id) INTO people FROM ideas_support
            WHERE idea_id = ANY(counted) AND member_id NOT IN (
                SELECT author_id FROM ideas_idea WHERE id = ANY(counted) AND author_id IS NOT NULL
            );
        UPDATE ideas_idea SET supporters = people WHERE id = one AND supporters <> people;
    END LOOP;
END $$;

CREATE FUNCTION ideas_support_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ideas_recount(ARRAY(SELECT DISTINCT idea_id FROM changed));
    RETURN NULL;
END $$;

CREATE TRIGGER ideas_support_given AFTER INSERT ON ideas_support
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION ideas_support_changed();
CREATE TRIGGER ideas_support_taken AFTER DELETE ON ideas_support
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION ideas_support_changed();

CREATE FUNCTION ideas_idea_tied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM ideas_recount(ARRAY[NEW.id]);
    ELSE
        PERFORM ideas_recount(array_remove(
            ARRAY[NEW.id, OLD.merged_into_id, NEW.merged_into_id], NULL
        ));
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ideas_idea_made_from_another AFTER INSERT ON ideas_idea FOR EACH ROW
    WHEN (NEW.part_of_id IS NOT NULL OR NEW.carried_from_id IS NOT NULL)
    EXECUTE FUNCTION ideas_idea_tied();
CREATE TRIGGER ideas_idea_tied_otherwise
    AFTER UPDATE OF merged_into_id, part_of_id, carried_from_id, author_id ON ideas_idea FOR EACH ROW
    WHEN (
        OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id
        OR OLD.part_of_id IS DISTINCT FROM NEW.part_of_id
        OR OLD.carried_from_id IS DISTINCT FROM NEW.carried_from_id
        OR OLD.author_id IS DISTINCT FROM NEW.author_id
    )
    EXECUTE FUNCTION ideas_idea_tied();

-- One surviving idea a group: whatever the order of writes, no chain is left at the end.
CREATE FUNCTION ideas_idea_flat() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    survivor bigint;
BEGIN
    SELECT merged_into_id INTO survivor FROM ideas_idea WHERE id = NEW.id;
    IF survivor IS NOT NULL AND (
        EXISTS (SELECT 1 FROM ideas_idea WHERE id = survivor AND merged_into_id IS NOT NULL)
        OR EXISTS (SELECT 1 FROM ideas_idea WHERE merged_into_id = NEW.id)
    ) THEN
        RAISE EXCEPTION 'idea % is merged into one that is merged itself', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ideas_idea_flat AFTER INSERT OR UPDATE OF merged_into_id ON ideas_idea
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL)
    EXECUTE FUNCTION ideas_idea_flat();

SELECT ideas_recount(ARRAY(SELECT DISTINCT idea_id FROM ideas_support));
"""
UNDONE = """
DROP TRIGGER ideas_idea_flat ON ideas_idea;
DROP TRIGGER ideas_idea_tied_otherwise ON ideas_idea;
DROP TRIGGER ideas_idea_made_from_another ON ideas_idea;
DROP TRIGGER ideas_support_taken ON ideas_support;
DROP TRIGGER ideas_support_given ON ideas_support;
DROP FUNCTION ideas_idea_flat();
DROP FUNCTION ideas_idea_tied();
DROP FUNCTION ideas_support_changed();
DROP FUNCTION ideas_recount(bigint[]);
DROP FUNCTION ideas_counted(bigint);
DROP FUNCTION ideas_counting(bigint[]);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ideas', '0003_regrouping_versions_appeals'),
    ]

    operations = [
        migrations.RunSQL(COUNTING, UNDONE),
    ]
