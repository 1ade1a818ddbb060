"""The live page: a device's lines (source, streams, samples) become records, a hub keeps them, and
the server hands them to the browser's page, which draws them with Plotly.
"""
