-- Version 6: features lie ready beside the facts. What is read by the thousand is a narrow table, so
-- that nobody passes by fifty columns to come to two: the whole feature with its polygon as GeoJSON,
-- its name and when it was known. Facts keep no JSON any more.

CREATE TABLE approvals_ready (
    fact INTEGER PRIMARY KEY REFERENCES approvals,
    feature_id TEXT NOT NULL,
    rev_from INTEGER NOT NULL,
    rev_to INTEGER,
    item TEXT NOT NULL
) STRICT;
CREATE TABLE releases_ready (
    fact INTEGER PRIMARY KEY REFERENCES releases,
    feature_id TEXT NOT NULL,
    rev_from INTEGER NOT NULL,
    rev_to INTEGER,
    item TEXT NOT NULL
) STRICT;
CREATE TABLE acquisitions_ready (
    fact INTEGER PRIMARY KEY REFERENCES acquisitions,
    feature_id TEXT NOT NULL,
    rev_from INTEGER NOT NULL,
    rev_to INTEGER,
    item TEXT NOT NULL
) STRICT;
CREATE TABLE reserves_ready (
    fact INTEGER PRIMARY KEY REFERENCES reserves,
    feature_id TEXT NOT NULL,
    rev_from INTEGER NOT NULL,
    rev_to INTEGER,
    item TEXT NOT NULL
) STRICT;
CREATE TABLE supplies_ready (
    fact INTEGER PRIMARY KEY REFERENCES supplies,
    feature_id TEXT NOT NULL,
    rev_from INTEGER NOT NULL,
    rev_to INTEGER,
    item TEXT NOT NULL
) STRICT;
CREATE TABLE footprints_ready (
    fact INTEGER PRIMARY KEY REFERENCES footprints,
    feature_id TEXT NOT NULL,
    rev_from INTEGER NOT NULL,
    rev_to INTEGER,
    item TEXT NOT NULL
) STRICT;
CREATE TABLE districts_ready (
    fact INTEGER PRIMARY KEY REFERENCES districts,
    feature_id TEXT NOT NULL,
    rev_from INTEGER NOT NULL,
    rev_to INTEGER,
    item TEXT NOT NULL
) STRICT;
CREATE TABLE parks_ready (
    fact INTEGER PRIMARY KEY REFERENCES parks,
    feature_id TEXT NOT NULL,
    rev_from INTEGER NOT NULL,
    rev_to INTEGER,
    item TEXT NOT NULL
) STRICT;

-- Polygons as they were published: the sealed entries speak of them. The rest is written around them
-- by facts.complete.
INSERT INTO approvals_ready
SELECT fact, approval_id, rev_from, rev_to, coalesce(geojson, 'null') FROM approvals ORDER BY fact;
CREATE INDEX approvals_ready_name ON approvals_ready (feature_id, rev_from);
INSERT INTO releases_ready
SELECT fact, release_id, rev_from, rev_to, coalesce(geojson, 'null') FROM releases ORDER BY fact;
CREATE INDEX releases_ready_name ON releases_ready (feature_id, rev_from);
INSERT INTO acquisitions_ready
SELECT fact, acquisition_id, rev_from, rev_to, coalesce(geojson, 'null') FROM acquisitions ORDER BY fact;
CREATE INDEX acquisitions_ready_name ON acquisitions_ready (feature_id, rev_from);
INSERT INTO reserves_ready
SELECT fact, reserve_id, rev_from, rev_to, coalesce(geojson, 'null') FROM reserves ORDER BY fact;
CREATE INDEX reserves_ready_name ON reserves_ready (feature_id, rev_from);
INSERT INTO supplies_ready
SELECT fact, supply_id, rev_from, rev_to, coalesce(geojson, 'null') FROM supplies ORDER BY fact;
CREATE INDEX supplies_ready_name ON supplies_ready (feature_id, rev_from);
INSERT INTO footprints_ready
SELECT fact, footprint_id, rev_from, rev_to, coalesce(geojson, 'null') FROM footprints ORDER BY fact;
CREATE INDEX footprints_ready_name ON footprints_ready (feature_id, rev_from);
INSERT INTO districts_ready
SELECT fact, district_code, rev_from, rev_to, coalesce(geojson, 'null') FROM districts ORDER BY fact;
CREATE INDEX districts_ready_name ON districts_ready (feature_id, rev_from);
INSERT INTO parks_ready
SELECT fact, park_id, rev_from, rev_to, coalesce(geojson, 'null') FROM parks ORDER BY fact;
CREATE INDEX parks_ready_name ON parks_ready (feature_id, rev_from);

DROP TRIGGER approvals_update;
DROP TRIGGER approvals_update_of_item;
ALTER TABLE approvals DROP COLUMN geojson;
ALTER TABLE approvals DROP COLUMN item;
CREATE TRIGGER approvals_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, approval_id, doc_no, name,
    kind, action, needs_acquisition, authority, approved_on, withdrawn_on,
    declared_area_m2, district_code, area_m2, geometry, evidence
ON approvals
BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END;
DROP TRIGGER releases_update;
DROP TRIGGER releases_update_of_item;
ALTER TABLE releases DROP COLUMN geojson;
ALTER TABLE releases DROP COLUMN item;
CREATE TRIGGER releases_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, release_id, approval_id,
    kind, doc_no, decided_on, area_m2, geometry, evidence
ON releases
BEGIN SELECT RAISE(ABORT, 'releases is append-only'); END;
DROP TRIGGER acquisitions_update;
DROP TRIGGER acquisitions_update_of_item;
ALTER TABLE acquisitions DROP COLUMN geojson;
ALTER TABLE acquisitions DROP COLUMN item;
CREATE TRIGGER acquisitions_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, acquisition_id, approval_id,
    announced_on, compensated_on, completed_on, declared_area_m2, area_m2, geometry,
    evidence
ON acquisitions
BEGIN SELECT RAISE(ABORT, 'acquisitions is append-only'); END;
DROP TRIGGER reserves_update;
DROP TRIGGER reserves_update_of_item;
ALTER TABLE reserves DROP COLUMN geojson;
ALTER TABLE reserves DROP COLUMN item;
CREATE TRIGGER reserves_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, reserve_id, source, in_on,
    out_on, net_land_on, mortgaged, cost_fen, area_m2, geometry, evidence
ON reserves
BEGIN SELECT RAISE(ABORT, 'reserves is append-only'); END;
DROP TRIGGER supplies_update;
DROP TRIGGER supplies_update_of_item;
DROP TRIGGER supplies_update_of_bases;
ALTER TABLE supplies DROP COLUMN geojson;
ALTER TABLE supplies DROP COLUMN item;
CREATE TRIGGER supplies_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, supply_id, approval_id,
    contract_no, parcel_code, project_name, location, district_code, district_name,
    holder, holder_credit_code, land_use, land_use_scheme, industry, supply_mode,
    land_source, land_ownership, supplied_on, term_years, price_fen, paid_fen,
    declared_area_m2, agreed_delivery_on, delivered_on, agreed_start_on,
    agreed_completion_on, permit_on, started_on, completed_on, suspended_on, resumed_on,
    developed_area_m2, developable_area_m2, invested_fen, planned_investment_fen,
    idle_filed_on, mortgaged, mortgagee, seized, approving_government, returned_on,
    returned_kind, annual_rent_fen, output_value_fen, land_value_fen, area_m2, geometry,
    evidence
ON supplies
BEGIN SELECT RAISE(ABORT, 'supplies is append-only'); END;
DROP TRIGGER footprints_update;
DROP TRIGGER footprints_update_of_item;
ALTER TABLE footprints DROP COLUMN geojson;
ALTER TABLE footprints DROP COLUMN item;
CREATE TRIGGER footprints_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, footprint_id, supply_id,
    observed_on, removed_on, kind, area_m2, geometry, evidence
ON footprints
BEGIN SELECT RAISE(ABORT, 'footprints is append-only'); END;
DROP TRIGGER districts_update;
DROP TRIGGER districts_update_of_item;
ALTER TABLE districts DROP COLUMN geojson;
ALTER TABLE districts DROP COLUMN item;
CREATE TRIGGER districts_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, district_code, name,
    area_m2, geometry, evidence
ON districts
BEGIN SELECT RAISE(ABORT, 'districts is append-only'); END;
DROP TRIGGER parks_update;
DROP TRIGGER parks_update_of_item;
ALTER TABLE parks DROP COLUMN geojson;
ALTER TABLE parks DROP COLUMN item;
CREATE TRIGGER parks_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, park_id, name, status,
    leading_industry, area_m2, geometry, evidence
ON parks
BEGIN SELECT RAISE(ABORT, 'parks is append-only'); END;
DROP TRIGGER amendments_update_of_item;
ALTER TABLE amendments DROP COLUMN item;
DROP TRIGGER delays_update_of_item;
ALTER TABLE delays DROP COLUMN item;
DROP TRIGGER holders_update_of_item;
ALTER TABLE holders DROP COLUMN item;

CREATE TRIGGER approvals_ready_update BEFORE UPDATE OF fact, feature_id, rev_from ON approvals_ready
BEGIN SELECT RAISE(ABORT, 'approvals_ready is append-only'); END;
CREATE TRIGGER approvals_ready_update_of_item BEFORE UPDATE OF item ON approvals_ready
WHEN OLD.item LIKE '{"type":"Feature",%'
BEGIN SELECT RAISE(ABORT, 'approvals_ready is append-only'); END;
CREATE TRIGGER approvals_ready_update_of_end BEFORE UPDATE OF rev_to ON approvals_ready
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'approvals_ready is append-only'); END;
CREATE TRIGGER approvals_ready_delete BEFORE DELETE ON approvals_ready
BEGIN SELECT RAISE(ABORT, 'approvals_ready is append-only'); END;
CREATE TRIGGER releases_ready_update BEFORE UPDATE OF fact, feature_id, rev_from ON releases_ready
BEGIN SELECT RAISE(ABORT, 'releases_ready is append-only'); END;
CREATE TRIGGER releases_ready_update_of_item BEFORE UPDATE OF item ON releases_ready
WHEN OLD.item LIKE '{"type":"Feature",%'
BEGIN SELECT RAISE(ABORT, 'releases_ready is append-only'); END;
CREATE TRIGGER releases_ready_update_of_end BEFORE UPDATE OF rev_to ON releases_ready
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'releases_ready is append-only'); END;
CREATE TRIGGER releases_ready_delete BEFORE DELETE ON releases_ready
BEGIN SELECT RAISE(ABORT, 'releases_ready is append-only'); END;
CREATE TRIGGER acquisitions_ready_update BEFORE UPDATE OF fact, feature_id, rev_from ON acquisitions_ready
BEGIN SELECT RAISE(ABORT, 'acquisitions_ready is append-only'); END;
CREATE TRIGGER acquisitions_ready_update_of_item BEFORE UPDATE OF item ON acquisitions_ready
WHEN OLD.item LIKE '{"type":"Feature",%'
BEGIN SELECT RAISE(ABORT, 'acquisitions_ready is append-only'); END;
CREATE TRIGGER acquisitions_ready_update_of_end BEFORE UPDATE OF rev_to ON acquisitions_ready
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'acquisitions_ready is append-only'); END;
CREATE TRIGGER acquisitions_ready_delete BEFORE DELETE ON acquisitions_ready
BEGIN SELECT RAISE(ABORT, 'acquisitions_ready is append-only'); END;
CREATE TRIGGER reserves_ready_update BEFORE UPDATE OF fact, feature_id, rev_from ON reserves_ready
BEGIN SELECT RAISE(ABORT, 'reserves_ready is append-only'); END;
CREATE TRIGGER reserves_ready_update_of_item BEFORE UPDATE OF item ON reserves_ready
WHEN OLD.item LIKE '{"type":"Feature",%'
BEGIN SELECT RAISE(ABORT, 'reserves_ready is append-only'); END;
CREATE TRIGGER reserves_ready_update_of_end BEFORE UPDATE OF rev_to ON reserves_ready
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'reserves_ready is append-only'); END;
CREATE TRIGGER reserves_ready_delete BEFORE DELETE ON reserves_ready
BEGIN SELECT RAISE(ABORT, 'reserves_ready is append-only'); END;
CREATE TRIGGER supplies_ready_update BEFORE UPDATE OF fact, feature_id, rev_from ON supplies_ready
BEGIN SELECT RAISE(ABORT, 'supplies_ready is append-only'); END;
CREATE TRIGGER supplies_ready_update_of_item BEFORE UPDATE OF item ON supplies_ready
WHEN OLD.item LIKE '{"type":"Feature",%'
BEGIN SELECT RAISE(ABORT, 'supplies_ready is append-only'); END;
CREATE TRIGGER supplies_ready_update_of_end BEFORE UPDATE OF rev_to ON supplies_ready
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'supplies_ready is append-only'); END;
CREATE TRIGGER supplies_ready_delete BEFORE DELETE ON supplies_ready
BEGIN SELECT RAISE(ABORT, 'supplies_ready is append-only'); END;
CREATE TRIGGER footprints_ready_update BEFORE UPDATE OF fact, feature_id, rev_from ON footprints_ready
BEGIN SELECT RAISE(ABORT, 'footprints_ready is append-only'); END;
CREATE TRIGGER footprints_ready_update_of_item BEFORE UPDATE OF item ON footprints_ready
WHEN OLD.item LIKE '{"type":"Feature",%'
BEGIN SELECT RAISE(ABORT, 'footprints_ready is append-only'); END;
CREATE TRIGGER footprints_ready_update_of_end BEFORE UPDATE OF rev_to ON footprints_ready
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'footprints_ready is append-only'); END;
CREATE TRIGGER footprints_ready_delete BEFORE DELETE ON footprints_ready
BEGIN SELECT RAISE(ABORT, 'footprints_ready is append-only'); END;
CREATE TRIGGER districts_ready_update BEFORE UPDATE OF fact, feature_id, rev_from ON districts_ready
BEGIN SELECT RAISE(ABORT, 'districts_ready is append-only'); END;
CREATE TRIGGER districts_ready_update_of_item BEFORE UPDATE OF item ON districts_ready
WHEN OLD.item LIKE '{"type":"Feature",%'
BEGIN SELECT RAISE(ABORT, 'districts_ready is append-only'); END;
CREATE TRIGGER districts_ready_update_of_end BEFORE UPDATE OF rev_to ON districts_ready
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'districts_ready is append-only'); END;
CREATE TRIGGER districts_ready_delete BEFORE DELETE ON districts_ready
BEGIN SELECT RAISE(ABORT, 'districts_ready is append-only'); END;
CREATE TRIGGER parks_ready_update BEFORE UPDATE OF fact, feature_id, rev_from ON parks_ready
BEGIN SELECT RAISE(ABORT, 'parks_ready is append-only'); END;
CREATE TRIGGER parks_ready_update_of_item BEFORE UPDATE OF item ON parks_ready
WHEN OLD.item LIKE '{"type":"Feature",%'
BEGIN SELECT RAISE(ABORT, 'parks_ready is append-only'); END;
CREATE TRIGGER parks_ready_update_of_end BEFORE UPDATE OF rev_to ON parks_ready
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'parks_ready is append-only'); END;
CREATE TRIGGER parks_ready_delete BEFORE DELETE ON parks_ready
BEGIN SELECT RAISE(ABORT, 'parks_ready is append-only'); END;
