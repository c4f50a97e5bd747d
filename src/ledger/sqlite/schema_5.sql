-- What format 5 adds to format 4.

-- The relay that the letter's data was sent to, by its name in campaign.toml: where to look for it.
ALTER TABLE letter ADD COLUMN relay TEXT;
