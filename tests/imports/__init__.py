"""Tests of the answers that come from elsewhere."""
