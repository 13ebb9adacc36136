"""The programme on paper: booklet, door sheets, name tents, run sheet."""
