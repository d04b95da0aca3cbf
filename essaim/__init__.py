"""Essaim: where movements, organisations and local authorities run innovation communities."""
