"""The figures of a brief: charts drawn on the server, and cards of videos and documents."""

from .charts import Chart, draw, render, table

__all__ = ["Chart", "draw", "render", "table"]
