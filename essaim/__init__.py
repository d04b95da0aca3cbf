"""Essaim: the open platform on which movements, organisations and local authorities run their innovation communities."""
