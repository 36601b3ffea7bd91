"""How English writes dates and times. Another language may have a module like this beside it;
without one, `config/when.py` uses the formats that Django has for it.
"""

DATE_FORMAT = "F j, Y"
SHORT_DATE_FORMAT = "M j, Y"
MONTH_DAY_FORMAT = "F j"
YEAR_MONTH_FORMAT = "F Y"
# “7 PM”, “7:30 PM”: Django’s “f” leaves out the minutes of a full hour.
TIME_FORMAT = "f A"
DATETIME_FORMAT = "F j, Y, f A"
SHORT_DATETIME_FORMAT = "M j, Y, f A"

# Names of our own.
DAY = "l, F j"
DAY_WITH_YEAR = "l, F j, Y"
SHORT_DAY = "D, M j"
SHORT_DAY_WITH_YEAR = "D, M j, Y"
# The start of a range in one half of the day: 7–8:30 PM.
RANGE_START = "f"
