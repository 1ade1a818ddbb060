"""Months of operation at window level: what the alarm does when nothing breaks, and when it does.

service.py says how a machine is run, library.py renders it at a few states and draws windows
between them, simulate.py judges these, evidence.py counts alarms and delays, run.py reports.
"""
