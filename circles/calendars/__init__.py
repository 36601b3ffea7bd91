"""Meetings in people's calendars."""
