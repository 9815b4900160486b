-- Version 4: what is asked for one by one is found by its number, and every fact is kept as it
-- leaves: its non-empty columns and its area as JSON, written by the transaction that wrote them.

ALTER TABLE approvals ADD COLUMN item TEXT;
ALTER TABLE releases ADD COLUMN item TEXT;
ALTER TABLE acquisitions ADD COLUMN item TEXT;
ALTER TABLE reserves ADD COLUMN item TEXT;
ALTER TABLE supplies ADD COLUMN item TEXT;
ALTER TABLE footprints ADD COLUMN item TEXT;
ALTER TABLE districts ADD COLUMN item TEXT;
ALTER TABLE parks ADD COLUMN item TEXT;
ALTER TABLE amendments ADD COLUMN item TEXT;
ALTER TABLE delays ADD COLUMN item TEXT;
ALTER TABLE holders ADD COLUMN item TEXT;
CREATE INDEX approvals_name ON approvals (approval_id, rev_from);
CREATE INDEX releases_name ON releases (release_id, rev_from);
CREATE INDEX acquisitions_name ON acquisitions (acquisition_id, rev_from);
CREATE INDEX reserves_name ON reserves (reserve_id, rev_from);
CREATE INDEX supplies_name ON supplies (supply_id, rev_from);
CREATE INDEX footprints_name ON footprints (footprint_id, rev_from);
CREATE INDEX footprints_supply ON footprints (supply_id);
CREATE INDEX districts_name ON districts (district_code, rev_from);
CREATE INDEX parks_name ON parks (park_id, rev_from);
CREATE INDEX amendments_supply ON amendments (supply_id);
CREATE INDEX delays_supply ON delays (supply_id);
CREATE INDEX holders_supply ON holders (supply_id);
CREATE INDEX issues_feature ON issues (feature_id);
CREATE INDEX pieces_links_feature ON pieces_links (feature);
CREATE INDEX slivers_links_feature ON slivers_links (feature);

CREATE TRIGGER approvals_update_of_item BEFORE UPDATE OF item ON approvals
WHEN OLD.item IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END;
CREATE TRIGGER releases_update_of_item BEFORE UPDATE OF item ON releases
WHEN OLD.item IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'releases is append-only'); END;
CREATE TRIGGER acquisitions_update_of_item BEFORE UPDATE OF item ON acquisitions
WHEN OLD.item IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'acquisitions is append-only'); END;
CREATE TRIGGER reserves_update_of_item BEFORE UPDATE OF item ON reserves
WHEN OLD.item IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'reserves is append-only'); END;
CREATE TRIGGER supplies_update_of_item BEFORE UPDATE OF item ON supplies
WHEN OLD.item IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'supplies is append-only'); END;
CREATE TRIGGER footprints_update_of_item BEFORE UPDATE OF item ON footprints
WHEN OLD.item IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'footprints is append-only'); END;
CREATE TRIGGER districts_update_of_item BEFORE UPDATE OF item ON districts
WHEN OLD.item IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'districts is append-only'); END;
CREATE TRIGGER parks_update_of_item BEFORE UPDATE OF item ON parks
WHEN OLD.item IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'parks is append-only'); END;
CREATE TRIGGER amendments_update_of_item BEFORE UPDATE OF item ON amendments
WHEN OLD.item IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'amendments is append-only'); END;
CREATE TRIGGER delays_update_of_item BEFORE UPDATE OF item ON delays
WHEN OLD.item IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'delays is append-only'); END;
CREATE TRIGGER holders_update_of_item BEFORE UPDATE OF item ON holders
WHEN OLD.item IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'holders is append-only'); END;
