"""Speakers from a spreadsheet, with photographs from a ZIP."""
