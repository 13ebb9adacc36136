from django.db import migrations

from conference.stamp import raise_stamp_with

# Every increment locks the quota's row, and PostgreSQL checks quota_is_never_oversold on its
# newest version: no interleaving, isolation level or path can commit a seat too many.
CREATE = """
CREATE FUNCTION seat_moves_quota() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'UPDATE') THEN
        UPDATE registration_quota SET taken = taken - 1 WHERE id = OLD.quota_id;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        UPDATE registration_quota SET taken = taken + 1 WHERE id = NEW.quota_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER seat_moves_quota AFTER INSERT OR DELETE OR UPDATE OF quota_id ON registration_seat
    FOR EACH ROW EXECUTE FUNCTION seat_moves_quota();

-- A form that was opened earlier carries an old figure: seats alone move "taken".
CREATE FUNCTION quota_taken_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.taken := 0;
    ELSIF pg_trigger_depth() = 1 THEN
        NEW.taken := OLD.taken;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quota_taken_is_counted BEFORE INSERT OR UPDATE ON registration_quota
    FOR EACH ROW EXECUTE FUNCTION quota_taken_is_counted();

-- The site says "sold out": its pages change when the last seat goes and when one comes back.
CREATE TRIGGER quota_full_is_public AFTER UPDATE ON registration_quota FOR EACH ROW
    WHEN ((OLD.taken >= OLD.size) IS DISTINCT FROM (NEW.taken >= NEW.size))
    EXECUTE FUNCTION raise_public_stamp();
"""
DROP = """
DROP TRIGGER quota_full_is_public ON registration_quota;
DROP TRIGGER quota_taken_is_counted ON registration_quota;
DROP FUNCTION quota_taken_is_counted();
DROP TRIGGER seat_moves_quota ON registration_seat;
DROP FUNCTION seat_moves_quota();
"""


class Migration(migrations.Migration):
    dependencies = [("registration", "0001_initial"), ("conference", "0002_public_stamp")]

    operations = [
        migrations.RunSQL(CREATE, DROP),
        raise_stamp_with("registration_tickettype", "registration_tickettype_quotas"),
    ]
