from django.db import migrations

# Slots are counted by the database, whoever writes: a match that is agreed or done fills one of
# its need's, one that is agreed fills one of its offer's. The counts change by one under the lock
# of the row they stand in, so the checks on them (`need_slots`, `offer_slots`) refuse one too many
# however many accept at once. A need that has a free slot again is not filled any more. A match that
# holds a slot before and after leaves the row alone that the slot stands in: freed and taken again,
# a full need would be open in between, and stay so.
#
# A match is where its last event left it. Both are written in one transaction, so that is looked
# at when it ends.
KEPT = """
CREATE FUNCTION needs_match_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    need_before bigint;
    need_after bigint;
    offer_before bigint;
    offer_after bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        need_before := CASE WHEN OLD.state IN ('accepted', 'done') THEN OLD.need_id END;
        offer_before := CASE WHEN OLD.state = 'accepted' THEN OLD.offer_id END;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        need_after := CASE WHEN NEW.state IN ('accepted', 'done') THEN NEW.need_id END;
        offer_after := CASE WHEN NEW.state = 'accepted' THEN NEW.offer_id END;
    END IF;
    IF need_before IS DISTINCT FROM need_after THEN
        UPDATE needs_need SET taken = taken - 1, filled_at = NULL WHERE id = need_before;
        UPDATE needs_need SET taken = taken + 1 WHERE id = need_after;
    END IF;
    IF offer_before IS DISTINCT FROM offer_after THEN
        UPDATE needs_offer SET taken = taken - 1 WHERE id = offer_before;
        UPDATE needs_offer SET taken = taken + 1 WHERE id = offer_after;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER needs_match_made AFTER INSERT ON needs_match
    FOR EACH ROW EXECUTE FUNCTION needs_match_changed();
CREATE TRIGGER needs_match_gone AFTER DELETE ON needs_match
    FOR EACH ROW EXECUTE FUNCTION needs_match_changed();
CREATE TRIGGER needs_match_moved AFTER UPDATE OF state, need_id, offer_id ON needs_match
    FOR EACH ROW WHEN (
        OLD.state IS DISTINCT FROM NEW.state
        OR OLD.need_id IS DISTINCT FROM NEW.need_id
        OR OLD.offer_id IS DISTINCT FROM NEW.offer_id
    )
    EXECUTE FUNCTION needs_match_changed();

CREATE FUNCTION needs_match_told() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which bigint;
    stands text;
    told text;
BEGIN
    IF TG_TABLE_NAME = 'needs_match' THEN
        which := NEW.id;
    ELSE
        which := NEW.match_id;
    END IF;
    SELECT state INTO stands FROM needs_match WHERE id = which;
    SELECT state INTO told FROM needs_matchevent WHERE match_id = which ORDER BY id DESC LIMIT 1;
    IF stands IS NOT NULL AND stands IS DISTINCT FROM told THEN
        RAISE EXCEPTION 'match % is %, its history says %', which, stands, told
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER needs_match_told AFTER INSERT OR UPDATE OF state ON needs_match
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION needs_match_told();
CREATE CONSTRAINT TRIGGER needs_matchevent_told AFTER INSERT ON needs_matchevent
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION needs_match_told();

-- What happened stays as it was told; only who did it may be forgotten.
CREATE FUNCTION needs_matchevent_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of a match is only added to' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER needs_matchevent_kept BEFORE UPDATE OF match_id, act, state, at, undone_id
    ON needs_matchevent FOR EACH ROW EXECUTE FUNCTION needs_matchevent_kept();
"""
UNDONE = """
DROP TRIGGER needs_matchevent_kept ON needs_matchevent;
DROP TRIGGER needs_matchevent_told ON needs_matchevent;
DROP TRIGGER needs_match_told ON needs_match;
DROP TRIGGER needs_match_moved ON needs_match;
DROP TRIGGER needs_match_gone ON needs_match;
DROP TRIGGER needs_match_made ON needs_match;
DROP FUNCTION needs_matchevent_kept();
DROP FUNCTION needs_match_told();
DROP FUNCTION needs_match_changed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('needs', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(KEPT, UNDONE),
    ]
