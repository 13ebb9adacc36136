"""The released programme for machines: schedule.json, schedule.xml and the calendars."""
