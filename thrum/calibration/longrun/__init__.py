"""Months of operation at window level: what the alarm does when nothing breaks, and when it does.

service.py says how a machine is run, library.py renders it at a few states and draws windows
between them, installed.py learns it, provisional.py lets that grow, trial.py tries it, simulate.py
judges the months after that, one_machine.py and evidence.py count alarms and delays, run.py
reports.
"""
