from django.db import migrations

# Who is here follows from what was done at the door, whoever writes and in whatever order it
# arrives. Of one registration: the first scan (or tap on its name) by its own time that no later
# undoing ends. Of those who are on no list: the sum of what was counted and not taken back. Both
# are read anew each time, because rows of one statement see each other. All of it happens under the lock of the row of the gathering, which the
# first statement takes, so that two doors take turns.
KEPT = """
CREATE FUNCTION events_door_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    first record;
    before integer;
    after integer := 0;
BEGIN
    IF NEW.outcome = 'refused' THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM events_event WHERE id = NEW.event_id FOR UPDATE;
    IF NEW.registration_id IS NOT NULL THEN
        SELECT scanned_at, people INTO first FROM events_checkin
        WHERE registration_id = NEW.registration_id AND how IN ('scan', 'name')
          AND outcome <> 'refused'
          AND scanned_at > coalesce((
              SELECT max(undone.scanned_at) FROM events_checkin undone
              WHERE undone.registration_id = NEW.registration_id
                AND undone.how = 'undo' AND undone.outcome <> 'refused'
          ), '-infinity')
        ORDER BY scanned_at, nonce COLLATE "C" LIMIT 1;
        IF FOUND THEN
            after := first.people;
        END IF;
        SELECT came INTO before FROM events_registration WHERE id = NEW.registration_id;
        UPDATE events_registration SET checked_in_at = first.scanned_at, came = after
        WHERE id = NEW.registration_id
          AND (came, checked_in_at) IS DISTINCT FROM (after, first.scanned_at);
        IF after <> before THEN
            UPDATE events_event SET attended = attended + after - before WHERE id = NEW.event_id;
        END IF;
        RETURN NULL;
    END IF;
    UPDATE events_event SET headcount = (
        SELECT coalesce(sum(counted.people), 0) FROM events_checkin counted
        WHERE counted.event_id = NEW.event_id AND counted.how IN ('walk_in', 'count')
          AND counted.outcome <> 'refused' AND NOT EXISTS (
              SELECT 1 FROM events_checkin undone
              WHERE undone.event_id = NEW.event_id AND undone.undoes = counted.nonce
                AND undone.undoes <> '' AND undone.outcome <> 'refused'
          )
    ) WHERE id = NEW.event_id;
    RETURN NULL;
END $$;
CREATE TRIGGER events_door_kept AFTER INSERT ON events_checkin
    FOR EACH ROW EXECUTE FUNCTION events_door_kept();

CREATE FUNCTION events_door_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.name = '' THEN
        OLD.name := '';
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what was done at a door is not changed afterwards'
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER events_door_grows BEFORE UPDATE OR DELETE ON events_checkin
    FOR EACH ROW EXECUTE FUNCTION events_door_grows();
"""
UNDONE = """
DROP TRIGGER events_door_grows ON events_checkin;
DROP FUNCTION events_door_grows();
DROP TRIGGER events_door_kept ON events_checkin;
DROP FUNCTION events_door_kept();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("events", "0003_door"),
    ]

    operations = [
        migrations.RunSQL(KEPT, UNDONE),
    ]
