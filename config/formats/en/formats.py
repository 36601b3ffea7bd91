"""How English writes dates and times. Another language may have a module like this beside it;
without one, `config/when.py` uses the formats that Django has for it.
"""

DATE_FORMAT = "F j, Y"
SHORT_DATE_FORMAT = "M j, Y"
MONTH_DAY_FORMAT = "F j"
YEAR_MONTH_FORMAT = "F Y"
TIME_FORMAT = "g:i A"
DATETIME_FORMAT = "F j, Y, g:i A"
SHORT_DATETIME_FORMAT = "M j, Y, g:i A"

# Names of our own.
DAY = "l, F j"
DAY_WITH_YEAR = "l, F j, Y"
SHORT_DAY = "D, M j"
SHORT_DAY_WITH_YEAR = "D, M j, Y"
HOUR = "g A"
# The start of a range in one half of the day: 7–8:30 PM.
RANGE_START = "g:i"
RANGE_START_HOUR = "g"
