"""Programmes from elsewhere: schedule.json, schedule.xml, pretalx's lists, spreadsheets."""
