"""A listener whose every hearing leaves a row: twice heard is twice counted."""
