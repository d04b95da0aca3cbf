"""How Essaim looks: the layout, the components (`ui`), one stylesheet, small behaviours.

Also the error pages and, at /design/, the catalogue that shows every component in use.
"""
