"""Instruments at the desk: as a workbook that an officer fills in and back, and as an XLSForm.

A workbook is read into the same files that authors write by hand, and judged by the same strict reader.
"""
