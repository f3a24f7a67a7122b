"""Instruments at the desk: workbooks, comparisons, XLSForms."""
