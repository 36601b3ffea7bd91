"""Backups: one file that holds the database, made while the site runs, and put back."""
