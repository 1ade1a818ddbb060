// The program of this suite is the firmware itself; its cases come from `thrum verify`, which feeds it
// windows over its serial line (see test_custom_runner.py).
