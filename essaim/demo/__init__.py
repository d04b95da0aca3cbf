"""A world to try Essaim in: its people, its towns, what they said. Never on a real installation."""
