from django.db import migrations

# Seats are counted by the database, whoever writes: whoever comes, and whoever is offered a seat,
# takes one for themselves and one for each guest. The count changes under the lock of the row of
# the gathering, so the check on it (`event_seats`) refuses one too many, however many register at
# once. A registration never goes to another gathering.
KEPT = """
CREATE FUNCTION events_registration_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before integer := 0;
    after integer := 0;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.standing IN ('going', 'offered') THEN
        before := 1 + OLD.guests;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.standing IN ('going', 'offered') THEN
        after := 1 + NEW.guests;
    END IF;
    IF before <> after THEN
        UPDATE events_event SET taken = taken + after - before
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.event_id ELSE NEW.event_id END;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER events_registration_made AFTER INSERT OR DELETE ON events_registration
    FOR EACH ROW EXECUTE FUNCTION events_registration_changed();
CREATE TRIGGER events_registration_moved AFTER UPDATE OF standing, guests ON events_registration
    FOR EACH ROW EXECUTE FUNCTION events_registration_changed();

CREATE FUNCTION events_registration_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a registration stays with its gathering' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER events_registration_kept BEFORE UPDATE OF event_id ON events_registration
    FOR EACH ROW WHEN (OLD.event_id IS DISTINCT FROM NEW.event_id)
    EXECUTE FUNCTION events_registration_kept();
"""
UNDONE = """
DROP TRIGGER events_registration_kept ON events_registration;
DROP TRIGGER events_registration_moved ON events_registration;
DROP TRIGGER events_registration_made ON events_registration;
DROP FUNCTION events_registration_kept();
DROP FUNCTION events_registration_changed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(KEPT, UNDONE),
    ]
