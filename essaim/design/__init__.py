"""How Essaim looks and speaks: the layout, the components (`ui`), one stylesheet, small behaviours, error pages, the catalogue."""
