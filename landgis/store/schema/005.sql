-- Version 5: what local rules take a fee from besides the price: the rent of a year, the output of
-- the farmland that was taken, the value of the land today.

ALTER TABLE supplies ADD COLUMN annual_rent_fen INTEGER;
ALTER TABLE supplies ADD COLUMN output_value_fen INTEGER;
ALTER TABLE supplies ADD COLUMN land_value_fen INTEGER;

CREATE TRIGGER supplies_update_of_bases BEFORE UPDATE OF
    annual_rent_fen, output_value_fen, land_value_fen
ON supplies
BEGIN SELECT RAISE(ABORT, 'supplies is append-only'); END;
