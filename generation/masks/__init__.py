"""Masks: which pixels of a picture are painted anew, found by a part's name or attached."""
