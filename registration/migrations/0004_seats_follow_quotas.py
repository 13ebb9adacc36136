from django.db import migrations

# A quota that joins a ticket type counts the people who have it already, and one that leaves it
# gives their seats back; quota_is_never_oversold refuses the whole statement when they are too
# many. The ticket type is locked against those who take or free seats under it
# (registration/capacity.py): whoever they are, they see this change or are seen by it.
CREATE = """
CREATE FUNCTION seats_follow_quotas() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'UPDATE') THEN
        PERFORM 1 FROM registration_tickettype
            WHERE id IN (SELECT tickettype_id FROM removed) ORDER BY id FOR NO KEY UPDATE;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        PERFORM 1 FROM registration_tickettype
            WHERE id IN (SELECT tickettype_id FROM added) ORDER BY id FOR NO KEY UPDATE;
    END IF;
    IF TG_OP IN ('DELETE', 'UPDATE') THEN
        PERFORM 1 FROM registration_quota
            WHERE id IN (SELECT quota_id FROM removed) ORDER BY id FOR NO KEY UPDATE;
        DELETE FROM registration_seat AS seat
            USING removed, registration_registration AS registration
            WHERE seat.quota_id = removed.quota_id
                AND seat.registration_id = registration.id
                AND registration.ticket_type_id = removed.tickettype_id;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        PERFORM 1 FROM registration_quota
            WHERE id IN (SELECT quota_id FROM added) ORDER BY id FOR NO KEY UPDATE;
        INSERT INTO registration_seat (registration_id, quota_id)
            SELECT registration.id, added.quota_id
            FROM added JOIN registration_registration AS registration
                ON registration.ticket_type_id = added.tickettype_id
            WHERE registration.state IN ('offered', 'awaiting_payment', 'confirmed')
            ORDER BY added.quota_id, registration.id
            ON CONFLICT (registration_id, quota_id) DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER seats_follow_quotas_added AFTER INSERT ON registration_tickettype_quotas
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION seats_follow_quotas();
CREATE TRIGGER seats_follow_quotas_moved AFTER UPDATE ON registration_tickettype_quotas
    REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION seats_follow_quotas();
CREATE TRIGGER seats_follow_quotas_removed AFTER DELETE ON registration_tickettype_quotas
    REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION seats_follow_quotas();
"""
DROP = """
DROP TRIGGER seats_follow_quotas_removed ON registration_tickettype_quotas;
DROP TRIGGER seats_follow_quotas_moved ON registration_tickettype_quotas;
DROP TRIGGER seats_follow_quotas_added ON registration_tickettype_quotas;
DROP FUNCTION seats_follow_quotas();
"""


class Migration(migrations.Migration):
    dependencies = [("registration", "0003_submissions")]

    operations = [migrations.RunSQL(CREATE, DROP)]
