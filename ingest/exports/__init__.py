"""Files that other systems export: fetched, read whatever their format, their columns named once by a person."""
