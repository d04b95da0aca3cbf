from django.db import migrations

# A sponsor opens doors for a project from outside it: not in the team, and of no unit that the
# team or what the project touches belongs to, above or below, unless the exception is written. An
# elected sponsor, who may be near, is elected where the project's community is or above. Whoever
# writes, the product, an import or a command, the database refuses the rest.
#
# What changes later (somebody changes unit, another service is touched) breaks nothing here: it is
# told when it is read, and such a sponsor decides at no gate. Both triggers lock the project, so
# that a sponsor and a team member who come at once take turns.
PERIMETER = """
CREATE FUNCTION projects_units_of(who bigint[], day date) RETURNS SETOF bigint
LANGUAGE sql STABLE AS $$
    SELECT membership.community_id FROM communities_membership AS membership
    JOIN communities_community AS unit ON unit.id = membership.community_id AND unit.kind = 'unit'
    WHERE membership.member_id = ANY(who) AND membership.left_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM communities_membership AS deeper
        JOIN communities_community AS below
            ON below.id = deeper.community_id AND below.kind = 'unit'
        WHERE deeper.member_id = membership.member_id AND deeper.left_at IS NULL
            AND below.ancestor_ids @> ARRAY[membership.community_id]
    )
    UNION
    SELECT mandate.community_id FROM communities_mandate AS mandate
    JOIN communities_community AS unit ON unit.id = mandate.community_id AND unit.kind = 'unit'
    WHERE mandate.member_id = ANY(who) AND mandate.role IN ('head', 'host')
        AND mandate.starts_on <= day AND (mandate.ends_on IS NULL OR mandate.ends_on > day)
$$;

CREATE FUNCTION projects_around(units bigint[]) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    SELECT id FROM communities_community WHERE kind = 'unit' AND (
        id = ANY(units) OR ancestor_ids && units
        OR id IN (
            SELECT unnest(ancestor_ids) FROM communities_community WHERE id = ANY(units)
        )
    )
$$;

CREATE FUNCTION projects_team(of_project bigint, day date) RETURNS SETOF bigint
LANGUAGE sql STABLE AS $$
    SELECT mandate.member_id FROM projects_project AS project
    JOIN communities_mandate AS mandate ON mandate.community_id = project.community_id
    WHERE project.id = of_project AND mandate.role IN ('host', 'team')
        AND (mandate.ends_on IS NULL OR mandate.ends_on > day)
$$;

CREATE FUNCTION projects_reaches(units bigint[], sponsor bigint, day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT projects_around(units) INTERSECT SELECT projects_units_of(ARRAY[sponsor], day)
    )
$$;

CREATE FUNCTION projects_is_inside(of_project bigint, sponsor bigint, day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT projects_reaches(ARRAY(
        SELECT projects_units_of(ARRAY(SELECT projects_team(of_project, day)), day)
        UNION
        SELECT unit_id FROM projects_projectparty
            WHERE project_id = of_project AND unit_id IS NOT NULL
    ), sponsor, day)
$$;

CREATE FUNCTION projects_sponsor_is_outside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM projects_project WHERE id = NEW.project_id FOR NO KEY UPDATE;
    IF NEW.member_id IN (SELECT projects_team(NEW.project_id, NEW.starts_on)) THEN
        RAISE EXCEPTION 'member % sponsors project % and is in its team',
            NEW.member_id, NEW.project_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sponsorship_outside';
    END IF;
    IF NEW.kind = 'elected' AND NOT EXISTS (
        SELECT 1 FROM projects_project AS project
        JOIN communities_community AS own ON own.id = project.community_id
        JOIN communities_mandate AS mandate ON mandate.community_id = ANY(own.ancestor_ids)
        WHERE project.id = NEW.project_id AND mandate.member_id = NEW.member_id
            AND mandate.role = 'elected' AND mandate.starts_on <= NEW.starts_on
            AND (mandate.ends_on IS NULL OR mandate.ends_on > NEW.starts_on)
    ) THEN
        RAISE EXCEPTION 'member % is not elected and sponsors project % as that',
            NEW.member_id, NEW.project_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sponsorship_elected';
    END IF;
    IF NEW.kind = 'main' AND NEW.exception_reason = '' AND projects_is_inside(NEW.project_id, NEW.member_id, NEW.starts_on) THEN
        RAISE EXCEPTION 'member % sponsors project % and is inside its perimeter',
            NEW.member_id, NEW.project_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sponsorship_outside';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER projects_sponsor_named AFTER INSERT ON projects_sponsorship
    FOR EACH ROW WHEN (
        NEW.member_id IS NOT NULL AND (NEW.ends_on IS NULL OR NEW.ends_on > NEW.starts_on)
    ) EXECUTE FUNCTION projects_sponsor_is_outside();
CREATE TRIGGER projects_sponsor_changed AFTER UPDATE ON projects_sponsorship
    FOR EACH ROW WHEN (
        NEW.member_id IS NOT NULL AND (NEW.ends_on IS NULL OR NEW.ends_on > NEW.starts_on)
        AND (
            (OLD.exception_reason <> '' AND NEW.exception_reason = '') OR NEW.kind <> OLD.kind
            OR NEW.project_id <> OLD.project_id
            OR NEW.member_id IS DISTINCT FROM OLD.member_id
            OR NEW.starts_on <> OLD.starts_on
            OR coalesce(NEW.ends_on, 'infinity') > coalesce(OLD.ends_on, 'infinity')
        )
    ) EXECUTE FUNCTION projects_sponsor_is_outside();

CREATE FUNCTION projects_team_is_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
    sponsored record;
BEGIN
    SELECT id INTO found FROM projects_project WHERE community_id = NEW.community_id
        FOR NO KEY UPDATE;
    IF found IS NULL THEN
        RETURN NULL;
    END IF;
    FOR sponsored IN
        SELECT member_id, kind, exception_reason FROM projects_sponsorship
        WHERE project_id = found AND member_id IS NOT NULL
            AND (ends_on IS NULL OR ends_on > NEW.starts_on)
    LOOP
        IF sponsored.member_id = NEW.member_id OR (
            sponsored.kind = 'main' AND sponsored.exception_reason = '' AND projects_reaches(
                ARRAY(SELECT projects_units_of(ARRAY[NEW.member_id], NEW.starts_on)),
                sponsored.member_id, NEW.starts_on
            )
        ) THEN
            RAISE EXCEPTION 'member % joins the team of project %, whose sponsor is too near',
                NEW.member_id, found
                USING ERRCODE = 'check_violation', CONSTRAINT = 'team_apart_from_sponsor';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE TRIGGER projects_team_joined AFTER INSERT ON communities_mandate
    FOR EACH ROW WHEN (
        NEW.role IN ('host', 'team') AND (NEW.ends_on IS NULL OR NEW.ends_on > NEW.starts_on)
    ) EXECUTE FUNCTION projects_team_is_apart();
CREATE TRIGGER projects_team_changed
    AFTER UPDATE OF community_id, member_id, role, starts_on, ends_on ON communities_mandate
    FOR EACH ROW WHEN (
        NEW.role IN ('host', 'team') AND (NEW.ends_on IS NULL OR NEW.ends_on > NEW.starts_on)
        AND (
            OLD.role NOT IN ('host', 'team') OR NEW.member_id <> OLD.member_id OR NEW.community_id <> OLD.community_id
            OR NEW.starts_on <> OLD.starts_on
            OR coalesce(NEW.ends_on, 'infinity') > coalesce(OLD.ends_on, 'infinity')
        )
    ) EXECUTE FUNCTION projects_team_is_apart();
"""
UNDONE = """
DROP TRIGGER projects_team_changed ON communities_mandate;
DROP TRIGGER projects_team_joined ON communities_mandate;
DROP TRIGGER projects_sponsor_changed ON projects_sponsorship;
DROP TRIGGER projects_sponsor_named ON projects_sponsorship;
DROP FUNCTION projects_team_is_apart();
DROP FUNCTION projects_sponsor_is_outside();
DROP FUNCTION projects_is_inside(bigint, bigint, date);
DROP FUNCTION projects_reaches(bigint[], bigint, date);
DROP FUNCTION projects_team(bigint, date);
DROP FUNCTION projects_around(bigint[]);
DROP FUNCTION projects_units_of(bigint[], date);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0001_initial'),
        ('communities', '0010_units_and_teams'),
    ]

    operations = [
        migrations.RunSQL(PERIMETER, UNDONE),
    ]
